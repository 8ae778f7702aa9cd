"""Zone two real places from their files to checked plans: Gongyi city, and Seattle beside its own.

    python tests/benchmarks/real_zones.py [GONGYI] [--seconds 30] [--keep FOLDER]

GONGYI is the folder with gongyi_units.gpkg, ../shared/data/cn_gongyi_zhongyuan if none is named:
1,276 polygons, their pupils, and 22 schools with
seats. It becomes a study folder, and `planner zone` and `planner verify` run on it as a planner
would run them. Seattle is the study in tests/studies/seattle; its real zones of 2015 and the
redrawn ones are judged on the same walks, children and seats. Everything is read from what the
commands wrote.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd

from tests.benchmarks.main_job import run
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = ["Case", "make_gongyi", "read_case", "where_they_go"]

GONGYI: Final = SHARED / "data" / "cn_gongyi_zhongyuan"
SEATTLE: Final = Path(__file__).resolve().parents[1] / "studies" / "seattle"
YEAR: Final = 2023
STUDY_TOML: Final = """\
[study]
name = "巩义市（学区划分算例）"
name_en = "Gongyi (published districting case)"
norms = "cn"
base_year = 2023
crs = "EPSG:2333"
attributions = ["Units, pupils and seats: Y. Kong, Henan University; all else is assumed"]

[norms]
"walk_limit.primary" = 20000   # metres: the published case has no limit
"""
BASELINE_TOML: Final = """\
[about]
title = "New zones"
title_zh = "重新划片"
question = "Which zones seat every child near home?"
question_zh = "怎样划片才能就近入学、学位够用？"

[zones]
method = "redraw"
stages = ["primary"]
"""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Zones of one stage and what they were drawn for, as `planner zone` wrote it.

    Arrays are [area], [section], [area, section] or [pair, 2]; plans are sections by area.
    """

    pupils: IntArray
    seats: IntArray
    walk_metres: FloatArray
    limit_metres: FloatArray
    edges: IntArray
    today: IntArray
    drawn: IntArray
    claim: dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both cases."""
    words = command_line(__doc__)
    words.add_argument("gongyi", type=Path, nargs="?", default=GONGYI)
    words.add_argument("--seconds", type=float, default=30.0, help="for the search")
    words.add_argument("--keep", type=Path, help="folder for Gongyi's study and results")
    wanted = words.parse_args(arguments)
    if not is_there(wanted.gongyi):
        return
    before = machine()
    with tempfile.TemporaryDirectory() as scratch:
        folder = wanted.keep or Path(scratch)
        gongyi = folder / "gongyi"
        make_gongyi(wanted.gongyi, gongyi)
        asked = {"out": folder / "out", "seconds": wanted.seconds}
        county = _place("Gongyi", gongyi, "baseline", "primary", **asked)
        city = _place(
            "Seattle", SEATTLE, "redrawn_zones", "elementary", today="zones of 2015", **asked
        )
    text = (
        f"## Real places\n\n{before}\n\n"
        "Fresh processes. Gongyi: published units, pupils and seats as a study without streets;\n"
        "entrants are a sixth of the pupils. Seattle: walks along the streets, children and seats "
        "of the\nstudy in tests/studies/seattle.\n\n"
        f"{county}\n\n{city}"
    )
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("real places", text)


def make_gongyi(source: Path, folder: Path) -> None:
    """Write Gongyi's published units as a study.

    A unit's pupils are taken as its children of the six primary years, and as many are taken
    to be younger; a school stands at the point of its unit, has the published seats and, today,
    the pupils of the units nearest to it. There are no streets: walks are straight lines with a
    detour.
    """
    units = gpd.read_file(source / "gongyi_units.gpkg")
    keys = "U" + units["ID"].astype(str)
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "scenarios").mkdir()
    (folder / "study.toml").write_text(STUDY_TOML, encoding="utf-8")
    (folder / "scenarios" / "baseline.toml").write_text(BASELINE_TOML, encoding="utf-8")
    areas = gpd.GeoDataFrame({"area_id": keys, "name": keys}, geometry=units.geometry)
    areas.to_file(data / "areas.gpkg", layer="areas")
    with_school = units[units["school_capacity"] > 0]
    school = "S" + with_school["ID"].astype(str)
    gates = gpd.points_from_xy(with_school["x"], with_school["y"], crs=units.crs)
    schools = gpd.GeoDataFrame(
        {"school_id": school, "name": "School " + school, "kind": "primary"}, geometry=gates
    )
    schools.to_file(data / "schools.gpkg", layer="schools")
    seats = with_school["school_capacity"].astype(int)
    section = {"section_id": school + "P", "school_id": school, "stage": "primary", "seats": seats}
    pd.DataFrame(section).to_csv(data / "sections.csv", index=False)
    here, gate = units[["x", "y"]].to_numpy(), with_school[["x", "y"]].to_numpy()
    nearest = ((here[:, None] - gate[None]) ** 2).sum(axis=2).argmin(axis=1)
    rolls = np.bincount(nearest, weights=units["students"], minlength=len(gate)).astype(int)
    counted = {"section_id": school + "P", "year": YEAR, "pupils": rolls}
    pd.DataFrame(counted).to_csv(data / "rolls.csv", index=False)
    children = [
        pd.DataFrame(
            {
                "area_id": keys,
                "year": YEAR,
                "age_from": age,
                "age_to": age + 5,
                "residents": units["students"],
            }
        )
        for age in (0, 6)
    ]
    pd.concat(children).to_csv(data / "residents.csv", index=False)


def read_case(results: Path, stage: str) -> Case:
    """Read what `planner zone` wrote of one stage: the zones and what they were drawn for."""
    proof = results / "proof" / stage
    areas = pd.read_csv(proof / "areas.csv", dtype={"area_id": str})
    sections = pd.read_csv(proof / "sections.csv", dtype={"section_id": str})
    touching = pd.read_csv(proof / "edges.csv", dtype=str)
    walks = pd.read_parquet(proof / "walks.parquet").set_index("area_id")
    zones = pd.read_csv(results / "zones.csv", dtype=str).query("stage == @stage")
    drawn = areas.merge(zones, on="area_id", how="left", validate="one_to_one")["section_id"]
    place = pd.Series(np.arange(len(areas)), index=areas["area_id"])
    number = pd.Series(np.arange(len(sections)), index=sections["section_id"])
    limits = areas["limit_metres"].fillna(np.inf)
    return Case(
        pupils=areas["pupils"].to_numpy(np.int64),
        seats=sections["seats"].to_numpy(np.int64),
        walk_metres=walks.loc[areas["area_id"], sections["section_id"]].to_numpy(np.float64),
        limit_metres=limits.to_numpy(np.float64),
        edges=np.column_stack([place.loc[touching[name]] for name in touching]),
        today=number.loc[areas["before"]].to_numpy(np.int64),
        drawn=number.loc[drawn].to_numpy(np.int64),
        claim=json.loads((proof / "claim.json").read_text(encoding="utf-8")),
    )


def where_they_go(case: Case, plan: IntArray) -> dict[str, str]:
    """Add up one plan in the plainest way: walks, seats, moves and pieces."""
    pupils = case.pupils
    walks = case.walk_metres[np.arange(len(plan)), plan]
    load = np.bincount(plan, weights=pupils, minlength=len(case.seats))
    beyond = np.maximum(load - case.seats, 0)
    touching: nx.Graph[int] = nx.Graph()
    touching.add_nodes_from(range(len(plan)))
    touching.add_edges_from((a, b) for a, b in case.edges.tolist() if plan[a] == plan[b])
    use = load[case.seats > 0] / case.seats[case.seats > 0]
    pieces = nx.number_connected_components(touching)
    return {
        "pupils": f"{pupils.sum():,}",
        "mean walk, metres": f"{(pupils @ walks) / pupils.sum():,.0f}",
        "longest walk, metres": f"{walks[pupils > 0].max():,.0f}",
        "pupils beyond the walking limit": f"{pupils[walks > case.limit_metres].sum():,}",
        "pupils without a seat": f"{beyond.sum():,.0f}",
        "sections over their seats": f"{(beyond > 0).sum()} of {len(beyond)}",
        "fullest and emptiest section": f"{use.max():.0%}, {use.min():.0%}",
        "pupils moved to another section": f"{pupils[plan != case.today].sum():,}",
        "zones and their pieces": f"{len(set(plan.tolist()))}, {pieces}",
    }


def _place(
    title: str,
    study: Path,
    scenario: str,
    stage: str,
    *,
    out: Path,
    seconds: float,
    today: str = "",
) -> str:
    """Run `planner zone` and `planner verify` on a study; judge what they wrote, and today's."""
    where = ("--study", str(study), "--stage", stage, "--out", str(out))
    zoned = run("zone", scenario, *where, "--seconds", str(seconds))
    results = out / f"{scenario}-zone"
    verified = run("verify", str(results))
    steps = [(f"planner zone --seconds {seconds:g}", zoned), ("planner verify", verified)]
    took = [(name, f"{each.seconds:.1f}", f"{each.peak_mb:.0f}") for name, each in steps]
    case = read_case(results, stage)
    near = case.walk_metres.argmin(axis=1)
    plans = {today: case.today, "nearest section": near, "redrawn": case.drawn}
    columns = {name: where_they_go(case, plan) for name, plan in plans.items() if name}
    lines = [(line, *(column[line] for column in columns.values())) for line in columns["redrawn"]]
    return (
        f"### {title}: {len(case.pupils):,} areas, {len(case.seats)} sections\n\n"
        f"Entrants of {case.claim['year']}; status {case.claim['status']}, gap "
        f"{case.claim['gap']:.3%}; the audit passed.\n\n"
        f"{table(('from files to zones, workbook, map', 'seconds', 'peak memory MB'), took)}\n\n"
        f"{table(('', *columns), lines)}"
    )


if __name__ == "__main__":
    main()
