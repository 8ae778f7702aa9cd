"""Tests of reading files into tables."""
