"""List who teaches in any of the years: today's sections, and those that open later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from planner.terms import Operator, ProjectKind, SchoolKind

if TYPE_CHECKING:
    from planner.capacity.projects import Dated
    from planner.study import Study

__all__ = ["with_new_sections"]

_OF_SCHOOLS = [
    *("school_id", "name", "name_en", "kind", "operator", "setting", "township", "licensed"),
    *("shared_rooms", "geometry"),
]
_OF_SCHOOL_KEPT = [name for name in _OF_SCHOOLS if name != "school_id"]


def with_new_sections(study: Study, dated: list[Dated], *, last: int) -> gpd.GeoDataFrame:
    """Return today's sections with their school's name and point, and those opened by `last`.

    A new school stands on its site; a section that a conversion makes belongs to the school whose
    rooms it takes over, and stands where that one does.
    """
    # New schools come first: a conversion may take over the rooms of one of them.
    opening = sorted(
        (project for project in dated if project.opens_section),
        key=lambda project: project.kind is not ProjectKind.NEW,
    )
    schools = study.schools[_OF_SCHOOLS]
    merged = study.sections.merge(schools, on="school_id", how="left", validate="many_to_one")
    today = gpd.GeoDataFrame(merged, geometry="geometry", crs=study.crs)
    empty = (today["rooms"].fillna(0) == 0) & (today["seats"].fillna(0) == 0)
    today["is_new"] = empty & today["section_id"].isin([project.section_id for project in opening])
    known = set(today["section_id"])
    rows: list[dict[str, Any]] = []
    for project in opening:
        if project.section_id in known or project.year is None or project.year > last:
            continue
        known.add(project.section_id)
        rows.append(_new_section(study, today, rows, project))
    if not rows:
        return today
    new = pd.DataFrame(rows, columns=today.columns).astype(today.dtypes.drop("geometry").to_dict())
    shaped = gpd.GeoDataFrame(new, geometry="geometry", crs=study.crs)
    together = pd.concat([today, shaped], ignore_index=True)
    return gpd.GeoDataFrame(together, geometry="geometry", crs=study.crs)


def _new_section(
    study: Study, today: gpd.GeoDataFrame, opened: list[dict[str, Any]], project: Dated
) -> dict[str, Any]:
    """Return the row of a section that a project opens, after those that others have opened."""
    grades = study.norms.stage(project.stage).grades
    row: dict[str, Any] = {
        "section_id": project.section_id,
        "stage": project.stage,
        "lowest_grade": grades[0],
        "highest_grade": grades[-1],
        "rooms": 0,
        "condemned_rooms": 0,
        "repair_rooms": 0,
        "borrowed_rooms": 0,
        "intake": _usual_intake(study, project.stage),
        "is_new": True,
    }
    if project.kind is ProjectKind.CONVERSION:
        standing = today[today["section_id"] == project.from_section].to_dict("records")
        made = [one for one in opened if one["section_id"] == project.from_section]
        giver = [*standing, *made][0]
        return row | {name: giver.get(name) for name in ("school_id", *_OF_SCHOOL_KEPT)}
    site = study.sites.set_index("site_id").loc[project.site_id]
    return row | {
        "school_id": project.section_id,
        "name": project.name,
        "name_en": project.name_en or None,
        "kind": _kind_of_new(project.stage),
        "operator": Operator.PUBLIC.value,
        "township": site["township"],
        "geometry": site["geometry"],
    }


def _usual_intake(study: Study, stage: str) -> str:
    """Return how most sections of a stage take their entrants in."""
    intake = study.sections.loc[study.sections["stage"] == stage, "intake"]
    return "zone" if intake.empty else str(intake.mode().iloc[0])


def _kind_of_new(stage: str) -> str:
    """Return what kind of school a new section makes; a primary where norms have other words."""
    kinds = {kind.value for kind in SchoolKind}
    return stage if stage in kinds else SchoolKind.PRIMARY.value
