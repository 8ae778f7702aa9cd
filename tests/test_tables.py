"""A table is held against its columns at once; pandera is asked where something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa
import pytest

from planner.results import RESULTS
from planner.tables import RULES, TABLES, Residents, Schools, Table, Yields

if TYPE_CHECKING:
    from planner.study import Study

ALL = {**TABLES, **{f"result_{name}": model for name, model in RESULTS.items()}}
RESIDENTS = pd.DataFrame(
    {"area_id": ["A1", "A2"], "year": 2023, "age_from": [0, 5], "age_to": [4, 9], "residents": 7.0}
)


def by_pandera(model: type[Table], table: Any) -> Any:
    """Return what pandera itself makes of a table."""
    return model.to_schema().validate(table, lazy=True)


@pytest.mark.parametrize("name", ALL)
def test_every_rule_of_a_column_can_be_looked_at_without_pandera(name: str) -> None:
    schema = ALL[name].to_schema()
    checks = [check for column in schema.columns.values() for check in column.checks]
    assert {check.name for check in checks} <= set(RULES)
    assert all(len(check.statistics) == 1 for check in checks)
    assert all(callable(getattr(ALL[name], check.name)) for check in schema.checks)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_order_comes_out_as_from_pandera(squares: Study, name: str) -> None:
    table = getattr(squares, name)
    if not table.empty:
        table = table.assign(of_no_column=1)
        pd.testing.assert_frame_equal(
            TABLES[name].validate(table, lazy=True), by_pandera(TABLES[name], table)
        )


def test_types_are_made_right_as_pandera_makes_them() -> None:
    table = RESIDENTS.astype(object).assign(year="2023")
    found = Residents.validate(table, lazy=True)
    pd.testing.assert_frame_equal(found, by_pandera(Residents, table))
    assert found["year"].tolist() == [2023, 2023]


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Residents, {"residents": [7.0, -1.0]}),  # fewer than nobody
        (Residents, {"age_to": [4, 3]}),  # the ages 5 to 3
        (Residents, {"area_id": ["A1", None]}),  # required and empty
        (Residents, {"age_from": ["none", 5]}),  # no number
        (Residents, {"age_to": None}),  # a column that is not there
        (Schools, {"school_id": ["S1", "S1"]}),  # two schools with one key
        (Schools, {"kind": ["primary", "castle"]}),  # a word nobody knows
        (Schools, {"boarding": [True, "perhaps"]}),
    ],
)
def test_what_is_wrong_is_told_as_pandera_tells_it(
    squares: Study, model: type[Table], change: dict[str, Any]
) -> None:
    table = (RESIDENTS if model is Residents else squares.schools.head(2)).copy()
    for column, cells in change.items():
        table = table.drop(columns=column)
        if cells is not None:
            table[column] = cells
    with pytest.raises(pa.errors.SchemaErrors) as told:
        model.validate(table, lazy=True)
    with pytest.raises(pa.errors.SchemaErrors) as expected:
        by_pandera(model, table)
    pd.testing.assert_frame_equal(told.value.failure_cases, expected.value.failure_cases)


def test_an_empty_cell_of_an_optional_column_breaks_no_rule() -> None:
    table = pd.DataFrame({"kind": ["flats"], "stage": ["primary"], "years_since": [3]}).assign(
        pupils_per_home=0.2, occupied_share=None
    )
    pd.testing.assert_frame_equal(Yields.validate(table, lazy=True), by_pandera(Yields, table))
