"""Shared zones of the nine squares, as `planner zone` writes them and `planner verify` checks them.

P1 in a4 seats 90 and P2 in a6 45: a lot brings a child to P1 with the chance 2/3. P1's areas have
50 entrants, P2's 40; all 90 draw.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from planner.audit import audit_folder
from planner.cli import app
from planner.drafting import Order, draft_zones
from planner.plan import make_plan
from planner.report import results_folder, write_plan
from planner.report.zone import audit_table, write_zones
from planner.scenario import Scenario, YearSettings, ZoneSharing
from planner.terms import Language
from tests.towns import write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.study import Study

EN = Language.ENGLISH
TOGETHER = ZoneSharing(
    method="given",
    groups=[["P1", "P2"]],
    maximum_walk_metres=2_000.0,
    quality={"P1": 3.0, "P2": 6.0},
)


def written(study: Study, folder: Path, sharing: ZoneSharing) -> Path:
    """Write the primary zones of 2024 with shared zones, and no map."""
    scenario = Scenario(years=YearSettings(last=2025), sharing=sharing)
    draft = draft_zones(study, scenario, Order(stages=("primary",)))
    write_zones(draft, folder, EN)
    return folder


@pytest.fixture(scope="module")
def shared(squares: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the written zones of the nine squares, shared by P1 and P2."""
    return written(squares, tmp_path_factory.mktemp("shared"), TOGETHER)


def told(folder: Path) -> list[str]:
    """Return what the audit finds wrong, files and map left out."""
    sentences = audit_folder(folder).sentences(EN)
    return [one for one in sentences if not one.startswith(("map.html", "zones.", "proof/"))]


def planned(study: Study, folder: Path) -> Path:
    """Write a whole plan of two years with shared zones."""
    plan = make_plan(study, Scenario(years=YearSettings(last=2025), sharing=TOGETHER))
    with results_folder(folder / "plan") as fresh:
        write_plan(plan, fresh, EN)
    return folder / "plan"


def figures(folder: Path) -> dict[str, tuple[str, str]]:
    """Return what was asked and found of the shared zones, by what was looked at."""
    audit = audit_folder(folder)
    return {
        check.what.en: (str(check.asked), str(check.found))
        for heading, check in audit.checks
        if heading.en.endswith("lots")
    }


def test_verify_names_the_groups_and_what_their_children_can_expect(shared: Path) -> None:
    """Quality: 2/3 of 3 and 1/3 of 6 are 4 for everybody; alone 50 expect 3 and 40 expect 6."""
    assert told(shared) == []
    found = figures(shared)
    assert found["shared zones"] == ("1", "1")
    assert found["quality P1+P2"] == ("4.000", "4.000")
    # Mean (50 x 3 + 40 x 6) / 90 = 4.3333, deviation sqrt(50 x 40) / 90 x 3 = 1.4907.
    assert found["CV of quality, alone"][1] == f"{1.490712 / 4.333333:.4f}"
    assert found["CV of quality, by lot"] == ("0.0000", "0.0000")
    assert found["range of quality, alone"] == ("3.0000", "3.0000")
    asked, walked = found["walk P1+P2"]
    assert asked == walked
    walks = pd.read_parquet(shared / "proof/primary/shared/walks.parquet").set_index("area_id")
    expected = (walks["P1"] * 2 / 3 + walks["P2"] / 3).mean()  # ten entrants in each square
    assert float(walked.replace(",", "")) == pytest.approx(expected, abs=0.001)
    _, rows = audit_table(audit_folder(shared), EN)
    assert any("P1+P2" in row[1] for row in rows)


@pytest.mark.parametrize("draw", ["lots", "near_first"])
def test_either_way_of_drawing_is_reckoned_the_same(
    squares: Study, tmp_path: Path, draw: str
) -> None:
    assert told(written(squares, tmp_path, replace(TOGETHER, draw=draw))) == []


def test_groups_that_the_solver_found_pass_as_well(squares: Study, tmp_path: Path) -> None:
    sought = ZoneSharing(
        method="solve",
        stages=["primary"],
        maximum_walk_metres=2_000.0,
        difference_metres=100.0,
        quality={"P1": 3.0, "P2": 6.0},
    )
    folder = written(squares, tmp_path, sought)
    assert told(folder) == []
    assert figures(folder)["shared zones"] == ("1", "1")


def change(name: str, alter: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Return what changes the claim of shared zones."""

    def changed(folder: Path) -> None:
        path = folder / name
        claim = json.loads(path.read_text(encoding="utf-8"))
        alter(claim)
        path.write_text(json.dumps(claim), encoding="utf-8")

    return changed


def cell(name: str, column: str, value: str) -> Callable[[Path], None]:
    """Return what changes the first cell of a column."""

    def changed(folder: Path) -> None:
        table = pd.read_csv(folder / name, dtype=str)
        table.loc[0, column] = value
        table.to_csv(folder / name, index=False)

    return changed


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (change("claim.json", lambda c: c["groups"].append(["P1", "P2"])), "must have two to four"),
        (change("claim.json", lambda c: c["expected"][0].update(walk_metres=1.0)), "walk P1+P2 is"),
        (change("claim.json", lambda c: c["expected"][0].update(quality=9.0)), "quality P1+P2 is"),
        (change("claim.json", lambda c: c["after"].update(variation=0.2)), "by lot is 0.0000"),
        (change("claim.json", lambda c: c["terms"].update(walk=1.0)), "the term walks is"),
        (change("claim.json", lambda c: c.update(bound=1e12)), "the bound"),
        (cell("lots.csv", "chance", "0.9"), "the chance is another one"),
        (cell("areas.csv", "section_id", "P2"), "area a1 in another zone than it is"),
        (cell("sections.csv", "seats", "45"), "the chance is another one"),
        (cell("sections.csv", "quality", "5"), "quality P1+P2 is"),
    ],
)
def test_a_shared_zone_that_claims_something_else_is_found_out(
    shared: Path, tmp_path: Path, tamper: Callable[[Path], None], sentence: str
) -> None:
    folder = tmp_path / "tampered"
    shutil.copytree(shared, folder)
    tamper(folder / "proof/primary/shared")
    assert any(sentence in one for one in told(folder)), told(folder)


def test_a_lot_beyond_the_maximum_is_found_out(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tampered"
    shutil.copytree(shared, folder)
    path = folder / "proof/primary/shared/limits.parquet"
    limits = pd.read_parquet(path).set_index("area_id")
    (limits * 0 + 600).reset_index().to_parquet(path, index=False)
    assert any("beyond the maximum walk: " in one for one in told(folder))


def test_the_command_prints_and_writes_the_shared_zones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = write_town(tmp_path / "town")
    text = (
        'extends = "baseline"\n[sharing]\nmethod = "given"\ngroups = [["P1", "P2"]]\n'
        "maximum_walk_metres = 2000\n[sharing.quality]\nP1 = 3\nP2 = 6\n"
    )
    (town / "scenarios/together.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    order = ["zone", "together", "--study", str(town), "--stage", "primary", "--lang", "en"]
    said = CliRunner().invoke(app, order)
    assert said.exit_code == 0, said.output
    assert "2 sections share zones, groups: 1 (as the scenario gives them)" in said.output
    assert "quality 3–6 alone, 4 expected" in " ".join(said.output.split())
    results = town / "out/together-zone"
    sheets = load_workbook(results / "zones.xlsx").sheetnames
    assert {"Shared zones", "Chances by lot"} <= set(sheets)
    prices = load_workbook(results / "zones.xlsx")["Prices and rules"]
    priced = {row[1]: row[2] for row in prices.iter_rows(values_only=True)}
    assert priced["Shared zones: 1 % of difference in expected quality"] == 20
    checked = CliRunner().invoke(app, ["verify", str(results), "--lang", "en"])
    assert checked.exit_code == 0, checked.output
    assert "walk P1+P2" in checked.output


def test_lots_that_are_drawn_later_do_not_stand_in_the_way_of_zones(
    squares: Study, tmp_path: Path
) -> None:
    folder = written(squares, tmp_path, replace(TOGETHER, from_year=2040))
    assert not (folder / "proof/primary/shared").exists()


@pytest.fixture(scope="module")
def plan(squares: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a written plan of the nine squares with shared zones."""
    return planned(squares, tmp_path_factory.mktemp("planned"))


def test_the_shared_zones_of_a_whole_plan_are_reckoned_anew(plan: Path) -> None:
    """One shared zone in each of two years."""
    audit = audit_folder(plan)
    assert audit.sentences(EN) == []
    looked = {check.what.en: (check.asked, check.found) for _, check in audit.checks}
    for what in ("shared zones by year", "walks of shared zones", "quality of shared zones"):
        assert looked[what] == ("2", "2")


@pytest.mark.parametrize(
    ("layer", "column", "value", "sentence"),
    [
        ("shared_zones", "walk_metres", 1.0, "walk P1+P2 is"),
        ("shared_zones", "quality", 4.5, "quality P1+P2 is 4.000 when reckoned anew"),
        ("shared_lots", "chance", 0.9, "chances by lot P1+P2 is"),
    ],
)
def test_a_shared_zone_of_a_plan_that_was_changed_is_named(
    plan: Path, tmp_path: Path, layer: str, column: str, value: float, sentence: str
) -> None:
    folder = tmp_path / "tampered"
    shutil.copytree(plan, folder)
    path = folder / "results.gpkg"
    table = pd.DataFrame(pyogrio.read_dataframe(path, layer=layer))
    table.loc[0, column] = value
    pyogrio.write_dataframe(gpd.GeoDataFrame(table), path, layer=layer, driver="GPKG")
    assert any(sentence in one for one in audit_folder(folder).sentences(EN))
