"""Where and when to build, split, rezone or limit: pure solvers, arrays in, bound out."""

from __future__ import annotations
