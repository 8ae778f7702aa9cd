"""Read the zones a scenario brings as a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import ScenarioError, Sentence
from planner.reading.folder import read_table
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.scenario import ZoneSettings
    from planner.study import Study

__all__ = ["scenario_zones"]


def scenario_zones(
    study: Study, settings: ZoneSettings, sections: Collection[str]
) -> dict[str, dict[str, str]]:
    """Return section by area for each stage of a scenario's zones table; empty without one.

    Args:
        study: The areas and stages that there are.
        settings: Which table to read.
        sections: Keys of all sections of the plan, those that are still to open included.

    Raises:
        ScenarioError: The table is missing or wrong, or names areas, stages or sections the
            study does not have; all faults together.
    """
    if settings.method != "file":
        return {}
    table, findings = read_table(study.folder, "zones", settings.file, study.norms)
    faults = [
        Sentence(finding.sentence(Language.ENGLISH), finding.sentence(Language.CHINESE))
        for finding in findings
    ]
    if table is None or faults:
        raise ScenarioError(*faults)
    known = {
        "area_id": set(study.areas["area_id"]),
        "stage": {stage.stage for stage in study.norms.stages},
        "section_id": set(sections),
    }
    faults = [
        Sentence(
            f"{settings.file}: {column} {', '.join(repr(key) for key in unknown[:5])}"
            f"{' and more' if len(unknown) > 5 else ''} is not in this study; correct it.",
            f"{settings.file}：本项目没有{column} {'、'.join(unknown[:5])}"
            f"{'等' if len(unknown) > 5 else ''}；请更正。",
        )
        for column, keys in known.items()
        if (unknown := sorted(set(table[column]) - keys))
    ]
    twice = table[table.duplicated(["area_id", "stage"])]
    if len(twice):
        first = twice.iloc[0]
        faults.append(
            Sentence(
                f"{settings.file}: area {first['area_id']!r} is zoned twice for {first['stage']}; "
                "keep one row.",
                f"{settings.file}：单元“{first['area_id']}”在{first['stage']}学段出现两次；"
                "只保留一行。",
            )
        )
    if faults:
        raise ScenarioError(*faults)
    return {
        str(stage): dict(zip(rows["area_id"], rows["section_id"], strict=True))
        for stage, rows in table.groupby("stage")
    }
