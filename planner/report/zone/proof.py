"""Write down what zones were drawn for and what is claimed of them, so that anybody can check.

Everything stands in plain tables under proof/, one folder for each stage, explained by
proof/README.md; `planner verify` reads nothing else.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.report.manifest import write_json
from planner.report.shared import write_shared_proof

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from planner.drafting import Draft, DraftedZones
    from planner.zoning import Problem, Zoning

__all__ = ["write_proof", "zones_name"]


def zones_name(number: int) -> str:
    """Return the file of the plan with a number, the first being 1."""
    return "zones.csv" if number == 1 else f"zones_{number}.csv"


def write_proof(draft: Draft, folder: Path) -> None:
    """Write proof/ with the inputs of every stage and a claim for every plan."""
    proof = folder / "proof"
    proof.mkdir()
    (proof / "README.md").write_text(_README, encoding="utf-8", newline="\n")
    for drafted in draft.stages:
        place = proof / drafted.stage.stage
        place.mkdir()
        _write_inputs(drafted, place)
        write_json(_claim(drafted, drafted.zoning, 1), place / "claim.json")
        for number, other in enumerate(drafted.others or (), start=2):
            write_json(_claim(drafted, other.zoning, number), place / f"claim_{number}.json")
    sections = draft.sections["section_id"].to_numpy() if draft.shared else np.zeros(0)
    for shared in draft.shared:
        place = proof / shared.stage.stage / "shared"
        place.mkdir()
        areas = draft.study.areas["area_id"].tolist()
        first = draft.years[shared.first]
        write_shared_proof(shared, areas, sections[shared.rows].tolist(), first, place)


def _write_inputs(drafted: DraftedZones, folder: Path) -> None:
    """Write the tables that the zones were drawn for."""
    problem = drafted.problem
    _csv(_areas(drafted), folder / "areas.csv")
    _csv(_sections(drafted), folder / "sections.csv")
    _csv(_edges(drafted), folder / "edges.csv")
    _matrix(drafted, problem.walk_metres, folder / "walks.parquet")
    if drafted.time is not None:
        _matrix(drafted, drafted.time.taken, folder / "minutes.parquet")
    for number, metres in enumerate(problem.surcharges.values(), start=1):
        _matrix(drafted, metres, folder / f"surcharge_{number}.parquet")
    if problem.cases is not None:
        _csv(_cases(drafted), folder / "cases.csv")


def _areas(drafted: DraftedZones) -> pd.DataFrame:
    """Return one row for each area: its pupils, its section until now, what holds it."""
    problem, plan = drafted.problem, drafted.zoning.section_of_area
    nowhere = np.full(problem.areas, -1)
    today = nowhere if problem.today is None else problem.today
    locked = np.zeros(problem.areas, bool) if problem.locked is None else problem.locked
    by_hand = drafted.locked & ~locked if drafted.edited is not None else np.zeros_like(locked)
    # Where minutes count, each way has metres of its own: the minutes say it once.
    time = drafted.time
    timed = np.zeros(problem.areas, bool) if time is None else np.isfinite(time.allowed)
    limit = np.where(timed, np.inf, problem.limit_metres[:, 0])
    table = pd.DataFrame(
        {
            "area_id": drafted.area_ids,
            "pupils": problem.pupils,
            "today": _named(drafted, today),
            "before": _named(drafted, drafted.before),
            "locked_to": _named(drafted, np.where(locked, today, -1)),
            "held_in": _named(drafted, np.where(by_hand, drafted.before, -1)),
            "moved_to": _named(drafted, np.where(drafted.moved, plan, -1)),
            "limit_metres": np.where(np.isfinite(limit), limit, np.nan),
        }
    )
    if time is not None:
        table["limit_minutes"] = np.where(timed, time.allowed, np.nan)
    for wish in problem.together:
        table[f"together:{wish.name}"] = ["" if one < 0 else str(one) for one in wish.group]
    if problem.mix is not None:
        table["marked"] = problem.mix.marked
    if problem.shape is not None:
        table["square_metres"] = problem.shape.square_metres
        table["outline_metres"] = problem.shape.outline_metres
    return table


def _sections(drafted: DraftedZones) -> pd.DataFrame:
    """Return one row for each section: its seats and the area in which it stands."""
    problem = drafted.problem
    keys = np.array([*drafted.area_ids, ""], dtype=object)
    table = pd.DataFrame(
        {
            "section_id": drafted.section_ids,
            "seats": problem.seats,
            "home_area_id": keys[problem.home],
        }
    )
    if problem.band is not None:
        table["band_metres"] = np.broadcast_to(problem.band.metres, problem.sections)
    return table


def _edges(drafted: DraftedZones) -> pd.DataFrame:
    """Return one row for each pair of areas that touch."""
    problem = drafted.problem
    keys = np.array(drafted.area_ids, dtype=object)
    table = pd.DataFrame(keys[problem.edges].reshape(-1, 2), columns=["area_id", "touches"])
    if problem.shape is not None:
        table["border_metres"] = problem.shape.border_metres
    return table


def _cases(drafted: DraftedZones) -> pd.DataFrame:
    """Return the pupils and seats of every case, one row for each area or section."""
    problem = drafted.problem
    assert problem.cases is not None
    tables = []
    for kind, keys, numbers in (
        ("area", drafted.area_ids, problem.cases.pupils),
        ("section", drafted.section_ids, problem.cases.seats),
    ):
        count = len(numbers)
        tables.append(
            pd.DataFrame(
                {
                    "case": np.repeat(np.arange(1, count + 1), len(keys)),
                    "kind": kind,
                    "id": np.tile(np.array(keys, dtype=object), count),
                    "number": numbers.ravel(),
                }
            )
        )
    return pd.concat(tables)


def _claim(drafted: DraftedZones, zoning: Zoning, number: int) -> dict[str, Any]:
    """Return what is claimed of one plan, by the keys of areas and sections."""
    problem, areas, sections = drafted.problem, drafted.area_ids, drafted.section_ids
    return {
        "stage": drafted.stage.stage,
        "names": dict(drafted.stage.names),
        "year": drafted.year,
        "zones": zones_name(number),
        "by_hand": drafted.edited is not None,
        **_rules(problem),
        "value": zoning.value,
        "terms": dict(zoning.terms),
        "bound": zoning.bound,
        "gap": zoning.gap,
        "status": str(zoning.status),
        "overflow": {
            sections[section]: int(zoning.overflow[section])
            for section in np.flatnonzero(zoning.overflow)
        },
        "pieces": [
            {
                "section": sections[piece.section],
                "areas": [areas[area] for area in piece.areas],
                "reason": str(piece.reason),
            }
            for piece in zoning.pieces
        ],
        "unreachable": [areas[area] for area in zoning.unreachable],
        "breaches": {
            name: [areas[area] for area in broken] for name, broken in zoning.breaches.items()
        },
    }


def _rules(problem: Problem) -> dict[str, Any]:
    """Return the prices and rules; null is a price where something is forbidden."""
    weights = problem.weights
    rules: dict[str, Any] = {
        "rules": {"contiguous": problem.contiguous, "limit_is_hard": problem.limit_is_hard},
        "prices": {
            "overflow_metres": weights.overflow_metres,
            "over_limit_metres": weights.over_limit_metres,
            "changed_metres": weights.changed_metres,
        },
        "surcharges": [
            {"name": name, "file": f"surcharge_{number}.parquet"}
            for number, name in enumerate(problem.surcharges, start=1)
        ],
        "together": [
            {"name": wish.name, "metres": wish.metres if math.isfinite(wish.metres) else None}
            for wish in problem.together
        ],
    }
    if problem.band is not None:
        rules["band"] = {"low": problem.band.low, "high": problem.band.high}
    if problem.mix is not None:
        rules["mix"] = {"tolerance": problem.mix.tolerance, "metres": problem.mix.metres}
    if problem.shape is not None:
        rules["shape"] = {"metres": problem.shape.metres}
    if problem.cases is not None:
        rules["quantile"] = problem.cases.quantile
    return rules


def _named(drafted: DraftedZones, sections: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """Return the keys of sections, empty for -1."""
    keys = np.array([*drafted.section_ids, ""], dtype=object)
    return keys[sections]


def _csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table that reads back to the last bit."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _matrix(drafted: DraftedZones, metres: npt.NDArray[np.float64], path: Path) -> None:
    """Write one row per area and one column per section; infinite lengths are left empty."""
    finite = pd.DataFrame(
        np.where(np.isfinite(metres), metres, np.nan), columns=list(drafted.section_ids)
    )
    finite.insert(0, "area_id", list(drafted.area_ids))
    finite.to_parquet(path, index=False)


_README: Final = """\
# What these zones were drawn for / 划片依据

`planner verify FOLDER` reckons every figure anew from these files and from the zones beside them.
`planner verify 文件夹` 仅凭这些文件和上级目录中的招生范围表重新核算全部数字。

One folder for each stage / 每个学段一个文件夹:

| file 文件 | content 内容 |
|---|---|
| areas.csv | `pupils` who are to be seated 新生数; `today` section in force 现行学段部; \
`before` section before anything was drawn or moved 调整前学段部; `locked_to`, `held_in` section \
that a lock keeps it in 锁定于; `moved_to` where it was moved by hand 手工调至; \
`limit_metres` longest walk, empty: none 步行上限（空为不限）; `limit_minutes` in its place, where \
children ride and minutes count 乘车或骑行时的分钟上限 |
| sections.csv | `seats` 学位; `home_area_id` area in which it stands, empty: outside every area \
所在单元（空为不在任何单元内） |
| edges.csv | pairs of areas that touch 相邻单元 |
| walks.parquet | metres from each area (row) to each section (column), empty: no way \
各单元到各学段部的步行米数（空为无路可达） |
| minutes.parquet | the same in minutes, where `limit_minutes` counts 各单元到各学段部的分钟数 |
| surcharge_N.parquet | further metres per pupil, empty: forbidden 附加代价（空为禁止） |
| cases.csv | pupils and seats of several years or draws 多个学年或情形的新生与学位 |
| claim.json | prices, rules, value by term, bound, gap, status, and what is not kept \
代价、规则、各项目标值、下界、最优差距、状态及未满足的要求 |
| shared/ | zones of several sections (多校划片): pupils, seats, quality, walks, \
`limits.parquet` longest walk by lot, `lots.csv` chances, and their own claim \
派位的依据、机会与结论 |
| claim_N.json | the same of further plans, zones_N.csv 其他方案 |

With wishes of their own, areas.csv also has `together:NAME` (number of the group), `marked` \
(pupils who should be spread), `square_metres`, `outline_metres`; sections.csv `band_metres`; \
edges.csv `border_metres`.
"""
