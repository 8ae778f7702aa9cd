"""What a planner types to write a notice or to check one, and what comes back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import ScenarioError
from planner.fitting import width_of
from planner.notices import zones_of_year
from planner.plan import make_plan
from planner.scenario import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from planner.study import Study

run = CliRunner()


@pytest.fixture(scope="module")
def town(squares_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the nine squares; schools stand in a4 and a6, no streets run on borders."""
    folder = shutil.copytree(squares_folder, tmp_path_factory.mktemp("notice") / "town")
    extra = (
        'extends = "baseline"\n[sharing]\nmethod = "given"\ngroups = [["P1", "P2"]]\n'
        "maximum_walk_metres = 5000\n"
    )
    (folder / "scenarios" / "together.toml").write_text(extra, encoding="utf-8")
    return folder


def notice(town: Path, *words: str, lang: str = "en") -> Result:
    """Run `planner notice`."""
    return run.invoke(app, ["notice", *words, "--study", str(town), "--lang", lang])


def test_a_notice_is_a_document_a_text_and_a_table_with_a_manifest(town: Path) -> None:
    said = notice(town, "baseline")
    assert said.exit_code == 0, said.output
    folder = town / "out" / "notices" / "baseline"
    written = sorted(path.name for path in folder.iterdir())
    assert written == ["manifest.json", "notice.docx", "notice.txt", "stretches.csv"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["outputs"]) == {"notice.docx", "notice.txt", "stretches.csv"}
    assert manifest["inputs"]
    text = (folder / "notice.txt").read_text(encoding="utf-8")
    assert text.startswith("Nine Squares: enrolment zones, 2024\n")
    assert "(1) West Primary" in text
    assert pd.read_csv(folder / "stretches.csv")["Length (metres)"].gt(0).all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_keeps_to_eighty_columns(
    town: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = notice(town, "baseline", lang=lang).stdout.splitlines()
    paths = [line for line in said if str(town) in line]
    assert all(width_of(line) <= 80 for line in said if line not in paths)
    assert any("招生范围" in line or "enrolment zones" in line for line in said)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_notice_just_written_reads_back_without_a_finding(town: Path, lang: str) -> None:
    assert notice(town, "baseline", lang=lang).exit_code == 0
    for name in ("notice.txt", "notice.docx"):
        path = town / "out" / "notices" / "baseline" / name
        said = notice(town, "baseline", "--check", str(path), lang=lang)
        assert said.exit_code == 0, said.stdout
        # Nine areas in each of kindergarten, primary and junior.
        assert "27 of 27" in said.stdout or "27个应列单元中27个" in said.stdout


def test_a_wrong_notice_ends_with_one_and_says_where(town: Path) -> None:
    notice(town, "baseline", "--stage", "primary")
    right = (town / "out" / "notices" / "baseline" / "notice.txt").read_text(encoding="utf-8")
    wrong = town / "wrong.txt"
    wrong.write_text(right.replace("(1) West Primary", "(1) Nest Primary"), encoding="utf-8")
    said = notice(town, "baseline", "--stage", "primary", "--check", str(wrong))
    assert said.exit_code == 1
    assert "'Nest Primary' is no school of this plan. Nearest: West Primary" in " ".join(
        said.stdout.split()
    )
    assert "wrong.txt, line" in said.stdout


@pytest.mark.parametrize("method", ["today", "nearest", "redraw"])
def test_the_zones_are_those_of_the_plan(squares: Study, squares_folder: Path, method: str) -> None:
    scenario = read_scenario(squares_folder / "scenarios", "baseline")
    scenario = replace(scenario, zones=replace(scenario.zones, method=method))
    plan = make_plan(squares, scenario)
    zones = zones_of_year(squares, scenario, year=2026)
    areas = squares.areas["area_id"].tolist()
    for stage in zones.stages:
        mine = {areas[area]: zone.sections[0] for zone in stage.zones for area in zone.areas}
        table = plan.area_years
        there = table[(table["stage"] == stage.stage.stage) & (table["year"] == 2026)]
        assert mine == dict(zip(there["area_id"], there["section_id"], strict=True))


def test_schools_that_share_a_zone_stand_under_one_heading(town: Path) -> None:
    said = notice(town, "together", "--stage", "primary")
    assert said.exit_code == 0, said.output
    path = town / "out" / "notices" / "together" / "notice.txt"
    assert "(1) West Primary, East Primary (shared zone)" in path.read_text(encoding="utf-8")
    assert notice(town, "together", "--stage", "primary", "--check", str(path)).exit_code == 0


def test_one_section_is_a_notice_of_its_own(town: Path) -> None:
    assert notice(town, "baseline", "--section", "P2").exit_code == 0
    text = (town / "out" / "notices" / "baseline" / "notice.txt").read_text(encoding="utf-8")
    assert "East Primary" in text
    assert "West Primary" not in text


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--section", "P22"], "Did you mean 'P2'?"),
        (["--stage", "primery"], "Did you mean 'primary'?"),
        (["--year", "1999"], "is not planned"),
    ],
)
def test_a_word_that_does_not_exist_is_refused_with_the_nearest(
    town: Path, words: list[str], hint: str
) -> None:
    said = notice(town, "baseline", *words)
    assert isinstance(said.exception, ScenarioError)
    assert hint in str(said.exception)
