"""Hold the seats in rooms against floor area, beds, sports grounds and staff, where known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd

from planner.capacity.stock import SHARED, pupils_today, stock_by_section, stock_of_year
from planner.norms import floor_area, nominal_seats
from planner.results import SeatLimits
from planner.terms import ProjectKind, SchoolKind, SeatLimit, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from planner.capacity.projects import Dated
    from planner.norms import Norms
    from planner.study import Study

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]
    WordArray = npt.NDArray[np.str_]

__all__ = ["Capped", "cap_seats", "limits_table", "seats_by_limit"]

_EXACT: Final = 1e-9  # 3569 m² ÷ (3569 ÷ 540) m² are 540 seats, whatever floats make of it


@dataclass(frozen=True, slots=True, eq=False)
class Capped:
    """Seats after all limits.

    Attributes:
        seats: The least that any limit allows, [section, year].
        limit: Name of the limit that allows least, "" where there are no seats, [section, year].
    """

    seats: IntArray
    limit: WordArray


def seats_by_limit(
    study: Study,
    sections: pd.DataFrame,
    approved: IntArray,
    rooms_counted: IntArray,
    in_rooms: IntArray,
    years: Sequence[int],
    dated: list[Dated],
) -> dict[SeatLimit, FloatArray]:
    """Return how many pupils each limit lets a section seat, [section, year], NaN where unknown.

    Floor area ÷ basic area per pupil; beds ÷ share of pupils who board; sports area ÷ area per
    pupil of the balance rule L5; staff × pupils per member of staff. Resources are those of the
    newest year on or before the base year; floor area goes with the rooms and the projects,
    everything else stays.

    Args:
        study: Resources, rolls and norms.
        sections: The sections, in the order of all arrays.
        approved: Rooms that make seats, [section, year].
        rooms_counted: Rooms that were counted today, in use or not, [section].
        in_rooms: Seats in the approved rooms, [section, year].
        years: School years.
        dated: Projects and measures that are still to come.
    """
    had = _resources(study, sections)
    area = _floor_area(had["floor_area_m2"], sections, approved, rooms_counted, years, dated)
    per_pupil = _floor_per_pupil(sections, approved, np.isfinite(area), study.norms)
    as_today = np.ones(approved.shape)
    found = {
        SeatLimit.FLOOR_AREA: area / per_pupil,
        SeatLimit.BEDS: _by_beds(study, sections, had)[:, None] * as_today,
        SeatLimit.SPORTS_AREA: _by_sports(sections, had, study.norms)[:, None] * as_today,
        SeatLimit.STAFF: _by_staff(sections, had, study.norms)[:, None] * as_today,
    }
    whole = {limit: np.floor(seats + _EXACT) for limit, seats in found.items()}
    return {SeatLimit.ROOMS: in_rooms.astype(float), **whole}


def cap_seats(by_limit: Mapping[SeatLimit, FloatArray], applied: Sequence[str]) -> Capped:
    """Return the least of the limits that apply, and which one it is; of equals the first."""
    names = [limit for limit in SeatLimit if limit.value in applied]
    stacked = np.stack([by_limit[name] for name in names])
    known = np.where(np.isnan(stacked), np.inf, stacked)
    seats = known.min(axis=0).astype(np.int64)
    word = np.array([name.value for name in names])[known.argmin(axis=0)]
    return Capped(seats, np.where(seats > 0, word, ""))


def limits_table(
    sections: pd.DataFrame,
    years: Sequence[int],
    by_limit: Mapping[SeatLimit, FloatArray],
    capped: Capped,
    applied: Sequence[str],
    is_open: BoolArray,
) -> pd.DataFrame:
    """Return every limit of every open section and year as a table of `planner.results`."""
    keys = sections[["section_id", "stage"]].reset_index(drop=True)
    parts = []
    for limit, seats in by_limit.items():
        row, year = np.nonzero(np.isfinite(seats) & is_open)
        part = keys.iloc[row].assign(
            year=np.asarray(years)[year],
            limit=limit.value,
            seats=seats[row, year].astype(np.int64),
            applied=limit.value in applied,
            binding=capped.limit[row, year] == limit.value,
            row=row,
        )
        parts.append(part)
    table = pd.concat(parts, ignore_index=True).sort_values(["row", "year"], kind="stable")
    table = table.drop(columns="row").reset_index(drop=True)
    return cast("pd.DataFrame", SeatLimits.validate(table, lazy=True))


def _resources(study: Study, sections: pd.DataFrame) -> pd.DataFrame:
    """Return floor and sports area, boarders and staff by section, NaN where not known.

    What a school shares is divided by today's pupils of its sections. `boarders_year` is the
    year in which boarders were counted.
    """
    items = ["floor_area_m2", "sports_area_m2", "boarders", "staff"]
    named = study.resources["item"].str.removeprefix(SHARED).isin(items)
    rows = study.resources[named]
    counted = rows[(rows["year"] <= study.base_year) & (rows["item"] == "boarders")]
    had = stock_by_section(stock_of_year(rows, study.base_year), pupils_today(study))
    had = had.reindex(index=sections["section_id"], columns=items).astype(float)
    years = counted.groupby("section_id")["year"].max()
    return had.assign(boarders_year=years.reindex(had.index).astype(float))


def _floor_area(
    counted: pd.Series[float],
    sections: pd.DataFrame,
    approved: IntArray,
    rooms_counted: IntArray,
    years: Sequence[int],
    dated: list[Dated],
) -> FloatArray:
    """Return floor area in m², [section, year]: today's with its rooms, and what is built.

    Rooms out of use take their part of the area along. A section that is all new has the area
    its projects name, none is known where one of them names none.
    """
    given, rooms_given = np.zeros(approved.shape), np.zeros(approved.shape, dtype=np.int64)
    row_of = {key: row for row, key in enumerate(sections["section_id"])}
    for project in dated:
        if project.floor_area_m2 is None or project.year is None or _takes(project):
            continue
        row = row_of.get(project.section_id)
        if row is not None:
            there = np.asarray(years) >= project.year
            given[row] += project.floor_area_m2 * there
            rooms_given[row] += project.rooms * there
    with_today = np.maximum(approved - rooms_given, 0)
    rooms = rooms_counted.astype(float)[:, None]
    per_room = np.divide(
        counted.to_numpy()[:, None], rooms, out=np.full_like(rooms, np.nan), where=rooms > 0
    )
    area: FloatArray = np.where(with_today > 0, per_room * with_today, 0.0) + given
    area[~(approved > 0)] = np.nan
    return area


def _takes(project: Dated) -> bool:
    """Tell whether a project builds nothing."""
    return project.kind in (ProjectKind.CLOSURE, ProjectKind.CONDEMNED)


def _floor_per_pupil(
    sections: pd.DataFrame, approved: IntArray, asked: BoolArray, norms: Norms
) -> FloatArray:
    """Return the basic floor area per pupil in m², [section, year], NaN where norms lack it.

    建标〔2002〕102号 table 4-1 asks of a whole school: a nine-year school is measured by the
    classes of its primary and junior sections together. The table is for towns; for villages
    only a table of their own counts.
    """
    per_pupil = np.full(approved.shape, np.nan)
    kinds = [_floor_kind(section, norms) for section in sections.to_dict("records")]
    known: dict[tuple[str, int], float] = {}
    for row in map(int, np.flatnonzero(asked.any(axis=1))):
        kind = kinds[row]
        if kind == SchoolKind.KINDERGARTEN:
            per_pupil[row] = norms.number(_KINDERGARTEN_FLOOR)
        elif kind:
            together = _same_building(sections, row, kind, norms)
            for year, classes in enumerate(approved[together].sum(axis=0).tolist()):
                if classes:
                    cell = (kind, classes)
                    if cell not in known:
                        known[cell] = _table_per_pupil(norms, kind, classes)
                    per_pupil[row, year] = known[cell]
    return per_pupil


_KINDERGARTEN_FLOOR: Final = "kindergarten_area.floor"
_KINDERGARTEN_STAFF: Final = "kindergarten_staff.full_day_most"


def _floor_kind(section: Mapping[Any, Any], norms: Norms) -> str:
    """Return the kind of school whose table of floor areas a section goes by, "" for none."""
    stage = section["stage"]
    if stage == SchoolKind.KINDERGARTEN:
        return stage if _KINDERGARTEN_FLOOR in norms.figures else ""
    rural = "rural_" if section["setting"] == Setting.VILLAGE else ""
    for kind in (f"{rural}{section['kind']}", f"{rural}{stage}"):
        taught = norms.school_kinds.get(kind, ())
        table = f"floor_area.basic.{kind}."
        if stage in taught and any(path.startswith(table) for path in norms.figures):
            return kind
    return ""


def _same_building(sections: pd.DataFrame, row: int, kind: str, norms: Norms) -> BoolArray:
    """Tell which sections of the same school count with one in a kind's table."""
    section = sections.iloc[row]
    same: BoolArray = (
        (sections["school_id"] == section["school_id"])
        & sections["stage"].isin(norms.school_kinds[kind])
    ).to_numpy()
    return same


def _table_per_pupil(norms: Norms, kind: str, classes: int) -> float:
    """Return basic floor area per pupil of a school of so many classes."""
    area = floor_area(norms, kind, classes, indicator="basic")
    return area / nominal_seats(norms, kind, classes)


def _by_beds(study: Study, sections: pd.DataFrame, had: pd.DataFrame) -> FloatArray:
    """Return the pupils whose boarders the beds hold: beds ÷ share of pupils who board."""
    rolls = study.rolls.groupby(["section_id", "year"])["pupils"].sum()
    keys = pd.MultiIndex.from_arrays([had.index, had["boarders_year"]])
    pupils = rolls.reindex(keys).to_numpy(dtype=float, na_value=np.nan)
    beds = sections["beds"].to_numpy(dtype=float, na_value=np.nan)
    boarders = np.minimum(had["boarders"].to_numpy(), pupils)
    known = (beds > 0) & (boarders > 0)
    seats: FloatArray = np.divide(
        beds * pupils, boarders, out=np.full(len(beds), np.nan), where=known
    )
    return seats


def _by_sports(sections: pd.DataFrame, had: pd.DataFrame, norms: Norms) -> FloatArray:
    """Return the pupils who have sports ground enough, by the balance rule L5."""
    each = sections["stage"].map(
        {
            stage.stage: norms.number(path)
            for stage in norms.stages
            if (path := f"balance.resource.L5.{stage.stage}") in norms.figures
        }
    )
    return _per(had["sports_area_m2"], each)


def _by_staff(sections: pd.DataFrame, had: pd.DataFrame, norms: Norms) -> FloatArray:
    """Return the pupils whom the staff can look after, by the ratio of the stage."""
    ratios = {stage.stage: stage.staff_ratio for stage in norms.stages if stage.staff_ratio}
    if _KINDERGARTEN_STAFF in norms.figures:
        ratios[SchoolKind.KINDERGARTEN.value] = norms.number(_KINDERGARTEN_STAFF)
    each = 1 / sections["stage"].map(ratios).astype(float)
    return _per(had["staff"], each)


def _per(stock: pd.Series[float], each: pd.Series[float]) -> FloatArray:
    """Return a stock ÷ what each pupil needs of it; NaN where nothing was counted."""
    amount = stock.to_numpy(dtype=float)
    needed = each.to_numpy(dtype=float)
    seats: FloatArray = np.divide(
        amount, needed, out=np.full(len(amount), np.nan), where=amount > 0
    )
    return seats
