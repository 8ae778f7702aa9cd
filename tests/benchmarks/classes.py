"""Time possible classes and their cure, set intervals against the truth, form Taiwan's classes.

    python tests/benchmarks/classes.py [COUNTIES]

COUNTIES is how many invented counties are planned, 15 if it is not said. Taiwan's schools are read
from ../shared/data/tw_elementary beside the repository, where they are.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.classes import form_classes
from planner.classes.draws import FUTURES, ClassStart, CohortSpread, draw_classes
from planner.plan import make_plan
from planner.sample import make_sample
from planner.scenario import ClassSettings, Scenario, YearSettings
from planner.study import read_study
from tests.benchmarks.cure import time_cure
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section
from tests.classes.towns import AS_EXPECTED, by_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from planner.plan import Plan

    Whole = npt.NDArray[np.int64]

SECTIONS, GRADES, YEARS = 3_000, 12, 15
AREAS, SMALL_SECTIONS, AHEAD = 150, 40, 5
SEEDS: Final = 15
TAIWAN: Final = SHARED / "data" / "tw_elementary" / "tw_elementary_schools_113.csv"
NATIONAL_CAP: Final = 28  # pupils per elementary class, Taiwan's norm of school year 113
CAPS: Final = range(14, 36)


def main() -> None:
    """Print all parts; Taiwan only where its schools are."""
    words = command_line(__doc__)
    words.add_argument("counties", nargs="?", type=int, default=SEEDS, help="how many are invented")
    words.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    wanted = words.parse_args()
    if wanted.measure:
        sys.stdout.write(json.dumps(measured()))
        return
    before = machine()
    parts = [speed_section(), time_cure(), truth_section(wanted.counties), taiwan_section()]
    text = "\n\n".join(parts)
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("classes", f"## Classes and their cure\n\n{before}\n\n{text}")


def speed_section() -> str:
    """Return what the classes of a large county cost, in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.classes", "--measure"]
    with tempfile.TemporaryDirectory() as cache:
        run = subprocess.run(
            words,
            env={**os.environ, "NUMBA_CACHE_DIR": cache},
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(run.stdout)
    return (
        "### Speed\n\n"
        f"{SECTIONS:,} sections × {GRADES} grades × {YEARS} years × {FUTURES} futures, "
        f"{found['classes']:,.0f} classes a year,\nall of one stage: "
        f"{found['seconds']:.1f} s ({found['cpu_seconds']:.1f} s of processor time on "
        f"{os.cpu_count()} cores), {found['peak_mb']:.0f} MB at the peak of the process\n"
        f"({found['before_mb']:.0f} MB before, the rolls of the futures included). Compiling the "
        f"loops, once on a machine: {found['compile_seconds']:.1f} s."
    )


def measured() -> dict[str, float]:
    """Return seconds and megabytes of a county of many sections."""
    small, large = (_county_of(sections) for sections in (2, SECTIONS))
    began = time.perf_counter()
    draw_classes(small, seed=1)
    compiled = time.perf_counter() - began
    before = _peak_mb()
    began, worked = time.perf_counter(), time.process_time()
    draw_classes(large, seed=1)
    return {
        "compile_seconds": compiled,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "before_mb": before,
        "peak_mb": _peak_mb(),
        "classes": sum(map(len, large.classes.values())),
    }


def _county_of(sections: int) -> ClassStart:
    """Return an invented stage whose sections have 30 to 320 pupils a grade."""
    chance = np.random.default_rng(1)
    size = chance.integers(30, 320, sections)
    pupils = chance.poisson(size[:, None, None] * np.ones((sections, GRADES, YEARS)))
    rooms = np.ceil(size / 48).astype(int) * GRADES + chance.integers(0, 4, sections)
    walk = np.cumsum(chance.normal(0, 0.03, (sections, YEARS, FUTURES)), axis=1)
    walk[:, 0] = 0
    formed = {
        (section, grade): sizes
        for section in range(sections)
        for grade, sizes in enumerate(
            form_classes(pupils[section, :, 0].tolist(), [45] * GRADES, int(rooms[section]))
        )
    }
    return ClassStart(
        rows=np.arange(sections),
        grades=tuple(range(1, GRADES + 1)),
        pupils=pupils,
        rolls=(pupils.sum(axis=1)[:, :, None] * np.exp(walk)).astype(np.float32),
        rooms=rooms[:, None].repeat(YEARS, axis=1),
        classes=formed,
        sources={(row, grade): (row,) for row in range(sections) for grade in range(1, GRADES)},
        standard=(45,) * GRADES,
        large=56,
        super_large=66,
        policy=ClassSettings(),
        spread=CohortSpread(new=(-1.2, 0.74, 0.59), climbing=(-1.2, 0.74)),
    )


def truth_section(seeds: int) -> str:
    """Return how often the large classes of invented counties lay within the plan's intervals."""
    found = [_one_county(seed) for seed in range(seeds)]
    county, sections = (pd.concat(part, ignore_index=True) for part in zip(*found, strict=True))
    rows = [
        *_lines("stage of the county", county),
        *_lines("section", sections),
    ]
    return "\n\n".join(
        (
            f"### Large classes against the truth, {seeds} invented counties",
            f"Counties of {AREAS} areas and {SMALL_SECTIONS} sections, planned {AHEAD} years "
            "ahead\nwithout building. The truth is the pupils who came, by grade; their classes "
            "are\nformed from those of the counted year by the plan's own rules in plain Python. "
            "n is\nstage-years, or section-years. `sure` are those whose interval is one number.",
            table(
                ("", "n", "large, came", "large, plan", "within 80 %", "sure", "mean width"), rows
            ),
            _reliability(sections),
        )
    )


def _lines(name: str, found: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield one line of the table for each stage, and for those where there is any doubt."""
    parts = [(f"{name}, {stage}", part) for stage, part in found.groupby("stage")]
    parts += [(f"{name}, {ahead} ahead", part) for ahead, part in found.groupby("ahead")]
    doubt = found[found["high"] > found["low"]]
    for words, part in (*parts, (f"{name}, all", found), (f"{name}, in doubt", doubt)):
        inside = part["came"].between(part["low"], part["high"])
        width = part["high"] - part["low"]
        yield (
            words,
            f"{len(part):,}",
            f"{part['came'].sum():,}",
            f"{part['large'].sum():,}",
            f"{inside.mean():.1%}",
            f"{(width == 0).mean():.1%}",
            f"{width.mean():.2f}",
        )


def _reliability(sections: pd.DataFrame) -> str:
    """Return how often there was a large class where so probable a one was foretold."""
    edges = [-0.001, 0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0]
    band = pd.cut(sections["probability"], edges)
    rows = [
        (
            str(interval).replace("(-0.001, 0.0]", "0"),
            f"{len(part):,}",
            f"{part['probability'].mean():.1%}",
            f"{(part['came'] > 0).mean():.1%}",
        )
        for interval, part in sections.groupby(band, observed=True)
    ]
    return table(("probability of a large class", "section-years", "foretold", "came"), rows)


def _one_county(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return stages and sections by planned year: large classes planned, foretold and come."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "county"
        make_sample(folder, areas=AREAS, sections=SMALL_SECTIONS, ahead=AHEAD, seed=seed)
        study = read_study(folder)
        truth = pd.read_csv(folder / "truth.csv")
    study = dataclasses.replace(study, projects=study.projects.iloc[:0])
    last = study.base_year + AHEAD
    plan = make_plan(study, Scenario(name="truth", years=YearSettings(last=last)), seed=seed)
    came = pd.concat([_came(plan, truth, stage.stage) for stage in plan.norms.stages])
    keys = ["section_id", "stage", "year"]
    sections = _foretold(plan.section_years, study.base_year).merge(came, on=keys)
    sums = came.groupby(["stage", "year"], as_index=False)["came"].sum()
    county = _foretold(plan.county_years, study.base_year).merge(sums, on=["stage", "year"])
    return county, sections


def _foretold(years: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Return the planned years for which large classes are foretold."""
    named = years.rename(
        columns={
            "large_low80": "low",
            "large_high80": "high",
            "large_probability": "probability",
        }
    )
    return named[named["low"].notna()].assign(ahead=named["year"] - base_year)


def _came(plan: Plan, truth: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the large classes by section and year that the pupils who came make."""
    norm = plan.norms.stage(stage)
    mine = plan.section_years[plan.section_years["stage"] == stage]
    keys = list(mine["section_id"].unique())
    place = {key: number for number, key in enumerate(keys)}
    shape = len(keys), len(norm.grades), len(plan.years)
    pupils = np.zeros(shape, dtype=np.int64)
    counted = plan.section_grades[plan.section_grades["year"] == plan.years[0]]
    for section, grade, year, there in _cells(pd.concat([counted, truth]), "year", "pupils"):
        if section in place and year in plan.years:
            pupils[place[section], grade - norm.grades[0], year - plan.years[0]] = there
    start = _start_of(plan, mine, pupils, place, stage)
    cells = by_rules(start, pupils)
    large = np.zeros((len(keys), len(plan.years)), dtype=np.int64)
    for (row, _, year), sizes in cells.items():
        large[row, year] += sum(size >= start.large for size in sizes)
    return pd.DataFrame(
        {
            "section_id": np.repeat(keys, len(plan.years)),
            "stage": stage,
            "year": np.tile(plan.years, len(keys)),
            "came": large.ravel(),
        }
    )


def _start_of(
    plan: Plan, years: pd.DataFrame, pupils: Whole, place: dict[str, int], stage: str
) -> ClassStart:
    """Return what the rules need of one stage: rooms, counted classes, who goes on where."""
    norm = plan.norms.stage(stage)
    counted = plan.class_years.query(f"stage == '{stage}' and year == {plan.years[0]}")
    classes: dict[tuple[int, int], tuple[int, ...]] = {}
    for section, grade, _, size in _cells(counted, "number", "pupils"):
        cell = place[section], grade - norm.grades[0]
        classes[cell] = (*classes.get(cell, ()), size)
    key_of = dict(enumerate(plan.sections["section_id"]))
    first = plan.grades.index(norm.grades[0])
    sources = {
        (place[key_of[row]], column - first): tuple(place[key_of[one]] for one in found)
        for (row, column), found in plan.progression.sources.items()
        if key_of[row] in place
    }
    rooms = years.pivot_table(index="section_id", columns="year", values="rooms", sort=False)
    return ClassStart(
        rows=np.arange(len(place)),
        grades=norm.grades,
        pupils=pupils,
        rolls=np.zeros((len(place), len(plan.years), 0), dtype=np.float32),
        rooms=rooms.loc[list(place)].to_numpy(dtype=np.int64),
        classes=classes,
        sources=sources,
        standard=tuple(norm.class_size[grade] for grade in norm.grades),
        large=norm.large_class or sys.maxsize,
        super_large=norm.super_large_class,
        policy=plan.scenario.classes,
        spread=AS_EXPECTED,
    )


def _cells(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield section, grade and two more whole numbers of each row."""
    for row in frame[["section_id", "grade", *columns]].to_numpy():
        yield str(row[0]), int(row[1]), int(row[2]), int(row[3])


def taiwan_section() -> str:
    """Return how many counted classes of Taiwan's schools the rules reproduce."""
    if not is_there(TAIWAN):
        return "Taiwan's schools are not beside the repository; no classes were formed."
    pupils, classes, county = _taiwan()
    size, own, best = _caps(pupils, classes, county)
    total = classes.sum(axis=1)
    in_rooms = [
        [len(sizes) for sizes in form_classes(grades.tolist(), [1] * 6, int(rooms))]
        for grades, rooms in zip(pupils, total, strict=True)
    ]
    ways = (
        (f"one cap for all: ⌈pupils ÷ {NATIONAL_CAP}⌉", -(-pupils // NATIONAL_CAP)),
        ("the county's cap, learned without the school", -(-pupils // size)),
        ("the school's cap, learned from its other five grades", -(-pupils // own)),
        ("**planner**: the school's rooms go to the largest classes", np.array(in_rooms)),
        ("best cap of each school, chosen knowing the answer", -(-pupils // best)),
    )
    there = pupils > 0
    rows = [
        (
            words,
            f"{(formed == classes)[there].mean():.1%}",
            f"{(abs(formed - classes) <= 1)[there].mean():.1%}",
            f"{((formed == classes) | ~there).all(axis=1).mean():.1%}",
        )
        for words, formed in ways
    ]
    return "\n\n".join(
        (
            "### Taiwan's elementary schools, school year 113",
            f"{len(pupils):,} schools, {int(there.sum()):,} school-grades with pupils, "
            f"{int(total.sum()):,} classes.\nPlanner's rule for grades without class lists, "
            "`form_classes`: every grade with pupils has one\nclass, each further room goes to the "
            "grade whose classes are largest. Its rooms are the school's\nclasses of all grades "
            "together, as a study knows its rooms; no grade's own number is known to it.",
            table(("rule", "exact", "within one class", "schools with all grades exact"), rows),
            TAIWAN_READING,
        )
    )


TAIWAN_READING: Final = """\
None of these rules reaches 97 % exact; not even the best cap of each school does, chosen
afterwards. What would decide the rest is not in the data, which hold one year of grade totals:
classes are kept for two years once they are formed, and pupils with special needs make the class
they join smaller. Where a study has class lists, as planner asks for, no class is formed from
totals: the counted classes climb."""


def _taiwan() -> tuple[Whole, Whole, Whole]:
    """Return pupils and classes, [school, grade], and the number of each school's county."""
    with TAIWAN.open(encoding="utf-8-sig", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))

    def number(row: dict[str, Any], name: str) -> int:
        return int(float(row[name] or 0))

    pupils = [
        [sum(number(row, f"{grade}年級{sex}學生數") for sex in "男女") for grade in range(1, 7)]
        for row in rows
    ]
    classes = [[number(row, f"{grade}年級班級數") for grade in range(1, 7)] for row in rows]
    county = np.unique([row["縣市名稱"] for row in rows], return_inverse=True)[1]
    return np.array(pupils), np.array(classes), county


def _caps(pupils: Whole, classes: Whole, county: Whole) -> tuple[Whole, Whole, Whole]:
    """Return the largest class of each county, school and grade that explains most others.

    The county's is learned without the school, [school, 1]; the school's without the grade,
    where the county decides between caps that serve alike, [school, grade]; the best one of a
    school knows all its grades, [school, 1].
    """
    caps = np.array(CAPS)
    explained = (-(-pupils[:, :, None] // caps) == classes[:, :, None]) & (pupils > 0)[:, :, None]
    by_school = explained.sum(axis=1)
    by_county = np.zeros((county.max() + 1, len(caps)), dtype=np.int64)
    np.add.at(by_county, county, by_school)
    others = by_county[county] - by_school
    tie = others / (others.max(axis=1, keepdims=True) + 1)
    without = by_school[:, None, :] - explained + tie[:, None, :]
    best = by_school + tie
    return (
        caps[others.argmax(axis=1)][:, None],
        caps[without.argmax(axis=2)],
        caps[best.argmax(axis=1)][:, None],
    )


def _peak_mb() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
