"""planner indicators writes its folder and says the register, or says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import ScenarioError
from planner.fitting import width_of
from tests.towns import write_town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the nine squares with one target that is met and one that is words."""
    targets = pd.DataFrame(
        {
            "indicator": ["large_classes", "exam_quality"],
            "year": [2024, 2024],
            "target": ["0", "全市首位"],
        }
    )
    return write_town(tmp_path_factory.mktemp("indicators") / "town", targets=targets)


def test_the_register_is_said_and_written(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    words = ["indicators", "--study", str(town), "--years", "2024-2026", "--lang", "zh"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert max(map(width_of, lines[:-1])) <= 80
    assert "大班额数" in done.stdout
    assert any("中考质量" in line and "由人评定" in line for line in lines)
    written = town / "out" / "baseline-indicators"
    assert {path.name for path in written.iterdir()} == {
        *("indicators.xlsx", "indicators.json", "rows.csv", "manifest.json"),
    }


def test_a_year_that_is_not_planned_is_refused(town: Path) -> None:
    words = ["indicators", "--study", str(town), "--years", "2024", "--year", "2040"]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, ScenarioError)
    assert "--year 2040 is not planned. Choose one of 2023 to 2024" in str(done.exception)
