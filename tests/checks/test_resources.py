"""What planner check says of resources: misspelt, of nobody, or a part larger than its whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.capacity import stock
from planner.checks.resources import ITEMS, SHARED
from planner.evaluation.balance import BASIC_ITEMS, RESOURCE_ITEMS
from planner.shipped import sample_study
from planner.terms import Language
from tests.checks.test_projects import only, said

if TYPE_CHECKING:
    from pathlib import Path


def counted(**amounts: float) -> pd.DataFrame:
    """Return resources of P1 in 2023."""
    rows = [("P1", 2023, item, amount) for item, amount in amounts.items()]
    return pd.DataFrame(rows, columns=["section_id", "year", "item", "value"])


def test_every_item_that_is_reckoned_with_is_known() -> None:
    reckoned = [*RESOURCE_ITEMS.values(), *BASIC_ITEMS.values()]
    used = {name for one in reckoned for name in (one.stock, one.less) if name}
    arts = {f"{kind}_{what}" for kind in ("music", "art") for what in ("rooms", "room_m2")}
    limits = {"floor_area_m2", "sports_area_m2", "boarders", "staff"}
    assert used | arts | limits | {"arts_rooms_by_2016"} == set(ITEMS)
    assert stock.SHARED == SHARED


def test_the_sample_names_no_other_items() -> None:
    items = pd.read_csv(sample_study() / "data" / "resources.csv")["item"]
    assert set(items.str.removeprefix(SHARED)) <= set(ITEMS)


def test_resources_that_are_known_are_sound(tmp_path: Path) -> None:
    stock = counted(key_teachers=3, shared_sports_area_m2=900, teaching_area_m2=800)
    assert said(tmp_path, resources=stock) == []


def test_a_misspelt_item_is_not_passed_over(tmp_path: Path) -> None:
    sentence = only(said(tmp_path, resources=counted(key_techers=3)))
    assert sentence.startswith("warning: data/resources.csv, row 2, column 'item'")
    assert "did you mean 'key_teachers'?" in sentence


def test_an_item_of_no_use_is_said_in_chinese(tmp_path: Path) -> None:
    sentence = only(said(tmp_path, Language.CHINESE, resources=counted(vending_machines=3)))
    assert "系统不使用“vending_machines”这一项目" in sentence


def test_a_sports_hall_is_part_of_the_teaching_area(tmp_path: Path) -> None:
    stock = counted(teaching_area_m2=800, indoor_sports_area_m2=801)
    assert "indoor sports area of 'P1' is more than" in only(said(tmp_path / "a", resources=stock))
    equal = counted(teaching_area_m2=800, indoor_sports_area_m2=800)
    assert said(tmp_path / "b", resources=equal) == []
