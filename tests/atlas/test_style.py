"""The style file says how a map looks, and refuses what it does not know."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from planner.atlas.style import read_style, style_file
from planner.errors import InputError
from planner.shipped import map_templates

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = map_templates().parent / "style.toml"


def changed(folder: Path, old: str, new: str) -> Path:
    """Return a copy of the shipped style with one line changed."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = folder / "style.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_shipped_style_is_complete() -> None:
    style = read_style(SHIPPED)
    assert style.sections.utilisation_limits == (0.85, 1.0, 1.1)
    assert len(style.sections.utilisation_colours) == 4  # below, two between, above
    assert style.context.lake == "#a9cde0"


def test_a_study_may_bring_its_own_style(tmp_path: Path) -> None:
    assert style_file(tmp_path) == SHIPPED
    (tmp_path / "maps").mkdir()
    own = tmp_path / "maps" / "style.toml"
    own.write_text("", encoding="utf-8")
    assert style_file(tmp_path) == own


def test_a_style_says_only_what_differs(tmp_path: Path) -> None:
    own = tmp_path / "style.toml"
    own.write_text('[context]\nlake = "#0000ff"\n', encoding="utf-8")
    usual, style = read_style(SHIPPED), read_style(own)
    lake = dataclasses.replace(usual.context, lake="#0000ff")
    assert style == dataclasses.replace(usual, context=lake)


def test_limits_of_its_own_need_as_many_colours(tmp_path: Path) -> None:
    own = tmp_path / "style.toml"
    own.write_text("[sections]\nutilisation_limits = [0.9, 1.0]\n", encoding="utf-8")
    with pytest.raises(InputError, match="utilisation_colours needs 3 colours"):
        read_style(own)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lake = "#a9cde0"', 'lak = "#a9cde0"', "[context] has no 'lak'. Did you mean 'lake'?"),
        ("[shapes]", "[shape]", "style.toml has no 'shape'. Did you mean 'shapes'?"),
        ('lake = "#a9cde0"', 'lake = "blue"', "[context] lake must be a colour such as #1f6f78"),
        ('lake = "#a9cde0"', "lake = 3", "[context] lake must be text in quotes, found 3"),
        ("tolerance_metres = 6", "tolerance_metres = -1", "must not be negative, found -1"),
        ("tolerance_metres = 6", "tolerance_metres = true", "must be a number, found True"),
        ("fill_share = 0.5", "fill_share = 50", "[zones] fill_share must be from 0 to 1"),
        ("small_points = 6 ", "small_points = 5.5 ", "[sheet] small_points must be at least 6"),
        ("[0.85, 1.0, 1.1]", "[1.0, 0.85, 1.1]", "utilisation_limits must rise"),
        ("[0.85, 1.0, 1.1]", "[0.85, 1.0]", "needs 3 colours, one more than utilisation_limits"),
        ("[0.85, 1.0, 1.1]", "1.0", "utilisation_limits must be a list"),
        ("largest_radius = 15.0", "largest_radius = 1", "smallest_radius must not exceed"),
        ("[fonts]", "[fonts", "is not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_style(changed(tmp_path, old, new))
    assert said in str(refused.value)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, 'lake = "#a9cde0"', 'lake = "blue"\nriver = "#000000"')
    with pytest.raises(InputError) as refused:
        read_style(path)
    assert len(refused.value.faults) == 2


def test_a_missing_style_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml is missing"):
        read_style(tmp_path / "nowhere.toml")
