"""Seat warnings are listed for as many years as the norms ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.norms import available, read_norms, with_overrides
from planner.report.seat_warnings import warning_years

if TYPE_CHECKING:
    from planner.norms import Norms
    from planner.plan import Plan


def under(plan: Plan, norms: Norms) -> Plan:
    """Return the plan under other norms."""
    return replace(plan, study=replace(plan.study, norms=norms))


def test_warnings_are_published_three_years_ahead(plan: Plan) -> None:
    assert warning_years(plan) == plan.years[1:4]


def test_a_county_may_publish_further_ahead(plan: Plan) -> None:
    norms = with_overrides(plan.norms, {"warning.years_ahead": 2}, "test")
    assert warning_years(under(plan, norms)) == plan.years[1:3]


def test_norms_that_name_no_number_of_years_warn_of_all(plan: Plan) -> None:
    figures = {path: one for path, one in plan.norms.figures.items() if "years_ahead" not in path}
    assert warning_years(under(plan, replace(plan.norms, figures=figures))) == plan.years[1:]


@pytest.mark.parametrize("country", available())
def test_every_country_that_is_shipped_says_how_far_ahead(country: str) -> None:
    assert read_norms(country).number("warning.years_ahead") >= 1
