"""Make a county of any size to try planner on: a real frame, invented people and schools."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner import shipped
from planner.errors import OutputError, Sentence
from planner.sample import writing
from planner.sample.blocks import bounded_by_streets, named_borders
from planner.sample.doors import number_houses
from planner.sample.frame import read_frame
from planner.sample.homes import plan_homes
from planner.sample.land import divide_land
from planner.sample.people import raise_children
from planner.sample.resources import equip
from planner.sample.rolls import enrol, form_classes, furnish
from planner.sample.schools import found_schools
from planner.sample.streets import lay_streets
from planner.sample.what_if import scenarios
from planner.sample.works import write_plan
from planner.sample.zones import draw_zones

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.sample.land import Land

    Progress = Callable[[str], None]

__all__ = ["BASE_YEAR", "check_room", "make_sample"]

BASE_YEAR: Final = 2023
"""School year of the last roll: the year of the plan that the sample follows."""
_FEWEST_AREAS: Final = 30
_FEWEST_SECTIONS: Final = 8
_MOST_YEARS: Final = 15
_FITTING_AREAS: Final = 20_000
"""Areas that fit for sure: country areas are small then, blocks in the towns a few metres wide."""


def make_sample(
    out: Path,
    *,
    areas: int,
    sections: int,
    years: int = 9,
    ahead: int = 0,
    seed: int,
    progress: Progress = lambda _doing: None,
) -> None:
    """Write the study folder of an invented county in the frame of Jiangchuan.

    The outline and the names of townships and villages are real. Streets, areas, people,
    schools, pupils and zones are invented and fit one another; what the 2023 Jiangchuan plan
    publishes (projects and targets) is as published. Same arguments, same bytes.

    Args:
        out: Folder to make; it must not exist or be empty.
        areas: Number of areas, at least 30.
        sections: Number of school sections, at least 8; they set the size of the population.
        years: School years of residents and rolls, up to the base year 2023.
        ahead: Further years the county lives on for: truth.csv then holds the pupils that will
            come, which no other file knows of, so that a forecast can be set against them.
        seed: Number that chance starts from.
        progress: Called with one line before each step.

    Raises:
        OutputError: The folder has something in it, or the county cannot be that small or hold
            so many areas.
    """
    _check(out, areas, sections, years)
    files = _county_files(areas, sections, years, ahead, seed, progress)
    _write(out, files)


def _county_files(
    areas: int, sections: int, years: int, ahead: int, seed: int, progress: Progress
) -> dict[str, str]:
    """Return every file of the county by its path."""
    # One source of chance for each step, so that a change in one leaves the others alone.
    ground, ways, building, life, founding, borders, desks, rooms, stock, extras = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(10)
    )
    lived = tuple(range(BASE_YEAR - years + 1, BASE_YEAR + ahead + 1))
    frame = read_frame(shipped.sample_study() / "data" / "frame")
    progress(Sentence("areas", "单元"))
    land = divide_land(frame, areas, ground)
    progress(Sentence("streets", "道路"))
    streets = lay_streets(frame, land, ways)
    land = bounded_by_streets(frame, land, streets)
    check_room(land)
    streets = named_borders(land, streets)
    progress(Sentence("residents", "常住人口"))
    homes = plan_homes(land, BASE_YEAR, building)
    life_story = raise_children(
        land, homes, frame.national_births, sections=sections, years=lived, rng=life
    )
    people = life_story.until(BASE_YEAR)
    progress(Sentence("schools and zones", "学校与片区"))
    children = people.of(BASE_YEAR).sum(axis=1)
    schools = found_schools(frame, land, children, sections, founding)
    zones = draw_zones(frame, land, schools, borders)
    progress(Sentence("rolls and classes", "在校生与班级"))
    whole_rolls = enrol(life_story, schools, zones, desks)
    rolls = whole_rolls.until(BASE_YEAR)
    schools = furnish(schools, rolls, rooms)
    classes = form_classes(schools, rolls, rooms)
    works = write_plan(land, people, schools, rolls, zones)
    progress(Sentence("files", "文件"))
    return {
        "study.toml": writing.study_file(BASE_YEAR),
        "data/areas.geojson": writing.land_file(frame, land),
        "data/streets.geojson": writing.streets_file(streets),
        "data/addresses.csv": writing.addresses_file(number_houses(land, streets)),
        "data/barriers.geojson": writing.barriers_file(frame),
        "data/residents.csv": writing.residents_file(land, people),
        "data/births.csv": writing.births_file(people),
        "data/schools.csv": writing.schools_file(frame, schools),
        "data/sections.csv": writing.sections_file(schools),
        "data/rolls.csv": writing.rolls_file(schools, rolls),
        "data/classes.csv": writing.classes_file(schools, classes),
        "data/zones.csv": writing.zones_file(land, schools, zones),
        "data/homes.csv": writing.homes_file(land, homes),
        "data/yields.csv": writing.yields_file(),
        "data/sites.csv": writing.sites_file(frame, land, works),
        "data/projects.csv": writing.projects_file(works),
        "data/resources.csv": writing.resources_file(
            schools, equip(schools, rolls, stock, extras), BASE_YEAR
        ),
        "data/targets.csv": writing.targets_file(),
        "data/actuals.csv": writing.actuals_file(BASE_YEAR),
        "data/phases.csv": writing.phases_file(schools, rolls),
        **(
            {"truth.csv": writing.rolls_file(schools, whole_rolls.after(BASE_YEAR))}
            if ahead
            else {}
        ),
        **{
            f"scenarios/{name}.toml": text
            for name, text in scenarios(land, schools, rolls, works).items()
        },
    }


def _check(out: Path, areas: int, sections: int, years: int) -> None:
    """Refuse a county that cannot be made, or a folder that is in use."""
    faults = []
    if areas < _FEWEST_AREAS:
        faults.append(
            Sentence(
                f"A county needs at least {_FEWEST_AREAS} areas; {areas} were asked for.",
                f"一个县至少要有{_FEWEST_AREAS}个单元，现要求{areas}个。",
            )
        )
    if not _FEWEST_SECTIONS <= sections <= areas:
        faults.append(
            Sentence(
                f"A county needs at least {_FEWEST_SECTIONS} sections and no more than it has "
                f"areas ({areas}); {sections} were asked for.",
                f"一个县至少要有{_FEWEST_SECTIONS}个学段部，且不多于单元数（{areas}），"
                f"现要求{sections}个。",
            )
        )
    if not 1 <= years <= _MOST_YEARS:
        faults.append(
            Sentence(
                f"Years of rolls go from 1 to {_MOST_YEARS}; {years} were asked for.",
                f"在校生数的年数为1至{_MOST_YEARS}，现要求{years}。",
            )
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        faults.append(
            Sentence(
                f"{out} has something in it. Name a folder that is empty or does not exist.",
                f"{out}不是空文件夹；请指定一个空的或尚不存在的文件夹。",
            )
        )
    if faults:
        raise OutputError(*faults)


def check_room(land: Land) -> None:
    """Refuse so many areas that some have no land left on the coordinate grid.

    Raises:
        OutputError: Some area has none.
    """
    without = int(shapely.is_empty(land.polygons).sum())
    if without:
        raise OutputError(
            Sentence(
                f"--areas {len(land)}: the county is too small for so many; {without} of them "
                f"would have no land. Ask for fewer: {_FITTING_AREAS:,} fit.",
                f"--areas {len(land)}：县域容不下这么多单元，其中{without}个将没有土地；"
                f"请减少，{_FITTING_AREAS:,}个可以。",
            )
        )


def _write(out: Path, files: dict[str, str]) -> None:
    """Write everything to the side and put it in place at once."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{out} cannot be written: {error}. Name another folder.",
                f"{out}无法写入：{error}；请另写一个文件夹名。",
            )
        ) from error
    try:
        for name, text in files.items():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        aside.chmod(0o755)
        if out.exists():
            out.rmdir()
        aside.replace(out)
    except OSError as error:
        raise OutputError(
            Sentence(
                f"{out} cannot be written: {error}. Name another folder.",
                f"{out}无法写入：{error}；请另写一个文件夹名。",
            )
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
