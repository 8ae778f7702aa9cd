from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.norms import available, read_norms
from planner.report.outputs_page import outputs_page
from planner.report.side_by_side import MEASURES
from planner.report.words import SETTINGS, UNITS, VALUES, WORDS
from planner.results import RESULTS
from planner.scenario import settings_of
from planner.tables import columns_of
from planner.terms import ProjectKind

ROOT = Path(__file__).parents[2]


def test_every_sentence_fills_in_the_same_figures_in_both_languages() -> None:
    for key, words in WORDS.items():
        figures = [set(re.findall(r"{(\w+)", words[lang])) for lang in ("zh", "en")]
        assert figures[0] == figures[1], key


def test_every_word_is_said_somewhere() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "planner" / "report").rglob("*.py"))
        if path.name != "words.py"
    )
    made = {f"sheet_{name}" for name in (*RESULTS, "pupils_wide", "utilisation_wide")}
    made |= {f"layer_{name}" for name in ("areas", "sections", "area_years")}
    made |= {f"layer_{name}" for name in ("notes", "changes", "columns")}
    made |= {key for one in MEASURES for key in (one.key, one.year)}
    made |= {"binding_true", "binding_false"}
    made |= {f"status_{word}" for word in ("met", "missed", "not_planned", "not_computed")}
    made |= {f"measure_{kind}" for kind in ProjectKind}
    said = set(re.findall(r"""["'](\w+)["']""", source))
    assert set(WORDS) - said - made == set()


def test_every_setting_that_has_a_name_is_a_setting() -> None:
    known = {info.path for info in settings_of()}
    assert {path.removesuffix(".ID") for path in SETTINGS} <= known


def test_sheet_names_are_names_that_excel_takes() -> None:
    for key, words in WORDS.items():
        if key.startswith("sheet_"):
            assert all(0 < len(name) <= 31 for name in words.values()), key
            assert not any(set(name) & set("[]:*?/\\'") for name in words.values()), key


def test_every_unit_and_state_of_the_results_has_words() -> None:
    for name, model in RESULTS.items():
        for column in columns_of(name, model):
            assert column.unit in {"", *UNITS}, column
            if column.name != "stage":
                assert set(column.allowed) <= set(VALUES), column


@pytest.mark.parametrize("country", available())
def test_stage_names_leave_room_in_the_terminal(country: str) -> None:
    for stage in read_norms(country).stages:
        assert len(stage.names["en"]) <= 14, stage
        assert len(stage.names["zh"]) <= 6, stage


def test_the_page_of_outputs_is_up_to_date() -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert page == outputs_page(), "run python -m planner.report.outputs_page"
