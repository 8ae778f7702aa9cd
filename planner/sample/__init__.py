"""Make a county of any size to try planner on."""

from planner.sample.county import BASE_YEAR, make_sample

__all__ = ["BASE_YEAR", "make_sample"]
