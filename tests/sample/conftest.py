"""Sample counties that several tests look at, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.sample import make_sample

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest county there is: 30 areas, 8 sections."""
    folder = tmp_path_factory.mktemp("hamlet") / "study"
    make_sample(folder, areas=30, sections=8, seed=5)
    return folder


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of 200 areas and 25 sections."""
    folder = tmp_path_factory.mktemp("county") / "study"
    make_sample(folder, areas=200, sections=25, seed=2023)
    return folder


@pytest.fixture(params=["hamlet", "county"])
def made(request: pytest.FixtureRequest) -> Path:
    """Either of the two."""
    folder: Path = request.getfixturevalue(request.param)
    return folder
