"""What a planner types for sheets, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from planner import lettering as letters
from planner.cli import app
from planner.errors import InputError
from tests.towns import write_town

if TYPE_CHECKING:
    from pathlib import Path

run = CliRunner()


def test_sheets_go_to_a_folder_of_their_own(tmp_path: Path) -> None:
    study = str(write_town(tmp_path / "town"))
    words = ["sheet", "baseline", "--study", study, "--stage", "primary", "--paper", "A4"]
    result = run.invoke(app, [*words, "--format", "pdf,png", "--dpi", "60", "--lang", "zh"])
    assert result.exit_code == 0, result.output
    folder = tmp_path / "town" / "out" / "sheets" / "baseline" / "county"
    assert {path.name for path in folder.iterdir()} == {
        "county.pdf", "county-1.png", "manifest.json",
    }  # fmt: skip
    assert result.stdout.splitlines() == [str(folder / "county.pdf"), str(folder / "county-1.png")]


def test_a_slip_of_the_pen_is_told_before_the_study_is_read(tmp_path: Path) -> None:
    result = run.invoke(app, ["sheet", "--study", str(tmp_path / "nowhere"), "--paper", "B5"])
    assert isinstance(result.exception, InputError)
    assert "--paper 'B5' is not known" in str(result.exception)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "请安装 Noto Sans CJK SC（软件包 fonts-noto-cjk）"),
        ("en", "install Noto Sans CJK SC (package fonts-noto-cjk)"),
    ],
)
def test_without_a_chinese_font_the_planner_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    monkeypatch.setattr(letters, "CHINESE_FAMILIES", ())
    study = str(write_town(tmp_path / "town"))
    words = ["sheet", "baseline", "--study", study, "--stage", "primary", "--paper", "A4"]
    result = run.invoke(app, [*words, "--lang", lang])
    assert result.exit_code == 0, result.output
    assert told in result.stderr
