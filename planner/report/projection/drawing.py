"""Draw a projection: county, sections, births, ages, and how far past forecasts missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Sentence
from planner.report.pictures import (
    draw_backtest,
    draw_births,
    draw_county,
    draw_pyramid,
    draw_sections,
    write_pictures,
)
from planner.report.projection.headings import in_words
from planner.report.projection.tables import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from planner.plan import Plan
    from planner.report.projection.tables import Projection
    from planner.terms import Language

__all__ = ["draw_projection"]


def draw_projection(
    plan: Plan, shown: Projection, folder: Path, lang: Language, say: Callable[[str], None]
) -> None:
    """Draw a projection into a folder that is made for it.

    county, births, ages and backtest as PNG and SVG; the sections of each stage as pages,
    sections-STAGE.pdf and one PNG each. A picture without anything to show is left out: births
    where no births are known, ages where nobody lives, the back-test of too short a past.
    """
    folder.mkdir()
    for name, draw in _pictures(plan, shown, lang):
        say(Sentence(f"picture {name}", f"图 {name}"))
        write_pictures({name: draw()}, folder)


def _pictures(
    plan: Plan, shown: Projection, lang: Language
) -> Iterator[tuple[str, Callable[[], Figure | list[Figure]]]]:
    """Yield the pictures that have something to show by name, each to be drawn when its turn is."""
    stages = plan.norms.stages
    yield "county", lambda: draw_county(shown.county, stages, lang)
    ages = shown.ages[shown.ages["year"].isin(plan.years)]
    if ages.loc[ages["year"] == plan.years[0], "residents"].sum() > 0:
        yield "ages", lambda: draw_pyramid(ages, stages, lang)
    if len(shown.births):
        yield "births", lambda: draw_births(_by_variant(shown.births), lang)
    if len(shown.proof):
        yield "backtest", lambda: draw_backtest(shown.proof, lang)
    rolls = shown.sections.rename(columns={"shortage_probability": "over_seats_probability"})
    for stage in stages:
        mine = rolls[rolls["stage"] == stage.stage]
        named = in_words(mine.drop(columns="stage"), plan.norms, lang)
        yield (
            f"sections-{stage.stage}",
            lambda named=named, stage=stage: draw_sections(  # type: ignore[misc]
                named, stage, lang
            ),
        )


def _by_variant(births: pd.DataFrame) -> pd.DataFrame:
    """Return births with one row for each variant and year, the plan's where it is its own.

    A plan that follows a variant would only hide that variant's line.
    """
    own = not any(births["plan"].equals(births[name].rename("plan")) for name in VARIANTS)
    long = births.rename(columns={"plan": "path", "births_year": "year"}).melt(
        id_vars=["year", "published"],
        value_vars=[*VARIANTS, *(["path"] if own else [])],
        var_name="variant",
        value_name="births",
    )
    return long[long["births"].notna()]
