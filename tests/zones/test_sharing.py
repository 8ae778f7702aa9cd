"""Shared zones of a study: the nine squares of tests/towns.py, where P1 and P2 share their zones.

P1 stands in a4 with 12 rooms, 12 × 45 / 6 = 90 entry seats; P2 in a6 with 6 rooms, 45 seats.
P1 has 50 entrants of five areas (a1 a2 a4 a5 a7), P2 40 of four (a3 a6 a8 a9). From a1 one walks
500 metres to P1 and 1500 to P2, from a4 0 and 1000, from a5 500 to each.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import ScenarioError
from planner.evaluation.shared_zones import homes_of_entrants, shared_lots
from planner.plan import Plan, gather_county, make_plan, work_stages
from planner.report import results_folder, write_plan
from planner.report.shared import NOTICE, shared_entries, shared_lines
from planner.report.shared.words import WORDS
from planner.scenario import (
    Measure,
    Scenario,
    YearSettings,
    ZoneSettings,
    ZoneSharing,
    read_scenario,
)
from planner.terms import Language
from planner.why import Question, why
from planner.zones.ground import Ground
from planner.zones.quality import section_quality
from planner.zones.sharing import share_zones
from planner.zones.yearly import ZoneYears
from planner.zoning import SolveStatus
from tests.towns import write_town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.stages import County, StageResult
    from planner.study import Study

BOTH = [["P1", "P2"]]
FAR = 2_000.0
TOGETHER = ZoneSharing(method="given", groups=BOTH, maximum_walk_metres=FAR)
TWO_YEARS = YearSettings(last=2025)


def planned(study: Study, sharing: ZoneSharing, **changes: Any) -> Plan:
    """Return the nine squares planned for two years with shared zones."""
    return make_plan(study, Scenario(years=TWO_YEARS, sharing=sharing, **changes))


@pytest.fixture(scope="module")
def together(squares: Study) -> Plan:
    """Return the nine squares with one zone for P1 and P2."""
    graded = replace(TOGETHER, quality={"P1": 3.0, "P2": 6.0})
    return planned(squares, graded)


@pytest.fixture(scope="module")
def county(squares: Study) -> County:
    """Return what the stages of the nine squares share, years to 2025."""
    found, _ = gather_county(squares, Scenario(), (2023, 2024, 2025), 0, lambda _doing: None)
    return found


def worked(county: County, sharing: ZoneSharing) -> StageResult:
    """Return the primary stage worked through with shared zones."""
    asked = replace(county, scenario=Scenario(years=TWO_YEARS, sharing=sharing))
    results = work_stages(asked, lambda _doing: None)
    return next(result for result in results if result.stage.stage == "primary")


def coming(result: StageResult, year: int) -> list[int]:
    """Return the entrants of P1 and P2 in a year."""
    found: list[int] = result.seated.entrants[result.rows, year - 2023].tolist()
    return found


def entrants(plan: Plan, year: int) -> dict[str, int]:
    """Return the primary entrants of a year by section."""
    rows = plan.section_years
    mine = rows[(rows["stage"] == "primary") & (rows["year"] == year)]
    return dict(zip(mine["section_id"], mine["entrants"], strict=True))


def test_entrants_come_where_lots_bring_them_on_average(together: Plan) -> None:
    # 90 children draw 90 + 45 seats: two thirds come to P1, one third to P2.
    assert entrants(together, 2023) == {"P1": 50, "P2": 40}
    assert entrants(together, 2024) == {"P1": 60, "P2": 30}
    assert entrants(together, 2025) == {"P1": 60, "P2": 30}


def test_pupils_already_enrolled_stay_where_they_are(together: Plan) -> None:
    grades = together.section_grades
    p2 = grades[(grades["section_id"] == "P2") & (grades["year"] == 2025)]
    assert p2["pupils"].tolist() == [30, 30, 40, 40, 40, 40]


def test_nobody_vanishes_in_a_shared_zone(together: Plan) -> None:
    lots = together.shared_lots
    by_area = lots.groupby(["area_id", "year"])[["entrants", "chance"]].sum()
    assert (by_area["entrants"] == 10).all()
    assert by_area["chance"].to_numpy() == pytest.approx(1.0)
    county = together.county_years
    assert set(county.loc[county["stage"] == "primary", "entrants"]) == {90}


def test_a_shared_zone_says_what_its_children_can_expect(together: Plan) -> None:
    zone = together.shared_zones.set_index("year").loc[2024]
    assert (zone["shared_zone"], zone["names"]) == ("P1+P2", "城西小学、城东小学")
    assert (zone["areas"], zone["entrants"], zone["seats"]) == (9, 90, 90 + 45)
    # Metres to P1 (a4): 500 1000 1500 / 0 500 1000 / 500 1000 1500, in all 7500; P2 mirrors it.
    assert zone["walk_metres"] == pytest.approx(7_500 / 9)
    # Alone: a1 500, a2 1000, a4 0, a5 500, a7 500; a3 500, a6 0, a8 1000, a9 500.
    assert zone["own_walk_metres"] == pytest.approx(4_500 / 9)
    assert zone["longest_walk_metres"] == 1_500
    assert (zone["lowest_quality"], zone["highest_quality"]) == (3.0, 6.0)
    assert zone["quality"] == pytest.approx(3 * 2 / 3 + 6 / 3)


def test_the_walks_of_areas_and_county_are_what_lots_let_expect(together: Plan) -> None:
    walks = together.area_years.set_index(["stage", "year", "area_id"])["walk_metres"]
    assert walks["primary", 2023, "a1"] == 500
    assert walks["primary", 2024, "a1"] == pytest.approx(500 * 2 / 3 + 1_500 / 3)
    county = together.county_years.set_index(["stage", "year"])
    # Whole children are dealt: 10 of an area cannot be parted into thirds, so it is only near.
    assert county.loc[("primary", 2024), "walk_metres"] == pytest.approx(7_500 / 9, rel=0.02)


def test_nearest_first_keeps_children_near_as_long_as_seats_last(county: County) -> None:
    # a1 a4 a7 ask at P1, a3 a6 a9 at P2; the middle column is as near to both and asks at both
    # alike. 45 ask at P1 with 90 seats and 45 at P2 with 45 seats: everybody is drawn.
    result = worked(county, replace(TOGETHER, draw="near_first"))
    assert coming(result, 2024) == [45, 45]
    lots = shared_lots(county.offer, [result], county.residents.area_ids)
    chance = lots.set_index(["area_id", "section_id"])["chance"]
    assert chance.xs("a7", level="area_id").groupby("section_id").first().to_dict() == {"P1": 1.0}
    assert set(chance.xs("a8", level="area_id")) == {0.5}


def test_what_is_sought_is_proved_and_told(county: County) -> None:
    asked = ZoneSharing(
        method="solve",
        maximum_walk_metres=FAR,
        quality={"P1": 3.0, "P2": 6.0, "J1": 1.0, "K1": 1.0},
        difference_metres=100.0,
    )
    result = worked(county, asked)
    primary = result.shared
    assert primary is not None
    assert primary.sharing.status is SolveStatus.OPTIMAL
    assert primary.sharing.before is not None
    assert primary.sharing.after is not None
    assert (primary.sharing.before.range, primary.sharing.after.range) == (3.0, 0.0)
    assert any(note.key == "shared_zones_primary" for note in result.notes)
    # Where a difference costs nothing nobody is sent farther for it.
    free = worked(county, replace(asked, difference_metres=0.0)).shared
    assert free is not None
    assert free.groups == ()


def test_without_a_longer_maximum_the_norms_limit_holds(county: County) -> None:
    limit = county.study.norms.stage("primary").walk_limit_metres
    assert limit is not None
    assert limit < 1_500
    with pytest.raises(ScenarioError, match=r"a lot could send children of area a\d to P"):
        worked(county, replace(TOGETHER, maximum_walk_metres=0.0))


def test_sharing_begins_in_the_year_that_is_asked(county: County) -> None:
    result = worked(county, replace(TOGETHER, from_year=2025))
    assert coming(result, 2024) == [50, 40]
    assert coming(result, 2025) == [60, 30]


def test_an_area_that_joins_a_group_later_and_would_walk_too_far_keeps_its_section(
    squares: Study,
) -> None:
    # A street of six areas, 500 metres each, with A, B, C in the first, third and fifth. A and B
    # share; in the third year area 4 is zoned to B, and it is 2000 metres from there to A.
    areas, schools = np.arange(6), np.array([0, 2, 4])
    ground = Ground(
        stage=squares.norms.stage("primary"),
        rows=np.arange(3),
        open=np.ones((3, 3), dtype=bool),
        ordinary_intake=np.full((3, 3), 30),
        metres=500.0 * np.abs(areas[:, None] - schools),
        limit_metres=np.full((6, 3), 500.0),
        edges=np.column_stack([areas[:-1], areas[1:]]),
        home=schools,
        today=areas // 2,
        entrants=np.full((6, 3), 10),
        years=(2023, 2024, 2025),
        area_ids=tuple("abcdef"),
        row_of={"A": 0, "B": 1, "C": 2},
        mergers=(),
        since=np.zeros(6, dtype=np.int64),
    )
    zones = np.repeat((areas // 2)[:, None], 3, axis=1)
    zones[4, 2] = 1
    scenario = Scenario(
        sharing=ZoneSharing(method="given", groups=[["A", "B"]], maximum_walk_metres=1_500.0)
    )
    shared = share_zones(
        ground,
        ZoneYears(zones, (), ()),
        [(0, 1)],
        squares,
        scenario,
        ["A", "B", "C"],
        lambda _doing: None,
    )
    assert shared is not None
    going = shared.going[2]
    assert going is not None
    drawn = {(a, r): c for a, r, c in zip(going.areas, going.rows, going.chance, strict=True)}
    assert drawn == {
        **{(area, row): 0.5 for area in range(4) for row in (0, 1)},
        (4, 1): 1.0,
        (5, 2): 1.0,
    }
    assert going.entrants.sum() == 60


def test_a_section_that_closes_leaves_its_group_and_its_children_a_seat(squares: Study) -> None:
    closing = Measure(id="m", kind="closure", section="P2", hand_over=date(2025, 7, 31))
    plan = planned(squares, TOGETHER, measures=(closing,))
    assert entrants(plan, 2024) == {"P1": 60, "P2": 30}
    assert entrants(plan, 2025) == {"P1": 90, "P2": 0}
    assert set(plan.shared_zones["year"]) == {2024}


@pytest.fixture(scope="module")
def plain(squares: Study) -> Plan:
    """Return the nine squares planned without shared zones."""
    return make_plan(squares, Scenario(years=TWO_YEARS))


def test_a_scenario_that_shares_nothing_changes_nothing(squares: Study, plain: Plan) -> None:
    asked = planned(squares, ZoneSharing(method="solve"))
    pd.testing.assert_frame_equal(plain.section_years, asked.section_years)
    pd.testing.assert_frame_equal(plain.area_years, asked.area_years)
    assert plain.shared == ()
    assert plain.shared_zones.empty
    assert plain.shared_lots.empty


def test_zones_that_are_redrawn_are_shared_as_redrawn(squares: Study) -> None:
    plan = planned(squares, TOGETHER, zones=ZoneSettings(method="nearest"))
    zone = plan.shared_zones.set_index("year").loc[2024]
    assert (zone["areas"], zone["entrants"]) == (9, 90)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"groups": [["P1", "P3"]]}, "names 'P3', which is no section of this plan; correct it"),
        ({"groups": [["P1"]]}, "one section shares with nobody; name two to four"),
        ({"groups": [["P1", "P2", "P1"]]}, "P1 stands in two groups, or twice in one"),
        ({"groups": [["P1", "P2"], ["P2", "P1"]]}, "stands in two groups"),
        ({"groups": [["P1", "J1"]]}, "sections of several stages"),
        ({"maximum_walk_metres": 900.0}, "1,500 m; the maximum is 900 m"),
        ({"from_year": 2040}, "from_year = 2040 is not a planned year"),
        ({"quality": {"P1": 1.0}}, "the quality of P2 is not known"),
        (
            {"quality": {"P9": 1.0}},
            "quality names 'P9', which is no section of this plan; correct it",
        ),
        ({"quality_item": "key_teachers"}, "is no item of the resources table up to 2023"),
    ],
)
def test_what_cannot_be_shared_is_refused_in_a_sentence(
    county: County, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        worked(county, replace(TOGETHER, **changes))
    chinese = refused.value.said("zh")
    assert not set(chinese) & set(refused.value.faults), "said in English only"
    assert all(sentence.startswith("[sharing]") for sentence in chinese)


def test_a_stage_nobody_knows_is_refused(squares: Study) -> None:
    with pytest.raises(ScenarioError, match=r"\[sharing\] stages names the stage 'primry'"):
        planned(squares, replace(TOGETHER, stages=["primry"]))


def test_a_section_without_seats_cannot_be_drawn(squares: Study) -> None:
    rooms = squares.sections.assign(
        rooms=np.where(squares.sections["section_id"] == "P2", 0, squares.sections["rooms"])
    )
    with pytest.raises(ScenarioError, match="P2 has no entry seats to draw for"):
        planned(replace(squares, sections=rooms), TOGETHER)


def test_a_section_that_takes_from_the_whole_county_shares_no_zone(squares: Study) -> None:
    county = squares.sections.assign(
        intake=np.where(squares.sections["section_id"] == "P2", "county", "zone")
    )
    with pytest.raises(ScenarioError, match="P2 takes no entrants by zone"):
        planned(replace(squares, sections=county), TOGETHER)


def test_groups_and_method_must_agree(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[sharing]\nmethod = "given"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[sharing]\ngroups = [["P1", "P2"]]\n', encoding="utf-8")
    (tmp_path / "c.toml").write_text('[sharing]\ngroups = ["P1 P2"]\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="needs `groups`"):
        read_scenario(tmp_path, "a")
    with pytest.raises(ScenarioError, match="no effect with method = 'none'"):
        read_scenario(tmp_path, "b")
    with pytest.raises(ScenarioError, match="must be a list of lists"):
        read_scenario(tmp_path, "c")


def test_quality_can_be_an_item_of_the_resources_per_100_pupils(squares: Study) -> None:
    items = [("P1", 2023, "key_teachers", 6.0), ("P2", 2023, "key_teachers", 6.0)]
    table = pd.DataFrame(items, columns=["section_id", "year", "item", "value"])
    graded = replace(TOGETHER, quality_item="key_teachers", quality={"J1": 7.0})
    found = section_quality(replace(squares, resources=table), ["P1", "P2", "J1", "K1"], graded)
    # P1 has 6 × 50 pupils, P2 6 × 40: 2 and 2.5 per 100; J1 is said, K1 nobody counted.
    assert found.tolist() == pytest.approx([2.0, 2.5, 7.0, np.nan], nan_ok=True)


def test_where_nothing_says_the_quality_of_a_stage_it_is_left_out(county: County) -> None:
    asked = ZoneSharing(method="solve", quality={"J1": 1.0, "P1": 1.0, "P2": 1.0})
    with pytest.raises(ScenarioError, match="the quality of any kindergarten section"):
        worked(county, asked)
    assert worked(county, replace(asked, stages=["primary"])).shared is not None


def test_the_entrants_of_a_section_are_told_by_the_areas_whose_lots_brought_them(
    together: Plan,
) -> None:
    homes = homes_of_entrants(together.area_years, together.shared_lots)
    by_section = homes[homes["stage"] == "primary"].groupby(["year", "section_id"])["entrants"]
    assert by_section.sum().to_dict() == {
        (2023, "P1"): 50,
        (2023, "P2"): 40,
        (2024, "P1"): 60,
        (2024, "P2"): 30,
        (2025, "P1"): 60,
        (2025, "P2"): 30,
    }
    steps = why(together, Question("entrants", "P1", 2024)).steps
    areas = next(step for step in steps if step.key == "areas")
    assert areas.figures["zoned"] == areas.figures["entrants"] == 60


# ---------------------------------------------------------------- what is told


def texts(path: Path) -> set[Any]:
    """Return the cells of a workbook."""
    book = load_workbook(path)
    rows = (row for page in book.worksheets for row in page.iter_rows(values_only=True))
    cells = {value for row in rows for value in row}
    book.close()
    return cells


def test_the_workbook_has_the_zones_and_the_chances(together: Plan, tmp_path: Path) -> None:
    with results_folder(tmp_path / "out") as folder:
        write_plan(together, folder, Language.CHINESE)
    book = load_workbook(tmp_path / "out" / "results.xlsx")
    assert {"多校划片", "派位机会"} <= set(book.sheetnames)
    cells = [value for row in book["多校划片"].iter_rows(values_only=True) for value in row]
    assert "P1+P2" in cells
    assert any("电脑随机派位" in str(value) for value in cells)
    book.close()


def test_a_plan_without_shared_zones_writes_no_notice(plain: Plan, tmp_path: Path) -> None:
    with results_folder(tmp_path / "out") as folder:
        write_plan(plain, folder, Language.ENGLISH)
    assert not (tmp_path / "out" / NOTICE).exists()
    assert "Shared zones" not in load_workbook(tmp_path / "out" / "results.xlsx").sheetnames


@pytest.mark.parametrize("lang", Language)
def test_parents_see_chances_and_walks_but_no_small_counts(
    together: Plan, tmp_path: Path, lang: Language
) -> None:
    few = together.shared_zones.assign(entrants=7)
    with results_folder(tmp_path / "out") as folder:
        write_plan(replace(together, shared_zones=few), folder, lang)
    found = texts(tmp_path / "out" / NOTICE)
    assert {0.67, 0.33, 1_500} <= found
    assert {"fewer than 10", "不足10"} & found
    assert not {7, "7"} & found


def test_names_that_look_like_formulas_stay_text(together: Plan, tmp_path: Path) -> None:
    bad = together.shared_zones.assign(names="=1+1", names_en="=1+1")
    with results_folder(tmp_path / "out") as folder:
        write_plan(replace(together, shared_zones=bad), folder, Language.ENGLISH)
    page = load_workbook(tmp_path / "out" / NOTICE).worksheets[0]
    (cell,) = [cell for row in page.iter_rows() for cell in row if cell.value == "=1+1"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("lang", Language)
def test_the_terminal_tells_each_shared_zone_of_the_first_year(
    together: Plan, lang: Language
) -> None:
    ((names, figures),) = shared_entries(together, lang)
    assert names in {"West Primary, East Primary", "城西小学、城东小学"}
    # 4500 m ÷ 9 areas alone, 7500 ÷ 9 by lot; quality 3 and 6 alone, 3 × 2/3 + 6 × 1/3 by lot.
    assert re.findall(r"\d(?:[\d,]*\d)?", figures) == [
        "2024",
        "90",
        "135",
        "500",
        "833",
        "1,500",
        *"364",
    ]
    _, differences = shared_lines(together, lang)
    # 50 at 3 and 40 at 6: mean 390/90, CV (50 × (3 - 4.33)² + 40 × (6 - 4.33)²) / 90)^½ ÷ 4.33.
    assert "0.344" in differences
    assert "0.000" in differences


def test_the_command_prints_the_shared_zones(tmp_path: Path, monkeypatch: Any) -> None:
    folder = write_town(tmp_path / "town")
    (folder / "scenarios" / "shared.toml").write_text(
        'extends = "baseline"\n[sharing]\nmethod = "given"\ngroups = [["P1", "P2"]]\n'
        "maximum_walk_metres = 2000\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("COLUMNS", "80")
    words = ["plan", "shared", "--study", str(folder), "--years", "2024", "--lang", "en"]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0, said.output
    shown = said.output.partition("Primary: 2 sections share zones")[2].splitlines()
    assert "West Primary, East Primary" in shown
    assert max(map(len, shown[:-1])) <= 80
    assert (folder / "out" / "shared" / NOTICE).exists()


def test_every_sentence_fills_in_the_same_figures_in_both_languages() -> None:
    for key, words in WORDS.items():
        figures = [set(re.findall(r"{(\w+)", words[lang])) for lang in ("zh", "en")]
        assert figures[0] == figures[1], key
