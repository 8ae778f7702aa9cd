"""Tests: sentences about towns one can draw."""
