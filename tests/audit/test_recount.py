"""On towns of squared paper the audit and the solver reckon the same, by different ways."""

from __future__ import annotations

import ast
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner.audit
from planner.audit import audit_folder
from planner.audit.claims import claim_checks
from planner.audit.stage_files import read_claim, read_stage
from planner.drafting import DraftedZones
from planner.norms import read_norms
from planner.report.zone.proof import write_proof
from planner.terms import Language
from planner.travel.limits import TimeLimit, walk_limits
from planner.zoning import (
    Band,
    Cases,
    Mix,
    Problem,
    Shape,
    Together,
    Weights,
    evaluate,
    judge,
    solve,
)
from tests.zoning.grids import grid_edges

if TYPE_CHECKING:
    from planner.drafting import Draft
    from planner.study import Study

NORM = read_norms("cn").stage("primary")


def test_the_audit_imports_nothing_that_draws_zones() -> None:
    """Only errors and words are shared: who reckons anew must not lean on what is checked."""
    folder = Path(planner.audit.__file__).parent
    shared = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner"):
                shared.add(str(node.module).split(".")[1])
    assert shared == {"audit", "errors", "terms"}


def drafted(
    problem: Problem, zoning: Any, *, by_hand: bool = False, time: TimeLimit | None = None
) -> DraftedZones:
    """Return a town's zones as `planner zone` would have drawn them."""
    today = np.full(problem.areas, -1) if problem.today is None else problem.today
    locked = np.zeros(problem.areas, bool) if problem.locked is None else problem.locked
    return DraftedZones(
        stage=NORM,
        year=2024,
        area_ids=tuple(f"a{number}" for number in range(problem.areas)),
        section_ids=tuple(f"S{number}" for number in range(problem.sections)),
        problem=problem,
        zoning=zoning,
        before=today,
        edited=cast("Any", SimpleNamespace()) if by_hand else None,
        moved=np.zeros(problem.areas, dtype=bool),
        locked=locked,
        others=None,
        why=(),
        time=time,
    )


def faults(zones: DraftedZones) -> list[str]:
    """Write the proof of a town's zones and return what the audit finds wrong."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_proof(cast("Draft", SimpleNamespace(stages=(zones,), shared=())), folder)
        rows = ["area_id,stage,section_id"]
        rows += [
            f"{area},primary,{zones.section_ids[section]}"
            for area, section in zip(zones.area_ids, zones.zoning.section_of_area, strict=True)
        ]
        (folder / "zones.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        seal, *found = audit_folder(folder).sentences(Language.ENGLISH)
        assert "manifest.json is missing" in seal
        return found


@dataclass(frozen=True)
class Wishes:
    """Which wishes a random town has."""

    contiguous: bool
    hard: bool
    locks: bool
    surcharges: bool
    together: bool
    cases: bool
    shape: bool
    holes: bool


@st.composite
def towns(draw: st.DrawFn) -> Problem:
    """Return a random town of up to 4 x 4 squares and three sections with random wishes."""
    seed = draw(st.integers(0, 10_000))
    wishes = Wishes(*(draw(st.booleans()) for _ in range(8)))
    rng = np.random.default_rng(seed)
    rows, columns, sections = rng.integers(2, 5), rng.integers(2, 5), int(rng.integers(1, 4))
    areas = int(rows * columns)
    edges = grid_edges(int(rows), int(columns))
    if wishes.holes:  # some borders cannot be crossed, so that islands may arise
        edges = edges[rng.random(len(edges)) < 0.7]
    home = rng.choice(areas, sections, replace=bool(rng.random() < 0.2))
    home = np.where(rng.random(sections) < 0.2, -1, home)
    walks = rng.integers(0, 2_000, (areas, sections)).astype(float)
    walks[rng.random(walks.shape) < 0.05] = np.inf
    walks[0, 0] = 100.0
    pupils = rng.integers(0, 20, areas)
    today = rng.integers(-1, sections, areas)
    surcharge = np.where(
        rng.random(walks.shape) < 0.1, np.inf, rng.integers(0, 50, walks.shape).astype(float)
    )
    return Problem(
        pupils=pupils,
        seats=rng.integers(0, 200, sections),
        walk_metres=walks,
        edges=edges,
        home=home,
        weights=Weights(1_000.0, 300.0, 70.0),
        walk_limit_metres=rng.integers(200, 2_500, areas).astype(float),
        today=today,
        locked=(rng.random(areas) < 0.2) & (today >= 0) if wishes.locks else None,
        contiguous=wishes.contiguous,
        limit_is_hard=wishes.hard,
        surcharges={"crossing": surcharge} if wishes.surcharges else {},
        together=_groups(rng, areas) if wishes.together else (),
        band=Band(0.8, 1.0, rng.integers(0, 90, sections).astype(float)) if wishes.shape else None,
        mix=Mix(rng.integers(0, pupils + 1), 0.1, 40.0) if wishes.together else None,
        shape=_shape(rng, areas, len(edges)) if wishes.shape else None,
        cases=_cases(rng, areas, sections) if wishes.cases else None,
    )


def _groups(rng: np.random.Generator, areas: int) -> tuple[Together, ...]:
    """Return two ways to keep areas together, one of them at any price."""
    return (
        Together("community", rng.integers(-1, 3, areas), 55.0),
        Together("estate", rng.integers(-1, 2, areas), float("inf")),
    )


def _shape(rng: np.random.Generator, areas: int, edges: int) -> Shape:
    """Return squares of 100 metres with a little noise."""
    return Shape(
        rng.uniform(9_000, 10_000, areas), np.full(areas, 400.0), np.full(edges, 100.0), 5_000.0
    )


def _cases(rng: np.random.Generator, areas: int, sections: int) -> Cases:
    """Return four years and the share of them that must be served."""
    quantile = float(rng.choice([0.5, 0.9, 1.0]))
    return Cases(rng.integers(0, 20, (4, areas)), rng.integers(0, 150, (4, sections)), quantile)


@settings(max_examples=60, deadline=None)
@given(problem=towns(), seed=st.integers(0, 1_000))
def test_whatever_plan_for_whatever_town_is_worth_the_same(problem: Problem, seed: int) -> None:
    """A plan given by hand may break every rule, as long as it is told."""
    plan = np.random.default_rng(seed).integers(0, problem.sections, problem.areas)
    result = evaluate(problem, plan)
    bound, value = 0.0, result.value
    zoning = SimpleNamespace(
        **{name: getattr(result, name) for name in _FIELDS},
        bound=bound,
        gap=1.0 if value > 0 else 0.0,
        status="overfull" if result.overflow.any() else "feasible",
    )
    # Areas of schools may be given away by hand, which is told as pieces.
    told = faults(drafted(problem, zoning, by_hand=True))
    told = [fault for fault in told if "a section stands in" not in fault]
    assert [fault for fault in told if "locked area" not in fault] == []


_FIELDS = (
    "section_of_area", "value", "terms", "overflow", "pieces", "unreachable", "breaches",
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(problem=towns(), seed=st.integers(0, 1_000))
def test_where_children_ride_the_minutes_of_their_way_are_limited(
    problem: Problem, seed: int
) -> None:
    """Every other area is a village, where 30 minutes count, however many metres these are."""
    rng = np.random.default_rng(seed)
    walks = problem.walk_metres
    taken = np.where(np.isfinite(walks), rng.integers(1, 60, walks.shape), np.inf)
    taken[walks == 0] = 0.0  # who lives at the gate is there at once
    allowed = np.where(np.arange(problem.areas) % 2, 30.0, np.inf)
    time, study = TimeLimit(allowed, taken), _two_settings(problem.areas)
    limit = walk_limits(study, NORM, walks, time)
    town = replace(problem, walk_limit_metres=limit, surcharges={}, together=(), mix=None)
    plan = rng.integers(0, town.sections, town.areas)
    result, areas = evaluate(town, plan), np.arange(town.areas)
    late = (allowed < np.inf) & (taken[areas, plan] > 30)
    far = (allowed == np.inf) & (walks[areas, plan] > 500)
    assert result.terms["over_limit"] == 300 * town.pupils[late | far].sum()
    zoning = SimpleNamespace(
        **{name: getattr(result, name) for name in _FIELDS},
        bound=0.0,
        gap=1.0 if result.value > 0 else 0.0,
        status="overfull" if result.overflow.any() else "feasible",
    )
    told = faults(drafted(town, zoning, by_hand=True, time=time))
    assert not [fault for fault in told if "limit" in fault or "value" in fault]


def _two_settings(areas: int) -> Study:
    """Return a study of which nothing is known but norms, walking speed and settings."""
    setting = ["village" if number % 2 else "town" for number in range(areas)]
    return cast(
        "Study",
        SimpleNamespace(
            norms=read_norms("cn"), walking_kmh=4.0, areas=pd.DataFrame({"setting": setting})
        ),
    )


@settings(max_examples=30, deadline=None)
@given(problem=towns())
def test_what_the_solver_draws_passes_its_audit(problem: Problem) -> None:
    plain = replace(
        problem, limit_is_hard=False, surcharges={}, together=(), band=None, mix=None,
        shape=None, cases=None,
    )  # fmt: skip
    assert faults(drafted(plain, solve(plain, seed=0, proposals=300))) == []


def test_a_plan_that_is_judged_passes_and_one_pupil_more_does_not() -> None:
    """Two squares, one section: 10 pupils walk 0 and 10 walk 100 metres: 1 000 pupil-metres."""
    problem = Problem(
        pupils=np.array([10, 10]),
        seats=np.array([20]),
        walk_metres=np.array([[0.0], [100.0]]),
        edges=np.array([[0, 1]]),
        home=np.array([0]),
        weights=Weights(0.0, 0.0, 0.0),
    )
    zoning = judge(problem, np.array([0, 0]))
    assert zoning.value == 10 * 0 + 10 * 100
    assert faults(drafted(problem, zoning)) == []
    more = replace(problem, pupils=np.array([10, 11]))
    told = faults(drafted(more, zoning))
    assert "primary: the value is 1,100.0 when reckoned anew; the claim says 1,000.0." in told
    assert any("S0 takes 1 pupils beyond its seats" in fault for fault in told)


@pytest.mark.parametrize(("quantile", "beyond"), [(1.0, 30), (0.75, 30), (0.5, 20), (0.0, 0)])
def test_over_several_years_the_quantile_of_the_overflow_counts(
    tmp_path: Path, quantile: float, beyond: int
) -> None:
    """Ten seats; 10, 20, 30 and 40 pupils in four years: 0, 10, 20, 30 beyond; half is the third.

    The quantile is the case at place ceil(q x 3): 1 and 0.75 are the fourth, 0.5 the third.
    """
    years = np.array([[10], [20], [30], [40]])
    problem = Problem(
        pupils=np.array([25]),
        seats=np.array([10]),
        walk_metres=np.array([[0.0]]),
        edges=np.zeros((0, 2), dtype=np.int64),
        home=np.array([0]),
        weights=Weights(1.0, 0.0, 0.0),
        cases=Cases(years, np.full((4, 1), 10), quantile),
    )
    zones = drafted(problem, judge(problem, np.array([0])))
    write_proof(cast("Draft", SimpleNamespace(stages=(zones,), shared=())), tmp_path)
    place = tmp_path / "proof" / "primary"
    claim = read_claim(place / "claim.json")
    files = read_stage(place, claim)
    zone = files.areas["today"].replace("", "S0")
    seats = next(claim_checks(files, claim, zone))
    assert seats.found == str(beyond)
