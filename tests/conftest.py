"""What many tests share: the nine squares of tests/towns.py, read once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from planner.errors import PlannerError, Sentence
from planner.study import Study, read_study
from tests.towns import write_town

if TYPE_CHECKING:
    from pathlib import Path

# How long an example takes is the machine's affair; timings live in tests/benchmarks.
settings.register_profile("planner", deadline=None)
settings.load_profile("planner")


@pytest.fixture(scope="session")
def squares_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the nine squares as a study folder; nobody writes into it."""
    return write_town(tmp_path_factory.mktemp("squares") / "town")


@pytest.fixture(scope="session")
def squares(squares_folder: Path) -> Study:
    """Return the nine squares as a study."""
    return read_study(squares_folder)


@pytest.fixture(autouse=True)
def every_refusal_is_told_in_chinese_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which planner refuses something in English alone."""
    made = PlannerError.__init__

    def checked(error: PlannerError, *faults: Sentence) -> None:
        for fault in faults:
            assert re.search("[\u4e00-\u9fff]", fault.zh), f"told in English alone: {fault}"
        made(error, *faults)

    monkeypatch.setattr(PlannerError, "__init__", checked)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the pictures of pages be taken anew."""
    told = "Keep what pages look like now as the pictures to hold them against; look at them first."
    parser.addoption("--accept-pictures", action="store_true", help=told)
