"""Gather what stands behind a figure, from the figure itself down to what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.capacity.projects import dated_projects
from planner.capacity.rooms import rooms_today
from planner.evaluation.shared_zones import homes_of_entrants
from planner.why.asking import FIGURES
from planner.why.county import why_county
from planner.why.parts import Answer, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.capacity.projects import Dated
    from planner.norms import Figure
    from planner.plan import Plan
    from planner.why.asking import Question

__all__ = ["why"]


def why(plan: Plan, question: Question) -> Answer:
    """Open one figure of a section, or of the county: every step shows the rows it rests on."""
    if not question.section:
        return why_county(plan, question)
    asked = _Asked(plan, question)
    row = asked.row
    teaches = bool(row["open"]) or int(row["pupils"]) > 0
    keys = FIGURES[question.figure] if teaches else ("not_open", "projects")
    return Answer(
        question=question,
        name=str(row["name"]),
        name_en=None if pd.isna(row["name_en"]) else str(row["name_en"]),
        stage=asked.stage,
        value=row[question.figure],
        counted=question.year == plan.years[0],
        steps=tuple(step for key in keys if (step := _STEPS[key](asked)) is not None),
    )


class _Asked:
    """The section that is asked about, with its rows of the plan's tables."""

    def __init__(self, plan: Plan, question: Question) -> None:
        """Look up the section's rows once."""
        self.plan, self.question = plan, question
        self.base = plan.years[0]
        years = plan.section_years
        mine = years["section_id"] == question.section
        self.row: Any = years[mine & (years["year"] == question.year)].iloc[0]
        self.section: Any = plan.sections[plan.sections["section_id"] == question.section].iloc[0]
        self.stage = plan.norms.stage(str(self.row["stage"]))
        self.place = int(plan.sections["section_id"].tolist().index(question.section))

    def of(self, table: pd.DataFrame, *, all_years: bool = False) -> pd.DataFrame:
        """Return the section's rows of a table, those of the year unless all are wanted."""
        rows = table[table["section_id"] == self.question.section]
        return rows if all_years else rows[rows["year"] == self.question.year]

    def norm(self, path: str) -> tuple[tuple[str, Figure], ...]:
        """Return a norm with its path, nothing where the norms are silent."""
        figures = self.plan.norms.figures
        return ((path, figures[path]),) if path in figures else ()


def _not_open(asked: _Asked) -> Step:
    """That the section does not teach in the year, and when it begins or when it ended."""
    opens, closes = asked.section["opens"], asked.section["closes"]
    if not pd.isna(opens) and asked.question.year < int(opens):
        return Step("not_open_yet", {"year": asked.question.year, "opens": int(opens)})
    if not pd.isna(closes) and asked.question.year >= int(closes):
        return Step("closed", {"year": asked.question.year, "closes": int(closes)})
    return Step("not_open", {"year": asked.question.year})


def _classes(asked: _Asked) -> Step:
    """Every class of the year: grade, entry year, pupils against the standard size."""
    table = asked.of(asked.plan.class_years)
    if asked.question.figure == "entry_over_standard":
        table = table[table["grade"] == asked.stage.entry_grade]
    if asked.question.figure in ("over_standard", "large", "super_large", "largest_class"):
        table = table.sort_values("pupils", ascending=False, kind="stable")
    lists = asked.plan.study.classes
    counted = (
        asked.question.year == asked.base and lists["section_id"].eq(asked.question.section).any()
    )
    return Step(
        "classes",
        {
            "classes": len(table),
            "over_standard": int((table["band"] != "within").sum()),
            "large": int(table["band"].isin(["large", "super_large"]).sum()),
            "super_large": int((table["band"] == "super_large").sum()),
        },
        table[["grade", "cohort", "number", "pupils", "standard", "band"]],
        inputs=("classes",) if counted else (),
    )


def _limit(asked: _Asked) -> Step:
    """From how many pupils a class is large, and who says so."""
    stage = asked.stage
    return Step(
        "limit" if stage.large_class is not None else "no_limit",
        {"large": stage.large_class, "super_large": stage.super_large_class},
        norms=(
            *asked.norm(f"large_class.{stage.stage}"),
            *asked.norm(f"super_large_class.{stage.stage}"),
        ),
    )


def _standard(asked: _Asked) -> Step:
    """What the standard size of each grade is, and who says so."""
    stage = asked.stage
    grades = _grades_taught(asked)
    return Step(
        "standard",
        {},
        pd.DataFrame({"grade": grades, "standard": [stage.class_size[g] for g in grades]}),
        norms=tuple(
            found
            for grade in grades[:1]
            for found in asked.norm(f"class_size.{stage.stage}.{grade}")
        ),
    )


def _grades(asked: _Asked) -> Step:
    """How many pupils sit in each grade."""
    table = asked.of(asked.plan.section_grades)
    counted = asked.question.year == asked.base
    return Step(
        "grades_counted" if counted else "grades",
        {"pupils": int(table["pupils"].sum())},
        table[["grade", "pupils", "classes"]],
        inputs=("rolls",) if counted else (),
    )


def _cohorts(asked: _Asked) -> Step | None:
    """Each grade's pupils followed back to where they were counted, or to where they entered."""
    if asked.question.year == asked.base:
        return None
    rows = asked.of(asked.plan.section_grades)
    found = [_cohort(asked, int(grade)) for grade in rows["grade"].tolist()]
    return Step("cohorts", {"base": asked.base}, pd.DataFrame(found), inputs=("rolls",))


def _cohort(asked: _Asked, grade: int) -> dict[str, Any]:
    """Follow the pupils of one grade back, year by year, through the sections they came from."""
    plan, progression = asked.plan, asked.plan.progression
    column_of = {each: number for number, each in enumerate(plan.grades)}
    place_of = {key: number for number, key in enumerate(plan.sections["section_id"])}
    entered = asked.question.year - (grade - asked.stage.entry_grade)
    path: list[int | None] = []
    ratio = 1.0
    here = {asked.place}
    for year in range(asked.question.year, max(entered, asked.base) - 1, -1):
        then = grade - (asked.question.year - year)
        on_roll = plan.section_grades
        rows = on_roll[(on_roll["year"] == year) & (on_roll["grade"] == then)]
        places = rows["section_id"].map(place_of)
        # Years between the base year and the first planned one are not in the plan's tables.
        shown = year in plan.years
        path.append(int(rows.loc[places.isin(here), "pupils"].sum()) if shown else None)
        if year > max(entered, asked.base):
            ratio *= float(np.nanmean(progression.ratio[sorted(here), column_of[then]]))
            sources = (progression.sources.get((place, column_of[then]), ()) for place in here)
            here = {source for found in sources for source in found}
    return {
        "grade": grade,
        "cohort": entered,
        "path": tuple(reversed(path)),
        "ratio": ratio if len(path) > 1 else np.nan,
        "pupils": path[0],
    }


def _areas(asked: _Asked) -> Step | None:
    """Where the entrants of the year live: residents of entry age, entrants, walk, by area."""
    plan, year = asked.plan, asked.question.year
    areas = homes_of_entrants(plan.area_years, plan.shared_lots)
    mine = areas[
        (areas["section_id"] == asked.question.section)
        & (areas["stage"] == asked.stage.stage)
        & (areas["year"] == year)
    ]
    entrants = int(asked.row["entrants"] + asked.row["unseated"])
    if mine.empty:
        return Step(
            "county_intake", {"entrants": entrants, "weight": _weight(asked)}, inputs=("rolls",)
        )
    age = asked.stage.entry_age
    children = pd.Series(plan.residents.of_ages(age, age, year), index=plan.residents.area_ids)
    names = plan.study.areas.set_index("area_id")["name"]
    table = pd.DataFrame(
        {
            "area_id": mine["area_id"],
            "name": mine["area_id"].map(names),
            "residents": mine["area_id"].map(children).astype(float),
            "entrants": mine["entrants"],
            "walk_metres": mine["walk_metres"],
        }
    ).sort_values(["entrants", "area_id"], ascending=[False, True], ignore_index=True)
    return Step(
        "areas",
        {
            "areas": len(table),
            "residents": float(table["residents"].sum()),
            "zoned": int(table["entrants"].sum()),
            "entrants": int(asked.row["entrants"]),
            "unseated": int(asked.row["unseated"]),
            "age": age,
        },
        table,
        inputs=("residents", "births", "zones", "homes"),
    )


def _weight(asked: _Asked) -> float:
    """Return the share of the stage's entrants that a section of the whole county takes."""
    years = asked.plan.section_years
    same = (years["stage"] == asked.stage.stage) & (years["year"] == asked.question.year)
    everybody = int(years.loc[same, ["entrants", "unseated"]].to_numpy().sum())
    return float(asked.row["entrants"] + asked.row["unseated"]) / everybody if everybody else 0.0


def _policy(asked: _Asked) -> Step:
    """How classes are formed and divided, as the scenario says."""
    classes, seats = asked.plan.scenario.classes, asked.plan.scenario.seats
    used, rooms = int(asked.row["classes"]), int(asked.row["rooms"])
    return Step(
        "policy_divided" if classes.split_above else "policy_kept",
        {
            "split_above": classes.split_above,
            "overflow": seats.overflow,
            "rooms": rooms,
            "classes": used,
            "free": max(0, rooms - used),
        },
    )


def _rooms(asked: _Asked) -> Step:
    """The section's rooms, added up from those counted to those that classes may use."""
    section, year = asked.section, asked.question.year
    today = rooms_today(asked.plan.sections.loc[[section.name]], asked.plan.norms, [year])
    own, out_of_use = int(today.counted[0]), _number(section["condemned_rooms"])
    borrowed = int(today.borrowed[0, 0])
    built = sum(
        change
        for project in _of_section(asked)
        for key, first, change in project.room_changes()
        if key == section["section_id"] and first <= year and not project.done(asked.base)
    )
    usable = int(asked.row["rooms"])
    approved = int(today.approved[0, 0])
    parts = {
        "counted": own,
        "condemned": -out_of_use,
        "repair": approved - own + out_of_use,
        "borrowed": borrowed,
        "built": built,
        # What sections of one school share is the school's, and divided by need.
        "shared": usable - approved - borrowed - built,
        "usable": usable,
    }
    shown = {key: rooms for key, rooms in parts.items() if rooms or key in ("counted", "usable")}
    table = pd.DataFrame({"what": list(shown), "rooms": list(shown.values())})
    return Step("rooms", {"rooms": usable}, table, ("sections",))


def _of_section(asked: _Asked) -> list[Dated]:
    """Return the projects and measures that change the section."""
    return [
        project
        for project in dated_projects(asked.plan.study, asked.plan.scenario)
        if asked.question.section in (project.section_id, project.from_section)
    ]


def _number(cell: Any) -> int:
    """Return a cell as a whole number, 0 where nobody says."""
    return 0 if pd.isna(cell) else int(cell)


def _projects(asked: _Asked) -> Step | None:
    """The projects and measures that change the section's rooms, with the year they count from."""
    section = asked.question.section
    found = [
        {
            "project": project.key,
            "name": project.name,
            "kind": str(project.kind),
            "rooms": sum(rooms for key, _, rooms in project.room_changes() if key == section),
            "first_year": project.year,
        }
        for project in _of_section(asked)
    ]
    if not found:
        return None
    table = pd.DataFrame(found).astype({"first_year": "Int64"})
    return Step("projects", {"projects": len(table), "base": asked.base}, table, ("projects",))


def _limits(asked: _Asked) -> Step | None:
    """The seats that each limit leaves, and which of them counts and is the tightest."""
    table = asked.of(asked.plan.seat_limits)
    binding = table.loc[table["binding"], "limit"]
    if binding.empty:
        return None
    return Step(
        "limits",
        {"seats": int(asked.row["seats"]), "binding": str(binding.iloc[0])},
        table[["limit", "seats", "applied"]],
        inputs=("sections", "resources"),
    )


def _sizes(asked: _Asked) -> Step:
    """Seats as classes × standard size, grade by grade."""
    grades = _grades_taught(asked)
    rooms = int(asked.row["rooms"])
    each, over = divmod(rooms, len(grades))
    classes = [each + (number < over) for number in range(len(grades))]
    sizes = [asked.stage.class_size[grade] for grade in grades]
    return Step(
        "sizes",
        {"seats": int(asked.row["seats"]), "rooms": rooms},
        pd.DataFrame(
            {
                "grade": grades,
                "classes": classes,
                "standard": sizes,
                "seats": [count * size for count, size in zip(classes, sizes, strict=True)],
            }
        ),
        norms=asked.norm(f"class_size.{asked.stage.stage}.{grades[0]}"),
    )


def _use(asked: _Asked) -> Step:
    """Pupils and those turned away against seats."""
    row = asked.row
    pupils, unseated, seats = (int(row[name]) for name in ("pupils", "unseated", "seats"))
    if not seats:
        key = "use_without_seats"
    else:
        key = "use_upper_room" if unseated > max(0, pupils + unseated - seats) else "use"
    return Step(
        key,
        {
            "pupils": pupils,
            "unseated": unseated,
            "seats": seats,
            "shortage": int(row["shortage"]),
            "surplus": int(row["surplus"]),
            "utilisation": row["utilisation"],
        },
    )


def _entry(asked: _Asked) -> Step:
    """Entry seats: the classes the entry grade can open, × their standard size."""
    above = asked.of(asked.plan.section_grades)
    above = above[above["grade"] > asked.stage.entry_grade]
    size = asked.stage.class_size[asked.stage.entry_grade]
    return Step(
        "entry",
        {
            "entry_seats": int(asked.row["entry_seats"]),
            "rooms": int(asked.row["rooms"]),
            "above": int(above["classes"].sum()),
            "open": int(asked.row["entry_seats"]) // size,
            "size": size,
        },
        norms=asked.norm(f"class_size.{asked.stage.stage}.{asked.stage.entry_grade}"),
    )


def _intake(asked: _Asked) -> Step:
    """The entrants a section can seat year after year."""
    return Step(
        "intake",
        {
            "intake": int(asked.row["ordinary_intake"]),
            "rooms": int(asked.row["rooms"]),
            "size": asked.stage.class_size[asked.stage.entry_grade],
            "grades": len(_grades_taught(asked)),
        },
        norms=asked.norm(f"class_size.{asked.stage.stage}.{asked.stage.entry_grade}"),
    )


def _warning(asked: _Asked) -> Step:
    """Entrants against the ordinary intake, and from which share on a band begins."""
    row, stage = asked.row, asked.stage
    asking = int(row["entrants"] + row["unseated"])
    intake = int(row["ordinary_intake"])
    return Step(
        "warning" if intake else "warning_without_intake",
        {
            "entrants": asking,
            "intake": intake,
            "share": asking / intake if intake else None,
            "yellow": stage.warning_yellow,
            "red": stage.warning_red,
        },
        norms=(*asked.norm("warning.yellow"), *asked.norm("warning.red")),
    )


def _sureness(asked: _Asked) -> Step | None:
    """How sure the projection is: the interval of the section's pupils, and how forecasts did."""
    if asked.question.year == asked.base:
        return None
    names = ("low80", "high80", "low95", "high95", "shortage_probability")
    optional = ("large_low80", "large_high80", "large_probability")
    values = {name: asked.row[name] for name in (*names, *optional) if name in asked.row.index}
    known = "large_low80" in values and not pd.isna(values["large_low80"])
    of_classes = asked.question.figure == "large" and known
    return Step("sureness_large" if of_classes else "sureness", values)


def _grades_taught(asked: _Asked) -> list[int]:
    """Return the grades a section teaches, lowest first."""
    return list(range(int(asked.section["lowest_grade"]), int(asked.section["highest_grade"]) + 1))


_STEPS: Final[dict[str, Callable[[_Asked], Step | None]]] = {
    "areas": _areas,
    "classes": _classes,
    "cohorts": _cohorts,
    "entry": _entry,
    "grades": _grades,
    "intake": _intake,
    "limit": _limit,
    "limits": _limits,
    "not_open": _not_open,
    "policy": _policy,
    "projects": _projects,
    "rooms": _rooms,
    "sizes": _sizes,
    "standard": _standard,
    "sureness": _sureness,
    "use": _use,
    "warning": _warning,
}
