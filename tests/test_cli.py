"""What a planner types and what comes back: sentences, files and exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from planner.cli import app, main
from planner.cli.talk import language_of_words
from planner.errors import OutputError, PlannerError, ScenarioError, StudyError
from planner.fitting import width_of

if TYPE_CHECKING:
    from pathlib import Path

run = CliRunner()


@pytest.fixture
def town(squares_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the nine squares that a test may write into."""
    return shutil.copytree(squares_folder, tmp_path / "town")


def refused(*words: str) -> PlannerError:
    """Run a command that must be refused and return its error."""
    result = run.invoke(app, list(words))
    assert isinstance(result.exception, PlannerError), result.output
    return result.exception


def test_help_names_every_question_a_planner_asks() -> None:
    shown = run.invoke(app, ["--help"]).output
    words = "demo check plan compare project map new sample columns settings norms"
    for word in words.split():
        assert f"  {word} " in shown


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from planner.cli import app\n"
        "heavy = {'pandas', 'numpy', 'geopandas', 'pandera', 'numba', 'folium', 'highspy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_plan_writes_everything_for_each_scenario_and_says_it_in_ten_lines(town: Path) -> None:
    (town / "scenarios" / "fewer.toml").write_text(
        'extends = "baseline"\n[about]\ntitle = "Fewer births"\n[births]\nvariant = "low"\n',
        encoding="utf-8",
    )
    words = ["plan", "baseline", "fewer", "--study", str(town), "--years", "2024-2026"]
    result = run.invoke(app, [*words, "--lang", "en"])
    assert result.exit_code == 0, result.output
    for name in ("baseline", "fewer"):
        written = {path.name for path in (town / "out" / name).iterdir()}
        assert written == {
            "results.gpkg", "results.xlsx", "map.html", "summary.json", "summary.md",
            "manifest.json",
        }  # fmt: skip
    assert (town / "out" / "comparison" / "map.html").is_file()
    assert "2023 counted, 2024–2026 projected" in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines() if "out" not in line)
    summary = json.loads((town / "out" / "fewer" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["base_year"], summary["first_year"], summary["last_year"]) == (2023, 2024, 2026)


def test_the_same_run_gives_the_same_bytes(town: Path) -> None:
    for out in ("one", "two"):
        words = ["plan", "baseline", "--study", str(town), "--out", str(town / out)]
        assert run.invoke(app, [*words, "--years", "2024-2025", "--lang", "zh"]).exit_code == 0
    first, second = town / "one" / "baseline", town / "two" / "baseline"
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_check_ends_with_zero_for_a_sound_study(town: Path) -> None:
    result = run.invoke(app, ["check", str(town), "--lang", "en"])
    assert (result.exit_code, "0 errors" in result.stdout) == (0, True)


def test_check_names_file_row_and_remedy_and_ends_with_one(town: Path) -> None:
    rolls = town / "data" / "rolls.csv"
    rolls.write_text(rolls.read_text(encoding="utf-8").replace("P1,2023,1,50", "P1,2023,1,-5"))
    result = run.invoke(app, ["check", str(town), "--lang", "en"])
    assert result.exit_code == 1
    assert "data/rolls.csv" in result.stdout
    said = " ".join(result.stdout.split())
    assert "row 20, column 'pupils': found '-5', below 0. Correct the number" in said
    # In a pipe as on a terminal, no line is longer than it is wide; a path is not broken.
    assert max(map(width_of, result.stdout.splitlines()[:-1])) <= 80
    # The classes of this grade no longer add up to its roll: a second error.
    assert "2 errors, 0 warnings." in result.stdout


def test_a_broken_study_is_not_planned_and_leaves_no_results(town: Path) -> None:
    (town / "data" / "areas.gpkg").unlink()
    error = refused("plan", "baseline", "--study", str(town), "--lang", "en")
    assert isinstance(error, StudyError)
    assert "areas" in str(error)
    assert not (town / "out").exists() or not any((town / "out").iterdir())


def test_an_unknown_scenario_is_refused_before_anything_is_worked_on(town: Path) -> None:
    error = refused("plan", "basline", "--study", str(town))
    assert isinstance(error, ScenarioError)
    assert "Did you mean 'baseline'?" in str(error)


@pytest.mark.parametrize("years", ["2024–2035", "24-35", "2030-2025", "next"])
def test_years_that_are_no_years_are_refused(town: Path, years: str) -> None:
    assert "--years" in str(refused("plan", "baseline", "--study", str(town), "--years", years))


def test_a_folder_that_holds_something_else_is_refused_and_untouched(town: Path) -> None:
    mine = town / "out" / "baseline" / "letter.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("do not lose me", encoding="utf-8")
    error = refused("plan", "baseline", "--study", str(town))
    assert isinstance(error, OutputError)
    assert mine.read_text(encoding="utf-8") == "do not lose me"


def test_comparing_one_scenario_is_refused(town: Path) -> None:
    assert "at least two scenarios" in str(refused("compare", "baseline", "--study", str(town)))


def test_project_prints_pupils_by_stage_and_year(town: Path) -> None:
    words = ["project", "--study", str(town), "--years", "2024-2025", "--no-pictures"]
    result = run.invoke(app, [*words, "--lang", "zh"])
    assert result.exit_code == 0, result.output
    rows = [line.split("│") for line in result.stdout.splitlines() if line.startswith("2025")]
    assert [cell.strip() for cell in rows[0]] == ["2025", "270", "540", "270"]
    assert (town / "out" / "baseline-pupils" / "pupils.csv").is_file()
    assert not (town / "out" / "baseline-pupils" / "pictures").exists()


def test_project_says_how_sure_it_is_in_lines_of_eighty_columns(town: Path) -> None:
    words = ["project", "--study", str(town), "--years", "2024-2025", "--no-pictures"]
    result = run.invoke(app, [*words, "--lang", "en"])
    lines = result.stdout.splitlines()
    year = next(number for number, line in enumerate(lines) if line.startswith("2024"))
    bounds = [cell.strip().split("–") for cell in lines[year + 1].split("│")[1:]]
    pupils = [float(cell.replace(",", "")) for cell in lines[year].split("│")[1:]]
    assert len(bounds) == 3
    assert all(float(low) <= float(high) for low, high in bounds)
    assert all(float(low) <= count * 1.2 for (low, _), count in zip(bounds, pupils, strict=True))
    assert "Tested on the past" in lines
    assert all(len(line) <= 80 for line in lines if "out" not in line)


def test_project_draws_pictures_and_tells_which_it_is_drawing(town: Path) -> None:
    words = ["project", "--study", str(town), "--years", "2024-2025", "--lang", "en"]
    result = run.invoke(app, words)
    assert result.exit_code == 0, result.output
    folder = town / "out" / "baseline-pupils" / "pictures"
    assert {"county.png", "county.svg", "sections-primary.pdf"} <= {
        path.name for path in folder.iterdir()
    }
    assert "baseline: picture county" in result.stderr
    manifest = json.loads((folder.parent / "manifest.json").read_text(encoding="utf-8"))
    assert "pictures/county.png" in manifest["outputs"]


def test_a_chinese_planner_reads_in_chinese_what_is_being_done(town: Path) -> None:
    for words in (["plan", "baseline"], ["zone", "--seconds", "1"], ["indicators"]):
        result = run.invoke(app, [*words, "--study", str(town), "--lang", "zh"])
        assert result.exit_code == 0, result.output
        steps = [line.partition("：")[2] for line in result.stderr.splitlines()]
        others = [step for step in steps if not any("一" <= sign <= "龥" for sign in step)]
        # Files are named as they are.
        assert steps
        assert all(len(step.split(".")) == 2 for step in others), others


def test_stopping_while_pictures_are_drawn_leaves_the_former_results(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["project", "--study", str(town), "--years", "2024-2025", "--lang", "en"]
    assert run.invoke(app, [*words, "--no-pictures"]).exit_code == 0
    folder = town / "out" / "baseline-pupils"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.report.projection.drawing.write_pictures", stopped)
    assert run.invoke(app, words).exit_code == 130
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["baseline-pupils"]


def test_map_goes_into_a_folder_of_its_own_and_overwrites_nothing_else(town: Path) -> None:
    mine = town / "out" / "map" / "letter.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("do not lose me", encoding="utf-8")
    words = ["map", "baseline", "--study", str(town), "--years", "2024-2025"]
    assert isinstance(refused(*words), OutputError)
    assert mine.read_text(encoding="utf-8") == "do not lose me"
    assert run.invoke(app, [*words, "--out", str(town / "maps")]).exit_code == 0
    assert (town / "maps" / "map" / "map.html").is_file()


def test_results_of_several_scenarios_take_their_place_together(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["plan", "baseline", "second", "--study", str(town), "--years", "2024-2025"]
    (town / "scenarios" / "second.toml").write_text('extends = "baseline"\n', encoding="utf-8")
    assert run.invoke(app, words).exit_code == 0
    before = (town / "out" / "baseline" / "manifest.json").read_bytes()
    (town / "scenarios" / "second.toml").write_text(
        'extends = "baseline"\n[births]\nvariant = "low"\n', encoding="utf-8"
    )

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.report.write_comparison", interrupted)
    assert run.invoke(app, [*words, "--seed", "9"]).exit_code != 0
    assert (town / "out" / "baseline" / "manifest.json").read_bytes() == before
    assert not list((town / "out").glob(".*writing*"))


def test_columns_print_the_dictionary_in_both_languages() -> None:
    assert "在校生数" in run.invoke(app, ["columns", "rolls", "--lang", "zh"]).stdout
    assert "Pupils counted." in run.invoke(app, ["columns", "rolls", "--lang", "en"]).stdout
    assert "utilisation" in run.invoke(app, ["columns", "section_years", "--results"]).stdout


def test_an_unknown_table_is_refused_with_those_there_are() -> None:
    assert "There are: schools, sections" in str(refused("columns", "rools"))


def test_settings_print_every_setting() -> None:
    assert "zones.method" in run.invoke(app, ["settings"]).stdout


def test_norms_say_what_is_only_remembered() -> None:
    shown = run.invoke(app, ["norms", "cn", "--lang", "en"]).stdout
    assert "remembered" in shown
    assert "GB 50099-2011" in shown


def test_new_makes_a_study_and_will_not_overwrite_one(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run.invoke(app, ["new", str(folder), "--lang", "zh"]).exit_code == 0
    assert (folder / "study.toml").is_file()
    assert isinstance(refused("new", str(folder)), OutputError)


def test_sample_invents_a_small_county_that_is_sound(tmp_path: Path) -> None:
    out = tmp_path / "county"
    words = ["sample", str(out), "--areas", "40", "--sections", "12", "--years", "3"]
    assert run.invoke(app, [*words, "--seed", "5"]).exit_code == 0
    checked = run.invoke(app, ["check", str(out), "--lang", "en"])
    assert checked.exit_code == 0, checked.stdout


@pytest.mark.parametrize(
    ("lang", "says"),
    [("en", "planner: 'nobody' is not a scenario"), ("zh", "planner: “nobody”不是本项目的方案。")],
)
def test_our_errors_end_the_program_with_sentences_and_no_traceback(
    town: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lang: str,
    says: str,
) -> None:
    words = ["planner", "plan", "nobody", "--study", str(town), "--lang", lang]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(says)


def test_the_language_of_a_refusal_is_that_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLANNER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language_of_words(["zone", "--lang", "zh"]) == "zh"
    assert language_of_words(["zone", "--lang=zh", "--seed", "1"]) == "zh"
    assert language_of_words(["zone", "--lang"]) == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language_of_words(["zone"]) == "zh"
    monkeypatch.setenv("PLANNER_LANG", "en")
    assert language_of_words(["zone"]) == "en"
    assert language_of_words(["zone", "--lang", "zh"]) == "zh"
