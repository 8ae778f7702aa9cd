"""Put measures into a scenario that extends the given one and can be planned like any other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from planner.cure.transfers import zones_from
from planner.scenario.settings import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.cure.situation import Situation
    from planner.plan import Plan
    from planner.scenario import Scenario
    from planner.siting.large_classes import Measures

__all__ = ["cured_name", "cured_scenario", "scenario_text", "zones_table"]


def cured_name(scenario: Scenario) -> str:
    """Return what the scenario with the measures is called."""
    return f"{scenario.name}_cure"


def cured_scenario(
    plan: Plan, situation: Situation, measures: Measures, zones_file: str
) -> Scenario:
    """Return the plan's scenario with the measures on top.

    Args:
        plan: The plan to be cured.
        situation: How the solver saw it.
        measures: What the solver found.
        zones_file: Where the table of zones stands, seen from the study's folder.
    """
    scenario = plan.scenario
    rooms = tuple(_rooms(plan, situation, measures))
    most = {**scenario.entrants.most, **_most(situation, measures)}
    zones, classes = scenario.zones, scenario.classes
    if measures.moved:
        zones = replace(
            zones,
            method="file",
            file=zones_file,
            from_year=zones_from(plan),
            stages=_stages_in_table(plan, situation, measures),
        )
    if _divides(situation, measures) and not 0 < classes.split_above < situation.problem.large:
        classes = replace(classes, split_above=situation.problem.large - 1)
    return replace(
        scenario,
        name=cured_name(scenario),
        measures=(*scenario.measures, *rooms),
        entrants=replace(scenario.entrants, most=most),
        zones=zones,
        classes=classes,
    )


def _rooms(plan: Plan, situation: Situation, measures: Measures) -> Iterator[Measure]:
    """Yield a building measure wherever rooms are added."""
    late = plan.scenario.building.delay_years
    names = plan.sections.set_index("section_id")
    for row, key in enumerate(situation.sections):
        before = 0
        for column, year in enumerate(plan.years):
            added = int(measures.rooms_added[row, column]) - before
            if added > 0:
                place = names.loc[key]
                english = place["name"] if pd.isna(place["name_en"]) else place["name_en"]
                yield Measure(
                    id=f"cure_{key}_{year}",
                    name=f"{english}: {added} more rooms",
                    name_zh=f"{place['name']}增加{added}间教室",
                    kind="extension",
                    section=key,
                    rooms=added,
                    hand_over=date(year - late, 8, 31),
                    cost_yuan=round(added * situation.problem.prices[row].room, 2),
                    relief=True,
                )
            before += max(added, 0)


def _most(situation: Situation, measures: Measures) -> dict[str, float]:
    """Return the most entrants of sections that turn some away, by section/year."""
    found = {}
    for number, away in measures.turned_away.items():
        cohort = situation.problem.cohorts[number]
        section, year = situation.cohorts[number]
        entrants = cohort.pupils[0] - away
        for index in measures.moved:
            move = situation.problem.moves[index]
            if cohort.section in (move.source, move.target):
                sign = 1 if move.target == cohort.section else -1
                entrants += sign * move.entrants[cohort.first]
        found[f"{section}/{year}"] = float(entrants)
    return found


def _divides(situation: Situation, measures: Measures) -> bool:
    """Tell whether any class is divided that the plan leaves whole."""
    return any(
        any(now > planned for now, planned in zip(found, cohort.planned, strict=True))
        for found, cohort in zip(measures.classes, situation.problem.cohorts, strict=True)
    )


def _stages_in_table(plan: Plan, situation: Situation, measures: Measures) -> list[str]:
    """Return the stages whose zones stand in the table: those the scenario draws as well."""
    moved = {situation.problem.moves[index].ground for index in measures.moved}
    names = {situation.zones[ground].stage.stage for ground in moved}
    drawn = plan.scenario.zones
    if drawn.method != "today" or drawn.moved_areas:
        zoned = set(plan.area_years.loc[plan.area_years["section_id"].notna(), "stage"])
        names |= set(drawn.stages) or zoned
    return [stage.stage for stage in plan.norms.stages if stage.stage in names]


def zones_table(plan: Plan, situation: Situation, measures: Measures) -> pd.DataFrame:
    """Return the zones after the transfers: area_id, stage, section_id of whole stages."""
    table = plan.area_years[
        (plan.area_years["year"] == zones_from(plan))
        & plan.area_years["stage"].isin(_stages_in_table(plan, situation, measures))
        & plan.area_years["section_id"].notna()
    ]
    zones = table[["area_id", "stage", "section_id"]].set_index(["area_id", "stage"]).copy()
    areas, keys = plan.study.areas["area_id"], plan.sections["section_id"]
    for index in measures.moved:
        transfer = situation.transfers[index]
        stage = situation.zones[situation.problem.moves[index].ground].stage.stage
        for area in transfer.areas:
            zones.loc[(areas.iloc[area], stage), "section_id"] = keys.iloc[transfer.target]
    return zones.reset_index()


def scenario_text(plan: Plan, cured: Scenario) -> str:
    """Return the scenario as a file that extends the one it cures."""
    before = plan.scenario
    title = before.about.title or before.name
    title_zh = before.about.title_zh or title
    lines = [
        f"extends = {_text(before.name)}",
        "",
        "[about]",
        f"title = {_text(f'{title}: large classes cured')}",
        f"title_zh = {_text(f'{title_zh}：消除大班额')}",
        'question = "Do these measures leave no more large classes than the targets allow?"',
        'question_zh = "采取这些措施后，大班额能否降到目标以内？"',
    ]
    if cured.zones != before.zones:
        lines += ["", "[zones]", 'method = "file"', f"file = {_text(cured.zones.file)}"]
        lines.append(f"from_year = {cured.zones.from_year}")
        lines.append(f"stages = [{', '.join(map(_text, cured.zones.stages))}]")
    if cured.classes != before.classes:
        lines += ["", "[classes]", f"split_above = {cured.classes.split_above}"]
    new = {
        key: most
        for key, most in cured.entrants.most.items()
        if before.entrants.most.get(key) != most
    }
    if new:
        lines += ["", "[entrants.most]", *(f"{_text(key)} = {most:g}" for key, most in new.items())]
    for measure in cured.measures[len(before.measures) :]:
        lines += [
            "",
            "[[measures]]",
            f"id = {_text(measure.id)}",
            f"name = {_text(measure.name)}",
            f"name_zh = {_text(measure.name_zh)}",
            f"kind = {_text(measure.kind)}",
            f"section = {_text(measure.section)}",
            f"rooms = {measure.rooms}",
            f"hand_over = {measure.hand_over}",
            f"cost_yuan = {measure.cost_yuan:.2f}",
            f"relief = {str(measure.relief).lower()}",
        ]
    return "\n".join(lines) + "\n"


def _text(words: str) -> str:
    """Return a text as TOML writes it, whatever signs it holds."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
