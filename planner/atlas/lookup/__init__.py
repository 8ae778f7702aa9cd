"""Which school? Say it of every place of a study, on a page for parents and in the terminal."""

from __future__ import annotations

from planner.atlas.lookup.page import write_lookup
from planner.atlas.lookup.telling import Answer, answers

__all__ = ["Answer", "answers", "write_lookup"]
