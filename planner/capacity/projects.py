"""Say from which school year every project and measure gives or takes how many rooms, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.errors import ScenarioError, Sentence
from planner.terms import ProjectKind, first_year_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from planner.scenario import Measure, ProjectSettings, Scenario
    from planner.study import Study

__all__ = ["Dated", "dated_projects", "refuse_impossible"]

_GIVEN_ZH: Final = {ProjectKind.CONVERSION: "改建", ProjectKind.MERGER: "合并"}
"""Kinds that take the rooms or pupils of another section."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One project or measure on its dates.

    Attributes:
        key: Its key; `name` and `name_en` what it is called.
        kind: What is done.
        section_id: Section that gains, loses or receives.
        from_section: Section that gives its rooms or is merged into another, "" without one.
        stage: Stage of the section, "" where a measure does not say it.
        site_id: Site of a new school, "" without one.
        rooms: Rooms gained, passed on, kept in use or lost.
        rooms_lost: Rooms out of use from the start of a rebuilding.
        floor_area_m2: Floor area gained; None where it follows the rooms.
        starts: First school year without the rooms lost; None where they were not counted.
        year: First school year in which it counts; None where nobody knows.
        ours: Whether only this scenario contains it.
        relief: Whether its rooms draw no further entrants.
    """

    key: str
    name: str
    name_en: str
    kind: ProjectKind
    section_id: str
    from_section: str
    stage: str
    site_id: str
    rooms: int
    rooms_lost: int
    floor_area_m2: float | None
    starts: int | None
    year: int | None
    ours: bool
    relief: bool = False

    @property
    def opens_section(self) -> bool:
        """Whether the section that it names may be one that does not teach yet."""
        return self.kind in (ProjectKind.NEW, ProjectKind.CONVERSION)

    def done(self, base_year: int) -> bool:
        """Tell whether it was in use by the base year, whose rooms were counted."""
        return self.year is not None and self.year <= base_year

    def room_changes(self) -> Iterator[tuple[str, int, int]]:
        """Yield section, first school year and rooms that it gives (above 0) or takes."""
        if self.starts is not None and self.rooms_lost:
            yield self.section_id, self.starts, -self.rooms_lost
        if self.year is None or self.kind is ProjectKind.CLOSURE:
            return
        if self.kind in (ProjectKind.CONVERSION, ProjectKind.MERGER):
            yield self.from_section, self.year, -self.rooms
        sign = -1 if self.kind is ProjectKind.CONDEMNED else 1
        yield self.section_id, self.year, sign * self.rooms

    @property
    def closed_section(self) -> str:
        """The section that teaches no more once it counts, "" where there is none."""
        if self.kind is ProjectKind.MERGER:
            return self.from_section
        return self.section_id if self.kind is ProjectKind.CLOSURE else ""


def dated_projects(study: Study, scenario: Scenario) -> list[Dated]:
    """Return the study's projects as the scenario dates them, then the scenario's measures.

    Whatever is not in use by the base year is `[building] delay_years` later than planned,
    condemned rooms excepted: danger does not wait. A rebuilding that has begun by then keeps
    its start; without a known start its rooms are out of use from the first planned year.

    Raises:
        ScenarioError: The scenario dates a project that the study does not have.
    """
    planned = [*_projects(study, scenario), *_measures(scenario)]
    late = scenario.building.delay_years
    return [_slipped(project, late, study.base_year) for project in planned]


def _projects(study: Study, scenario: Scenario) -> Iterator[Dated]:
    """Yield the study's projects with the scenario's changes to each."""
    known = set(study.projects["project_id"])
    unknown = sorted(set(scenario.projects) - known)
    if unknown:
        raise ScenarioError(
            *(
                Sentence(
                    f"scenarios/{scenario.name}.toml: [projects.{key}] is not in the projects "
                    f"table; it has {', '.join(sorted(known)) or 'no project'}.",
                    f"scenarios/{scenario.name}.toml：[projects.{key}]不在项目表中；"
                    f"表中有{'、'.join(sorted(known)) or '零个项目'}。",
                )
                for key in unknown
            )
        )
    for row in study.projects.to_dict("records"):
        settings = scenario.projects.get(row["project_id"])
        if settings is not None and not settings.include:
            continue
        area = row["floor_area_m2"]
        yield Dated(
            key=row["project_id"],
            name=row["name"],
            name_en="",
            kind=ProjectKind(row["kind"]),
            section_id=row["section_id"],
            from_section=_text(row["from_section"]),
            stage=row["stage"],
            site_id=_text(row["site_id"]),
            rooms=_rooms_of(row, settings),
            rooms_lost=_whole(row["rooms_lost"]),
            floor_area_m2=None if pd.isna(area) else float(area),
            starts=_start_of(row, settings, study.base_year),
            year=_year_of(row, settings, study.base_year),
            ours=False,
        )


def _text(cell: Any) -> str:
    """Return a cell as text, "" where it is empty."""
    return "" if pd.isna(cell) else str(cell)


def _whole(cell: Any) -> int:
    """Return a cell as a whole number, 0 where it is empty."""
    return 0 if pd.isna(cell) else int(cell)


def _rooms_of(row: Mapping[Any, Any], settings: ProjectSettings | None) -> int:
    """Return the rooms of a project, the scenario's before the table's."""
    if settings is not None and settings.rooms is not None:
        return settings.rooms
    return _whole(row["rooms"])


def _start_of(
    row: Mapping[Any, Any], settings: ProjectSettings | None, base_year: int
) -> int | None:
    """Return the first school year without the rooms that a rebuilding takes out of use."""
    if row["kind"] != ProjectKind.REBUILDING:
        return None
    day = _day(row["started"])
    if day is None:
        return base_year + 1
    start = first_year_after(day)
    own = settings.delay_years if settings is not None and start > base_year else 0
    return start + own


def _year_of(
    row: Mapping[Any, Any], settings: ProjectSettings | None, base_year: int
) -> int | None:
    """Return the first school year in which a project counts, None where nobody knows."""
    days = [day for day in (_day(row["hand_over"]), _day(row["in_use"])) if day is not None]
    if settings is not None and settings.hand_over is not None:
        days = [settings.hand_over]
    if not days:
        # Condemned rooms are out at once; a building without a date is not counted on.
        return base_year + 1 if row["kind"] == ProjectKind.CONDEMNED else None
    return first_year_after(max(days)) + (settings.delay_years if settings is not None else 0)


def _day(cell: Any) -> date | None:
    """Return a cell as a day, None where it is empty."""
    return None if pd.isna(cell) else pd.Timestamp(cell).date()


def _measures(scenario: Scenario) -> Iterator[Dated]:
    """Yield the measures that only this scenario contains."""
    for measure in scenario.measures:
        assert measure.hand_over is not None, "read_scenario refuses a measure without a date"
        yield Dated(
            key=measure.id,
            name=measure.name_zh or measure.name or measure.id,
            name_en=measure.name or measure.id,
            kind=ProjectKind(measure.kind),
            section_id=measure.section,
            from_section=measure.from_section,
            stage=measure.stage,
            site_id=measure.site,
            rooms=measure.rooms,
            rooms_lost=measure.rooms_lost,
            floor_area_m2=measure.floor_area_m2 or None,
            starts=_start_of_measure(measure),
            year=first_year_after(measure.hand_over),
            ours=True,
            relief=measure.relief,
        )


def _start_of_measure(measure: Measure) -> int | None:
    """Return the first school year without the rooms that a rebuilding takes out of use."""
    if measure.kind != ProjectKind.REBUILDING or measure.started is None:
        return None
    return first_year_after(measure.started)


def _slipped(project: Dated, years: int, base_year: int) -> Dated:
    """Return a project as many years late, unless it is in use or in danger.

    Rooms that a rebuilding took by the base year were not counted in it, and are not taken again.
    """
    start, year = project.starts, project.year
    if start is not None and start <= base_year:
        start = None
    if project.kind is ProjectKind.CONDEMNED or project.done(base_year):
        return replace(project, starts=start)
    return replace(
        project,
        starts=None if start is None else start + years,
        year=None if year is None else year + years,
    )


def refuse_impossible(study: Study, scenario: Scenario, dated: list[Dated]) -> None:
    """Refuse projects and measures that cannot be meant, all of them at once.

    Raises:
        ScenarioError: A project or measure names a section, site or stage nobody knows, or
            contradicts the sections it names.
    """
    coming = {project.section_id: project for project in dated if project.opens_section}
    closing = _closing(dated, study.base_year)
    faults = [
        fault.after(*_place(scenario, project))
        for project in dated
        for fault in (*_faults(study, project, coming), *_too_late(project, closing))
    ]
    if faults:
        raise ScenarioError(*faults)


def _closing(dated: list[Dated], base_year: int) -> dict[str, Dated]:
    """Return what closes each section that will close, the earliest of them."""
    closing: dict[str, Dated] = {}
    for project in dated:
        key, year = project.closed_section, project.year
        if key and year is not None and year > base_year:
            first = closing.setdefault(key, project)
            if first.year is not None and year < first.year:
                closing[key] = project
    return closing


def _too_late(project: Dated, closing: Mapping[str, Dated]) -> Iterator[Sentence]:
    """Say that a project wants something of a section that has closed by then."""
    own = closing.get(project.closed_section)
    if own is not None and own is not project:
        yield Sentence(
            f" closes section '{project.closed_section}', which '{own.key}' closes as well; keep "
            "one of them.",
            f"撤并学段部“{project.closed_section}”，而“{own.key}”也撤并它；请保留其中一项。",
        )
    gone = closing.get(project.section_id)
    if gone is None or gone is project or gone.year is None:
        return
    if project.year is None or project.year < gone.year:
        return
    since = f"'{project.section_id}', which teaches no more from {gone.year} on"
    since_zh = f"学段部“{project.section_id}”自{gone.year}年起撤并"
    if project.kind is ProjectKind.MERGER:
        yield Sentence(
            f" merges section '{project.from_section}' in {project.year} into {since}; name the "
            "section that takes its pupils, or correct one of the dates.",
            f"于{project.year}年将学段部“{project.from_section}”并入，但{since_zh}；"
            "请写明接收学生的学段部，或改正其中一个时间。",
        )
    elif project.kind not in (ProjectKind.CLOSURE, ProjectKind.CONDEMNED):
        yield Sentence(
            f" adds rooms in {project.year} to section {since}; take one of them out, or correct "
            "its date.",
            f"于{project.year}年增加教室，但{since_zh}；请去掉其中一项，或改正其时间。",
        )


def _place(scenario: Scenario, project: Dated) -> tuple[str, str]:
    """Say where a project or measure stands, in English and Chinese."""
    if project.ours:
        file = f"scenarios/{scenario.name}.toml"
        return f"{file}: measure '{project.key}'", f"{file}：措施“{project.key}”"
    return f"Table projects: project '{project.key}'", f"项目表（projects）：项目“{project.key}”"


def _faults(study: Study, project: Dated, coming: Mapping[str, Dated]) -> Iterator[Sentence]:
    """Say what cannot be meant in one project."""
    if project.ours and project.key in set(study.projects["project_id"]):
        yield Sentence(
            " has the key of a project; give it another one.",
            "与项目表中的项目编号相同；请另取编号。",
        )
    if project.ours and project.done(study.base_year):
        yield Sentence(
            f" is handed over by {study.base_year}, the base year, whose rooms are "
            "counted already; give it a later date or take it out.",
            f"在基年（{study.base_year}年）之前已交付，其教室已计入；请改为以后的时间，或去掉。",
        )
    known = study.sections[study.sections["section_id"] == project.section_id]
    if len(known):
        yield from _against(known.iloc[0], project)
    elif project.kind is ProjectKind.NEW:
        yield from _ungrounded(study, project)
    elif project.kind is ProjectKind.CONVERSION:
        yield from _unknown_stage(study, project)
    elif project.section_id not in coming:
        yield Sentence(
            f" names section '{project.section_id}', which is not in the sections table.",
            f"中的学段部“{project.section_id}”不在学段部表中。",
        )
    if project.kind in _GIVEN_ZH:
        yield from _against_giver(study, project, coming)


def _against(section: pd.Series[Any], project: Dated) -> Iterator[Sentence]:
    """Say how a project contradicts the section it names."""
    rooms, seats = _whole(section["rooms"]), _whole(section["seats"])
    if project.stage and project.stage != section["stage"]:
        yield Sentence(
            f" has stage '{project.stage}', but section '{project.section_id}' is "
            f"'{section['stage']}'; correct one of them.",
            f"的学段为“{project.stage}”，而学段部“{project.section_id}”为"
            f"“{section['stage']}”；请改正其中一项。",
        )
    if project.kind is ProjectKind.NEW and (rooms or seats):
        yield Sentence(
            f" builds '{project.section_id}' anew, which exists; use kind 'extension', or give "
            "the new school a key of its own.",
            f"新建“{project.section_id}”，但它已存在；请改用kind“extension”（扩建），"
            "或为新校另取编号。",
        )
    lost = project.rooms if project.kind is ProjectKind.CONDEMNED else project.rooms_lost
    if lost > rooms > 0:
        yield Sentence(
            f" condemns {lost} rooms of section '{project.section_id}', which has {rooms}; "
            "correct the number, or close the section.",
            f"停用学段部“{project.section_id}”的{lost}间教室，而它只有{rooms}间；"
            "请改正数目，或撤并该学段部。",
        )


def _ungrounded(study: Study, project: Dated) -> Iterator[Sentence]:
    """Say why a new school has nowhere to stand or nobody to teach."""
    sites = set(study.sites["site_id"])
    if project.site_id not in sites:
        yield Sentence(
            f" builds a new school on site '{project.site_id}', which is not in the sites table "
            f"({', '.join(sorted(sites)) or 'which is empty'}).",
            f"在用地“{project.site_id}”新建学校，而用地表中没有它"
            f"（{'、'.join(sorted(sites)) or '表为空'}）。",
        )
    yield from _unknown_stage(study, project)


def _unknown_stage(study: Study, project: Dated) -> Iterator[Sentence]:
    """Say that a new section is for a stage that the norms do not know."""
    stages = [stage.stage for stage in study.norms.stages]
    if project.stage not in stages:
        yield Sentence(
            f" has stage '{project.stage}', which the norms do not know: {', '.join(stages)}.",
            f"的学段“{project.stage}”不在标准之中：{'、'.join(stages)}。",
        )


def _against_giver(study: Study, project: Dated, coming: Mapping[str, Dated]) -> Iterator[Sentence]:
    """Say why the section that gives its rooms or pupils cannot give them."""
    stage_of = {key: opening.stage for key, opening in coming.items()}
    stage_of |= dict(zip(study.sections["section_id"], study.sections["stage"], strict=True))
    giver, word = project.from_section, project.kind.value
    zh = _GIVEN_ZH[project.kind]
    if giver not in stage_of:
        yield Sentence(
            f" is a {word} from section '{giver}', which is not in the sections table; write the "
            "section that gives its rooms as from_section.",
            f"为{zh}，但让出教室的学段部“{giver}”不在学段部表中；请在from_section中写明。",
        )
        return
    if giver == project.section_id:
        yield Sentence(
            f" is a {word} of section '{giver}' into itself; name two sections.",
            f"为{zh}，但让出与接收的是同一学段部“{giver}”；请写两个学段部。",
        )
    built = coming[giver].year if giver in coming else study.base_year
    if project.year is not None and (built is None or built > project.year):
        yield Sentence(
            f" takes section '{giver}' before it is built; correct one of the dates.",
            f"所用的学段部“{giver}”此时尚未建成；请改正其中一个时间。",
        )
    receiving = stage_of.get(project.section_id, project.stage)
    if project.kind is ProjectKind.MERGER and receiving != stage_of[giver]:
        yield Sentence(
            f" merges section '{giver}' of stage '{stage_of[giver]}' into "
            f"'{project.section_id}' of stage '{receiving}'; rooms that change their stage "
            "are a conversion.",
            f"将学段“{stage_of[giver]}”的“{giver}”并入学段“{receiving}”的"
            f"“{project.section_id}”；教室改作其他学段属于改建（conversion）。",
        )
