"""What a planner types to find a school, and what comes back: sentences, one file, exit codes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import ScenarioError
from planner.fitting import width_of

if TYPE_CHECKING:
    from pathlib import Path

run = CliRunner()


@pytest.fixture
def town(squares_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the nine squares that a test may write into."""
    return shutil.copytree(squares_folder, tmp_path / "town")


def typed(town: Path, *words: str) -> list[str]:
    return ["lookup", "baseline", *words, "--study", str(town), "--years", "2024-2025"]


def test_a_school_is_answered_within_eighty_columns(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the centre of a1 to West Primary in a4 it is one segment of 500 metres."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = run.invoke(app, typed(town, "城西小学", "--lang", "zh"))
    assert shown.exit_code == 0, shown.output
    assert "城西小学的招生范围 · 2024年秋季入学" in shown.stdout
    assert "小学招收5个小区（村）的新生：" in shown.stdout
    assert max(width_of(line) for line in shown.stdout.splitlines()) <= 80


def test_what_has_to_be_asked_back_ends_with_one(town: Path) -> None:
    shown = run.invoke(app, typed(town, "天上人间", "--lang", "zh"))
    assert shown.exit_code == 1
    assert "没有找到“天上人间”" in shown.stdout


def test_without_a_place_the_page_is_written(town: Path) -> None:
    shown = run.invoke(app, typed(town, "--lang", "en", "--stage", "primary", "--in-force"))
    assert shown.exit_code == 0, shown.output
    page = town / "out" / "lookup" / "baseline" / "lookup.html"
    assert shown.stdout.strip() == str(page)
    assert sorted(path.name for path in page.parent.iterdir()) == ["lookup.html", "manifest.json"]
    assert '"inForce":true' in page.read_text(encoding="utf-8")


def test_a_year_outside_the_plan_leaves_the_former_page(town: Path) -> None:
    run.invoke(app, typed(town, "--lang", "en"))
    page = town / "out" / "lookup" / "baseline" / "lookup.html"
    before = page.read_bytes()
    shown = run.invoke(app, typed(town, "--year", "2040"))
    assert isinstance(shown.exception, ScenarioError)
    assert page.read_bytes() == before
