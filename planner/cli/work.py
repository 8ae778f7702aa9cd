"""Read a study and work scenarios through, as several commands need it."""

from __future__ import annotations

import dataclasses
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

from planner.cli.talk import progress
from planner.errors import ScenarioError, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.past import Past
    from planner.plan import Plan
    from planner.scenario import HomesSettings, ProjectionSettings, Scenario
    from planner.study import Study
    from planner.terms import Language

__all__ = ["plans_of", "write_comparison", "write_results"]


def plans_of(
    folder: Path, scenarios: Sequence[str], *, years: str | None, seed: int, lang: Language
) -> tuple[Plan, ...]:
    """Work scenarios of a study through, one after the other.

    The scenarios are read first: a slip of the pen in one is told before the study is read.
    """
    from planner.plan import make_plan
    from planner.scenario import read_scenario

    asked = [_with_years(read_scenario(folder / "scenarios", name), years) for name in scenarios]
    study = _read(folder, lang)
    plans = []
    # What would have been said in earlier years is the same where scenarios learn alike.
    pasts: dict[tuple[ProjectionSettings, HomesSettings], Past] = {}
    for scenario in asked:
        with progress(scenario.name, lang) as say:
            # How many children homes will bring, and when, is no matter of the past.
            homes = dataclasses.replace(scenario.homes, yield_factor=1.0, delay_years=0)
            learning = scenario.projection, homes
            made = make_plan(study, scenario, past=pasts.get(learning), seed=seed, say=say)
            pasts[learning] = made.past
            plans.append(made)
    return tuple(plans)


def _read(folder: Path, lang: Language) -> Study:
    """Read a study, telling which file is being read."""
    from planner.study import read_study

    with progress(folder.resolve().name, lang) as say:
        return read_study(folder, progress=say, lang=lang)


def write_results(plans: Sequence[Plan], out: Path, lang: Language) -> list[list[str]]:
    """Write each plan into a folder of its own below `out`, and several side by side as well.

    All folders are written to the side first and take their place together at the end, so
    that an interrupted run leaves plans and comparison as they were, matching one another.
    Redrawn zones are audited from the written files before that.

    Returns:
        The rows of the comparison for the terminal, none for a single plan.

    Raises:
        NoPlanError: Redrawn zones did not pass their audit.
    """
    from planner.atlas import draw_map
    from planner.audit import refuse_faults
    from planner.report import results_folder, write_plan

    rows: list[list[str]] = []
    with ExitStack() as folders:
        for plan in plans:
            say = folders.enter_context(progress(plan.scenario.name, lang))
            fresh = folders.enter_context(results_folder(out / plan.scenario.name))
            say(Sentence("workbook and layers", "工作簿与图层"))
            write_plan(plan, fresh, lang)
            say(Sentence("map", "地图"))
            draw_map([plan], fresh / "map.html", lang)
            if plan.scenario.zones.method == "redraw":
                say(Sentence("audit", "核验"))
                refuse_faults(fresh)
        if len(plans) > 1:
            rows = write_comparison(
                plans, folders.enter_context(results_folder(out / "comparison")), lang
            )
    return rows


def write_comparison(plans: Sequence[Plan], fresh: Path, lang: Language) -> list[list[str]]:
    """Write plans side by side into a fresh folder; return the rows for the terminal."""
    from planner.atlas import draw_map
    from planner.comparison import compare_plans
    from planner.report import comparison_lines
    from planner.report import write_comparison as write

    comparison = compare_plans(plans)
    with progress("比较" if lang == "zh" else "comparison", lang) as say:
        say(Sentence("workbook", "工作簿"))
        write(comparison, fresh, lang)
        say(Sentence("map", "地图"))
        draw_map(plans, fresh / "map.html", lang)
    return comparison_lines(comparison, lang)


def _with_years(scenario: Scenario, years: str | None) -> Scenario:
    """Return the scenario with the years of the command line."""
    if years is None:
        return scenario
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", years.strip())
    if span is None:
        raise ScenarioError(
            Sentence(
                f"--years takes two school years such as 2024-2035; found '{years}'.",
                f"--years须为起止两个学年，如2024-2035；现为“{years}”。",
            )
        )
    first, last = int(span[1]), int(span[2] or span[1])
    if last < first:
        raise ScenarioError(
            Sentence(
                f"--years {years}: the last year lies before the first. Swap them.",
                f"--years {years}：末年早于首年；请对调。",
            )
        )
    return dataclasses.replace(
        scenario, years=dataclasses.replace(scenario.years, first=first, last=last)
    )
