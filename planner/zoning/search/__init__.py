"""Search for better zones: many plans, the best of their zones, and what prices leave open."""

from planner.zoning.search.better import Found, improve_plan

__all__ = ["Found", "improve_plan"]
