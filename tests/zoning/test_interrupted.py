"""Ctrl-C while branch and cut is at work, in a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

DRAWS_ZONES_OF_A_TOWN = """
import sys
from unittest import mock

import numpy as np

from planner import cli
from planner.cli.zone import interrupted
from planner.terms import Language
from planner.zoning import solve
from planner.zoning.proof.core import _Whole
from tests.zoning.grids import grid_town

# A town whose walks follow no map, so that branch and cut has more than enough to do.
chance = np.random.default_rng(1)
pupils = chance.integers(5, 40, 100)
town = grid_town(10, 10, home=[0, 23, 48, 77, 95], seats=[500] * 5, pupils=pupils)
town.walk_metres[:] = chance.integers(100, 3000, town.walk_metres.shape)
told = []
look = _Whole.conssepalp


def look_but_wait_for_the_first_time(*words):
    if not told:
        told.append("at work")
        print("at work", flush=True)
        sys.stdin.readline()
    return look(*words)


def draw():
    if sys.argv[1] == "keep":
        with interrupted(told.append, Language.ENGLISH) as stop:
            zoning = solve(town, seed=1, seconds=600, stop=stop)
    else:
        zoning = solve(town, seed=1, seconds=600)
    print(*told[1:])
    print(f"value {zoning.value:.0f} bound {zoning.bound:.0f} overflow {zoning.overflow.sum()}")


with (
    mock.patch.multiple("planner.zoning.solver", SEARCH_SHARE=1e-3, PLAN_SHARE=1e-3),
    mock.patch.multiple("planner.zoning.proof.proof", STEPS=20, STEPS_ZONES=0),
    mock.patch.object(_Whole, "conssepalp", look_but_wait_for_the_first_time),
    mock.patch.object(cli, "app", draw),
):
    cli.main()
"""


def interrupted_run(whoever: str) -> tuple[int, str, str]:
    """Press Ctrl-C while branch and cut works; return exit code, output and errors."""
    run = subprocess.Popen(
        [sys.executable, "-c", DRAWS_ZONES_OF_A_TOWN, whoever],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert run.stdout is not None
        assert run.stdout.readline() == "at work\n"
        run.send_signal(signal.SIGINT)
        said, wrong = run.communicate("\n", timeout=120)
    finally:
        run.kill()
    return run.returncode, said, wrong


def test_ctrl_c_in_branch_and_cut_keeps_the_best_plan_so_far() -> None:
    code, said, wrong = interrupted_run("keep")
    assert (code, wrong) == (0, "")
    assert "stopping with the best zones so far" in said
    numbers = re.search(r"value (\d+) bound (\d+) overflow (\d+)", said)
    assert numbers is not None
    value, bound, overflow = map(int, numbers.groups())
    assert 0 < bound < value
    assert overflow == 0


def test_ctrl_c_in_branch_and_cut_ends_a_run_that_keeps_nothing() -> None:
    code, said, wrong = interrupted_run("end")
    assert code == 130
    assert "planner: stopped; results of earlier runs are as they were." in wrong
    assert "value" not in said
