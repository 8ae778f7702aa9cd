"""What a planner types to draw, move and verify zones, and what comes back."""

from __future__ import annotations

import json
import shutil
import signal
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.affinity import translate
from typer.testing import CliRunner

from planner.cli import app
from planner.cli.zone import interrupted
from planner.errors import InputError, OutputError, PlannerError, ScenarioError
from planner.fitting import width_of
from planner.terms import Language
from planner.zoning import solve
from tests.towns import town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path

run = CliRunner()

REDRAWN = 'extends = "baseline"\n[zones]\nmethod = "redraw"\nstages = ["primary"]\n'


@pytest.fixture(scope="module")
def town(squares_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the nine squares with a scenario that redraws the primary zones."""
    folder = shutil.copytree(squares_folder, tmp_path_factory.mktemp("zone") / "town")
    (folder / "scenarios" / "fresh.toml").write_text(REDRAWN, encoding="utf-8")
    return folder


def zone(town: Path, *words: str, lang: str = "en") -> str:
    """Run `planner zone` and return what it says."""
    result = run.invoke(app, ["zone", *words, "--study", str(town), "--lang", lang])
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return result.stdout


def refused(town: Path, *words: str) -> PlannerError:
    """Run `planner zone` with words that must be refused."""
    result = run.invoke(app, ["zone", *words, "--study", str(town), "--lang", "en"])
    assert isinstance(result.exception, PlannerError), result.output
    return result.exception


def zones_of(folder: Path, name: str = "zones.csv") -> dict[str, str]:
    """Return the written primary zones."""
    table = pd.read_csv(folder / name)
    mine = table[table["stage"] == "primary"]
    return dict(zip(mine["area_id"], mine["section_id"], strict=True))


@pytest.fixture(scope="module")
def fresh(town: Path) -> Path:
    """Return the results of drawing the primary zones anew."""
    zone(town, "fresh")
    return town / "out" / "fresh-zone"


def test_zones_come_with_workbook_map_layer_scenario_and_proof(fresh: Path) -> None:
    written = {path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file()}
    assert written == {
        "zones.csv", "zones.xlsx", "zones.gpkg", "map.html", "zone.toml", "manifest.json",
        "proof/README.md", "proof/primary/areas.csv", "proof/primary/sections.csv",
        "proof/primary/edges.csv", "proof/primary/walks.parquet", "proof/primary/claim.json",
    }  # fmt: skip
    assert set(zones_of(fresh)) == {f"a{number}" for number in range(1, 10)}


def test_the_drawn_zones_are_the_best_of_the_town_and_say_so(fresh: Path) -> None:
    """Five squares nearer to P1 or as near, one column to P2: 90 entrants, 90 and 45 seats.

    a1 a4 a7 walk 500, 0, 500 m to P1; a2 a5 a8 1000, 500, 1000 m to either; a3 a6 a9 500, 0,
    500 m to P2: 10 x (1000 + 2500 + 1000) = 45 000 pupil-metres. P2 seats 45, so at most one
    of the middle column can be its own; a2 and a8 are P2's today at 200 m a pupil if they leave.
    """
    claim = json.loads((fresh / "proof" / "primary" / "claim.json").read_text(encoding="utf-8"))
    assert claim["terms"]["walk"] == pytest.approx(45_000, abs=0.01)
    assert claim["terms"]["overflow"] == 0
    assert claim["value"] == pytest.approx(sum(claim["terms"].values()))
    assert claim["status"] == "optimal"
    assert claim["bound"] == pytest.approx(claim["value"])


def test_the_workbook_begins_with_what_is_not_kept(fresh: Path) -> None:
    book = openpyxl.load_workbook(fresh / "zones.xlsx")
    assert book.sheetnames == [
        "Not kept", "Scorecard", "Value by term", "Sections", "Areas", "Prices and rules", "Notes",
    ]  # fmt: skip
    # From a2 and a8 it is 1000 metres to either school; primary pupils may walk 500.
    rows = list(book["Not kept"].iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows} == {"beyond the walking limit"}
    assert sum(row[5] for row in rows) == 20
    terms = [cell.value for cell in book["Value by term"][1]]
    assert terms == ["Stage", "Plan", "Term", "pupil-metres", "Share"]
    areas = list(book["Areas"].iter_rows(values_only=True))
    assert areas[0][:3] == ("Stage", "Area", "Area key")
    assert len(areas) == 1 + 9
    sections = {row[2]: row for row in book["Sections"].iter_rows(values_only=True)}
    entrants, seats = sections["P1"][5], sections["P1"][6]
    assert entrants + sections["P2"][5] == 90
    assert seats == 90


def test_the_layer_has_one_polygon_for_each_zone(fresh: Path) -> None:
    layer = gpd.read_file(fresh / "zones.gpkg", layer="zones")
    assert sorted(layer["section_id"]) == ["P1", "P2"]
    assert layer["areas"].sum() == 9
    assert layer["pupils"].sum() == 90
    assert layer.geometry.area.sum() == pytest.approx(9 * 500 * 500)


def test_the_written_scenario_plans_the_drawn_zones(town: Path, fresh: Path) -> None:
    """As the notes say: zone.toml and zones.csv are copied, then `planner plan` works them out."""
    said = tomllib.loads((fresh / "zone.toml").read_text(encoding="utf-8"))
    assert said["extends"] == "fresh"
    shutil.copy(fresh / "zone.toml", town / "scenarios" / "fresh_zone.toml")
    shutil.copy(fresh / "zones.csv", town / said["zones"]["file"])
    words = ["plan", "fresh_zone", "--study", str(town), "--years", "2024-2025", "--lang", "en"]
    result = run.invoke(app, words)
    assert result.exit_code == 0, result.output
    rows = gpd.read_file(town / "out" / "fresh_zone" / "results.gpkg", layer="area_years")
    mine = rows[(rows["stage"] == "primary") & (rows["year"] == 2024)]
    assert dict(zip(mine["area_id"], mine["section_id"], strict=True)) == zones_of(fresh)


def test_pupils_and_seats_are_those_of_the_whole_plan(town: Path, fresh: Path) -> None:
    words = ["plan", "fresh", "--study", str(town), "--years", "2024-2026", "--lang", "en"]
    assert run.invoke(app, words).exit_code == 0
    rows = gpd.read_file(town / "out" / "fresh" / "results.gpkg", layer="area_years")
    mine = rows[(rows["stage"] == "primary") & (rows["year"] == 2024)].set_index("area_id")
    areas = pd.read_csv(fresh / "proof" / "primary" / "areas.csv").set_index("area_id")
    assert areas["pupils"].tolist() == mine["entrants"].reindex(areas.index).tolist()
    assert zones_of(fresh) == mine["section_id"].to_dict()
    verified = run.invoke(app, ["verify", str(town / "out" / "fresh"), "--lang", "en"])
    assert verified.exit_code == 0, verified.output


def test_the_same_order_gives_the_same_bytes(town: Path, fresh: Path, tmp_path: Path) -> None:
    zone(town, "fresh", "--out", str(tmp_path))
    for path in fresh.rglob("*"):
        if path.is_file():
            again = tmp_path / "fresh-zone" / path.relative_to(fresh)
            assert path.read_bytes() == again.read_bytes(), path.name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_shows_value_bound_and_gap_within_eighty_columns(
    town: Path, tmp_path: Path, lang: str
) -> None:
    said = zone(town, "fresh", "--out", str(tmp_path), lang=lang)
    for word in {"zh": ("目标值", "下界", "差距"), "en": ("Value", "Bound", "Gap")}[lang]:
        assert word in said
    assert {"zh": "核验通过", "en": "Audit passed"}[lang] in said
    assert max(width_of(line) for line in said.splitlines() if str(tmp_path) not in line) <= 80


def test_an_area_moved_by_hand_shows_what_breaks(town: Path, tmp_path: Path) -> None:
    """a3 in the south-east corner goes to P1: 1500 m instead of 500; a2 belongs to P1 already."""
    said = zone(town, "baseline", "--move", "a9=P1", "--move", "a3=P1", "--out", str(tmp_path))
    folder = tmp_path / "baseline-zone"
    today = {"a1": "P1", "a2": "P1", "a4": "P1", "a5": "P1", "a7": "P1", "a6": "P2", "a8": "P2"}
    assert zones_of(folder) == {**today, "a9": "P1", "a3": "P1"}
    # a9 touches only a6 and a8, both P2's, and a8 hangs on a9: both are cut off.
    assert "zone not in one piece" in said
    claim = json.loads((folder / "proof" / "primary" / "claim.json").read_text(encoding="utf-8"))
    assert claim["by_hand"] is True
    assert {area for piece in claim["pieces"] for area in piece["areas"]} == {"a8", "a9"}
    # To P1 both walk farther than they did to P2.
    rows = openpyxl.load_workbook(folder / "zones.xlsx")["Value by term"].iter_rows(
        values_only=True
    )
    heading, walk, *_ = rows
    assert heading[2:5] == ("Term", "Before", "pupil-metres")
    assert walk[3] < walk[4]
    assert run.invoke(app, ["verify", str(folder), "--lang", "en"]).exit_code == 0


def test_a_repair_mends_what_a_move_breaks_and_keeps_move_and_lock(
    town: Path, tmp_path: Path
) -> None:
    words = ["--move", "a9=P1", "--lock", "a3", "--repair", "--out", str(tmp_path)]
    zone(town, "baseline", *words)
    zones = zones_of(tmp_path / "baseline-zone")
    assert (zones["a9"], zones["a3"], zones["a6"]) == ("P1", "P2", "P2")
    assert zones["a8"] == "P1"
    claim = tmp_path / "baseline-zone" / "proof" / "primary" / "claim.json"
    assert json.loads(claim.read_text(encoding="utf-8"))["pieces"] == []


def test_a_move_in_newly_drawn_zones_begins_with_those(town: Path, tmp_path: Path) -> None:
    zone(town, "fresh", "--move", "a2=P2", "--out", str(tmp_path))
    drawn = zones_of(town / "out" / "fresh-zone")
    assert zones_of(tmp_path / "fresh-zone") == {**drawn, "a2": "P2"}


def test_a_move_in_zones_from_a_table_begins_with_the_table(town: Path, tmp_path: Path) -> None:
    table = pd.DataFrame({"area_id": ["a8"], "stage": "primary", "section_id": "P1"})
    table.to_csv(town / "scenarios" / "mine.csv", index=False)
    text = 'extends = "baseline"\n[zones]\nmethod = "file"\nfile = "scenarios/mine.csv"\n'
    (town / "scenarios" / "mine.toml").write_text(text, encoding="utf-8")
    zone(town, "mine", "--move", "a3=P1", "--stage", "primary", "--out", str(tmp_path))
    zones = zones_of(tmp_path / "mine-zone")
    assert (zones["a8"], zones["a3"], zones["a9"]) == ("P1", "P1", "P2")


def test_alternatives_stand_on_one_score_sheet(town: Path, tmp_path: Path) -> None:
    zone(town, "fresh", "--alternatives", "2", "--out", str(tmp_path))
    folder = tmp_path / "fresh-zone"
    book = openpyxl.load_workbook(folder / "zones.xlsx")
    rows: list[Any] = list(book[book.sheetnames[1]].iter_rows(values_only=True))
    if len(rows) == 3:
        other = zones_of(folder, "zones_2.csv")
        first = zones_of(folder)
        moved = 10 * sum(first[area] != other[area] for area in first)
        assert rows[2][-1] == moved
    assert run.invoke(app, ["verify", str(folder), "--lang", "en"]).exit_code == 0


def test_several_stages_are_drawn_one_after_the_other(town: Path, tmp_path: Path) -> None:
    words = ["--stage", "primary", "--stage", "junior", "--year", "2025", "--out", str(tmp_path)]
    zone(town, "baseline", *words)
    table = pd.read_csv(tmp_path / "baseline-zone" / "zones.csv")
    assert table.groupby("stage").size().to_dict() == {"primary": 9, "junior": 9}
    claim = tmp_path / "baseline-zone" / "proof" / "junior" / "claim.json"
    assert json.loads(claim.read_text(encoding="utf-8"))["year"] == 2025


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--move", "a9"], "--move takes AREA=SECTION, such as A012=S003P; found 'a9'."),
        (["--move", "a9=P1", "--move", "a9=P2"], "--move a9 is given twice"),
        (["--move", "a9=P1", "--alternatives", "3"], "--alternatives has no effect"),
        (["--repair"], "--repair mends around --move"),
        (["--move", "a99=P1"], "--move a99: there is no such area in the study. Did you mean 'a9'"),
        (["--lock", "Square 9"], "there is no such area in the study. Did you mean 'a9'?"),
        (["--lock", "here"], "there is no such area in the study. Write a key, such as a1."),
        (["--move", "a9=East Primary"], "there is no such section in the study. Did you mean 'P2'"),
        (["--move", "a9=P1", "--lock", "a9"], "contradict each other"),
        (["--move", "a9=J1", "--stage", "primary"], "the section teaches junior"),
        (["--stage", "primery"], "do not know this stage. Did you mean 'primary'?"),
        (["--stage", "senior"], "no section of this stage has an enrolment zone"),
        (["--year", "1999"], "--year 1999 is not a planned year"),
    ],
)
def test_a_slip_of_the_pen_is_told_in_a_sentence(
    town: Path, tmp_path: Path, words: list[str], sentence: str
) -> None:
    error = refused(town, "baseline", *words, "--out", str(tmp_path))
    assert isinstance(error, ScenarioError)
    assert any(sentence in fault for fault in error.faults), error.faults
    assert not set(error.said("zh")) & set(error.faults), "said in English only"
    assert list(tmp_path.iterdir()) == []


def test_verify_prints_a_table_and_says_that_all_agrees(fresh: Path) -> None:
    result = run.invoke(app, ["verify", str(fresh), "--lang", "en"])
    assert result.exit_code == 0
    assert "Audit passed" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_verify_names_each_fault_and_fails(fresh: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(fresh, tmp_path / "fresh-zone")
    table = pd.read_csv(folder / "zones.csv")
    table.loc[table["area_id"] == "a9", "section_id"] = "P1"
    table.to_csv(folder / "zones.csv", index=False)
    result = run.invoke(app, ["verify", str(folder), "--lang", "zh"])
    assert result.exit_code == 1
    assert "planner: zones.csv：写出后被改动" in result.stderr
    assert "planner: 小学：目标值重新计算为" in result.stderr
    assert "核验未通过" in result.stdout


def test_verify_refuses_a_folder_that_is_no_plan(tmp_path: Path) -> None:
    result = run.invoke(app, ["verify", str(tmp_path)])
    assert isinstance(result.exception, InputError)
    assert "holds no plan" in str(result.exception)


def test_zones_that_fail_their_audit_are_not_written(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The solver is made to lie about its value; the former results stay as they were."""
    zone(town, "fresh", "--out", str(tmp_path))
    before = (tmp_path / "fresh-zone" / "zones.csv").read_bytes()
    monkeypatch.setattr(
        "planner.drafting.solve", lambda *words, **more: replace(solve(*words, **more), value=1.0)
    )
    error = refused(town, "fresh", "--out", str(tmp_path))
    assert "did not pass their audit" in error.faults[0]
    assert any("the value is" in fault for fault in error.faults)
    assert (tmp_path / "fresh-zone" / "zones.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["fresh-zone"]


def test_results_that_somebody_edited_are_not_overwritten(town: Path, tmp_path: Path) -> None:
    zone(town, "fresh", "--out", str(tmp_path))
    (tmp_path / "fresh-zone" / "zones.csv").write_text("mine", encoding="utf-8")
    assert isinstance(refused(town, "fresh", "--out", str(tmp_path)), OutputError)


def test_the_first_interruption_keeps_the_best_so_far_and_the_second_gives_up() -> None:
    told: list[str] = []
    with interrupted(told.append, Language.ENGLISH) as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        assert "stopping with the best zones so far" in told[0]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_verify_names_the_status_in_the_language_of_the_reader(fresh: Path) -> None:
    chinese = run.invoke(app, ["verify", str(fresh), "--lang", "zh"]).output
    status = next(line for line in chinese.splitlines() if " 状态 " in line)
    assert "已证最优" in status
    assert not {"optimal", "feasible", "overfull"} & set(chinese.split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_heading_of_a_score_sheet_breaks_inside_its_bracket(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = zone(town, "baseline", "--stage", "primary", "--out", str(tmp_path), lang=lang)
    for line in said.splitlines():
        assert line.count("（") == line.count("）"), line
        assert line.count("(") == line.count(")"), line


def test_a_refused_run_leaves_no_folder_behind(town: Path, tmp_path: Path) -> None:
    refused(town, "baseline", "--move", "a99=P1", "--out", str(tmp_path / "new" / "out"))
    assert list(tmp_path.iterdir()) == []


WRONG_SETTINGS = """
locked_areas = ["a99"]
keep_together = [["a1"], ["a2", "a98"], ["a2", "a3"]]
forbidden = ["a1P1", "a97/P1", "a1/P9"]
crossing = "hard"
mix_metres = 100
target_low = 0.9
target_high = 0.5
"""


def test_wishes_nobody_can_read_are_told_all_together_in_both_languages(
    squares_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(squares_folder, tmp_path / "town")
    text = REDRAWN + WRONG_SETTINGS
    (folder / "scenarios" / "wrong.toml").write_text(text, encoding="utf-8")
    error = refused(folder, "wrong")
    assert len(error.faults) == 10
    chinese = error.said("zh")
    place = "scenarios/wrong.toml：[zones] "
    assert chinese[0] == f"{place}locked_areas中的单元a99不存在；请更正或去掉。是否为“a9”？"
    assert all(said.startswith(place) and said[-1] in "。？" for said in chinese), chinese
    assert all(said.startswith("scenarios/wrong.toml: [zones] ") for said in error.faults)


def squares_with(folder: Path, scenario: str, **changes: Any) -> Path:
    """Write the nine squares with some tables changed and a scenario that redraws them."""
    town = write_town(folder / "town", **changes)
    (town / "scenarios" / "fresh.toml").write_text(REDRAWN + scenario, encoding="utf-8")
    return town


def test_an_area_that_touches_no_other_is_named_with_what_to_do(tmp_path: Path) -> None:
    """a1 lies five kilometres further west: no zone can hold it in one piece."""
    areas = town_tables()["areas"]
    areas.loc[0, "geometry"] = translate(areas.loc[0, "geometry"], xoff=-5_000)
    said = zone(squares_with(tmp_path, "", areas=areas), "fresh")
    plain = " ".join(said.split())
    assert "no chain of touching areas leads to a school, 10 pupils: Square 1 (a1)." in plain
    assert "close the gap between them in the areas table" in plain
    book = openpyxl.load_workbook(tmp_path / "town" / "out" / "fresh-zone" / "zones.xlsx")
    demands = [row[1] for row in book["Not kept"].iter_rows(min_row=2, values_only=True)]
    assert "touches no way to a school (exempt)" in demands


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", "cut off by locked areas, 8 pupils: Square 9 (a9). Release a lock"),
        ("zh", "被锁定的单元隔断，8人：9号小区 (a9)。请解除锁定"),
    ],
)
def test_a_lock_that_cuts_a_zone_in_two_is_told(tmp_path: Path, lang: str, says: str) -> None:
    """a9 in the north-east belongs to P1 in the west and is locked there: P2 lies between."""
    zones = town_tables()["zones"]
    zones.loc[(zones["area_id"] == "a9") & (zones["stage"] == "primary"), "section_id"] = "P1"
    town = squares_with(tmp_path, 'locked_areas = ["a9"]\n', zones=zones)
    said = zone(town, "fresh", lang=lang)
    assert says.replace(" ", "") in "".join(said.split())


def test_areas_behind_a_one_way_street_are_named(tmp_path: Path) -> None:
    """Both streets out of a1 lead into it only; a2 reaches the rest of the town by a5."""
    streets = town_tables()["streets"].assign(foot_direction="both")
    streets.loc[streets["street_id"].isin(["a1-a2", "a1-a4"]), "foot_direction"] = "backward"
    said = " ".join(zone(squares_with(tmp_path, "", streets=streets), "fresh").split())
    assert "no street leads on foot to the school" in said
    assert "Square 1 (a1)" in said
    assert "look at their foot_direction" in said
