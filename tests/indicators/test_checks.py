"""What is wrong with targets, actuals and own indicators is said with its row and a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pytest

from planner.checks import check_study
from planner.terms import Language
from tests.towns import write_town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checks import Finding


def said(folder: Path, table: str, lang: Language = Language.ENGLISH) -> list[str]:
    """Return what is found in one table."""
    found = check_study(folder)
    return [each.sentence(lang) for each in found if each.file == f"data/{table}.csv"]


def targets(tmp_path: Path, *rows: dict[str, Any], **tables: Any) -> Path:
    """Write the nine squares with these targets."""
    return write_town(tmp_path / "town", targets=pd.DataFrame(list(rows)), **tables)


def test_targets_of_every_kind_are_sound(tmp_path: Path) -> None:
    texts = ["0.93", "９３％", "≥85%", "不低于85%", "85%以上", "3-5", "全市首位", "", "1,435"]
    rows = [
        {"indicator": "exam_quality", "year": 2024 + n, "target": text}
        for n, text in enumerate(texts)
    ]
    rows.append({"indicator": "safety_incidents", "year": 2024, "target": "-10%", "base": 2023})
    assert said(targets(tmp_path, *rows), "targets") == []


def test_the_old_columns_alone_are_sound(tmp_path: Path) -> None:
    row = {"indicator": "large_classes", "year": 2025, "target": 29, "binding": True, "source": "x"}
    assert said(targets(tmp_path, row), "targets") == []


FAULTS: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    (
        {"indicator": "large_clases", "year": 2025, "target": "0"},
        "did you mean 'large_classes'?",
    ),
    ({"indicator": "large_classes", "year": 2026, "target": "85%%"}, "nobody can read '85%%'"),
    ({"indicator": "large_classes", "year": 2027, "target": "5-3"}, "'5-3'"),
    (
        {"indicator": "kindergarten_public_share", "year": 2028, "target": "63"},
        "'63' is more than a share can be",
    ),
    (
        {"indicator": "safety_incidents", "year": 2029, "target": "-10%"},
        "'-10%' is a change without a base year",
    ),
    (
        {"indicator": "safety_incidents", "year": 2030, "target": "-10%", "base": 2090},
        "not before the year aimed at",
    ),
    (
        {
            "indicator": "kindergarten_public_share",
            "stage": "senior",
            "year": 2031,
            "target": "1",
        },
        "not reckoned for the stage 'senior'",
    ),
    ({"indicator": "large_classes", "year": 2020, "target": "0"}, "before the base year 2023"),
    (
        {"indicator": "moon_landings", "year": 2032, "target": "1"},
        "does not know 'moon_landings'",
    ),
    (
        {"indicator": "large_classes", "stage": "primry", "year": 2033, "target": "1"},
        "did you mean 'primary'?",
    ),
)
"""A row of the table targets, and what is said to it."""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the nine squares with all faulty targets, one row each."""
    return targets(tmp_path_factory.mktemp("faulty"), *(row for row, _ in FAULTS))


@pytest.fixture(scope="module")
def found_in_english(faulty: Path) -> list[Finding]:
    """Return what is found in the faulty targets."""
    return [each for each in check_study(faulty) if each.file == "data/targets.csv"]


@pytest.mark.parametrize(
    ("row", "sentence"), list(enumerate((said for _, said in FAULTS), start=2))
)
def test_a_target_nobody_can_hold_anything_against_is_said(
    found_in_english: list[Finding], row: int, sentence: str
) -> None:
    mine = [each.sentence(Language.ENGLISH) for each in found_in_english if row in each.rows]
    assert any(sentence in each for each in mine), mine


def test_the_same_is_said_in_chinese(found_in_english: list[Finding]) -> None:
    told = [each.sentence(Language.CHINESE) for each in found_in_english]
    assert any("是否应为“large_classes”" in each for each in told), told
    assert any("无法识别目标值“85%%”、“5-3”" in each for each in told), told


def test_percent_in_the_column_unit_makes_63_a_share(tmp_path: Path) -> None:
    row = {"indicator": "kindergarten_public_share", "year": 2025, "target": "63", "unit": "%"}
    assert said(targets(tmp_path, row), "targets") == []


def test_an_indicator_of_the_county_itself_is_known(tmp_path: Path) -> None:
    own = pd.DataFrame(
        {"indicator": ["moon_landings"], "name": ["登月次数"], "better": ["越高越好"]}
    )
    row = {"indicator": "moon_landings", "year": 2025, "target": "1"}
    folder = targets(tmp_path, row, indicators=own)
    assert said(folder, "targets") == said(folder, "indicators") == []


def test_an_own_indicator_cannot_take_the_name_of_another(tmp_path: Path) -> None:
    own = pd.DataFrame({"indicator": ["large_classes"], "name": ["大班额"]})
    found = said(write_town(tmp_path / "town", indicators=own), "indicators")
    assert any("planner knows already" in each for each in found), found


def test_two_targets_for_one_year_and_stage_are_one_too_many(tmp_path: Path) -> None:
    row = {"indicator": "large_classes", "year": 2025, "target": "0"}
    assert any("more than one row" in each for each in said(targets(tmp_path, row, row), "targets"))
    other = {**row, "stage": "primary"}
    assert said(targets(tmp_path / "two", row, other), "targets") == []


def test_actuals_are_numbers_answers_or_said(tmp_path: Path) -> None:
    rows = [("Q2", "97.2%"), ("G1", "达标"), ("G8", "很高"), ("quality", "1")]
    table = pd.DataFrame(rows, columns=["indicator", "value"]).assign(year=2023)
    found = said(write_town(tmp_path / "town", actuals=table), "actuals")
    assert len(found) == 2, found
    assert any("expected a number, found '很高'" in each for each in found)
    assert any("'quality'" in each for each in found)


def test_a_share_that_was_entered_as_a_number_of_percent_is_an_error(tmp_path: Path) -> None:
    rows = [
        ("quota_share", 2021, "60"),
        ("quota_share", 2022, "110%"),
        ("quota_share", 2023, "60%"),
        ("senior_gross_enrolment_share", 2023, "104%"),
        ("certified_teacher_share", 2023, "-5%"),
        ("teacher_pay_ratio", 2023, "1.02"),
    ]
    actuals = pd.DataFrame(rows, columns=["indicator", "year", "value"])
    town = write_town(tmp_path / "town", actuals=actuals)
    (sentence,) = said(town, "actuals")
    assert "rows 2, 3 and 6" in sentence
    assert "'60', '110%' and '-5%' cannot be a share. Write 92% or 0.92." in sentence


def test_no_more_than_all_places_can_be_aimed_at(tmp_path: Path) -> None:
    row = {"indicator": "quota_share", "year": 2025, "target": "110%"}
    (sentence,) = said(targets(tmp_path, row), "targets")
    assert "'110%' is more than a share can be" in sentence
