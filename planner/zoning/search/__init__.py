"""Search for better zones: many diverse plans, the best of their zones put together anew."""

from planner.zoning.search.better import improve_plan

__all__ = ["improve_plan"]
