"""The nine squares with zones drawn, written and ready to be tampered with."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from planner.cli import app

if TYPE_CHECKING:
    from pathlib import Path


def run_planner(*words: str) -> str:
    """Run a command that must succeed and return what it says."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return result.output


@pytest.fixture(scope="session")
def drawn_once(squares_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return primary zones of the nine squares; 90 entrants for 90 + 45 seats."""
    out = tmp_path_factory.mktemp("drawn")
    words = ["zone", "baseline", "--study", str(squares_folder), "--out", str(out)]
    run_planner(*words, "--stage", "primary", "--lock", "a1", "--lang", "en")
    return out / "baseline-zone"


@pytest.fixture
def drawn(drawn_once: Path, tmp_path: Path) -> Path:
    """Return a copy that a test may tamper with."""
    return shutil.copytree(drawn_once, tmp_path / "drawn")


@pytest.fixture
def unsealed(drawn: Path) -> Path:
    """Return a copy whose files are not sealed, so that only their content speaks."""
    (drawn / "manifest.json").unlink()
    return drawn


@pytest.fixture(scope="session")
def planned_once(squares_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole plan of the nine squares with primary zones drawn anew in 2024."""
    town = shutil.copytree(squares_folder, tmp_path_factory.mktemp("planned") / "town")
    text = 'extends = "baseline"\n[zones]\nmethod = "redraw"\nstages = ["primary"]\n'
    (town / "scenarios" / "fresh.toml").write_text(text, encoding="utf-8")
    run_planner("plan", "fresh", "--study", str(town), "--years", "2024-2026", "--lang", "en")
    return town / "out" / "fresh"


@pytest.fixture
def planned(planned_once: Path, tmp_path: Path) -> Path:
    """Return a copy of the plan that a test may tamper with, its seal broken."""
    copy = shutil.copytree(planned_once, tmp_path / "planned")
    manifest = copy / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**content, "outputs": {}}), encoding="utf-8")
    return copy
