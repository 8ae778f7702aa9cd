"""A county of a few schools whose resources can be reckoned on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.norms import read_norms

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CN", "MODEL_JUNIOR", "MODEL_PRIMARY", "resources_of", "roll_of"]

CN: Final = read_norms("cn")

MODEL_PRIMARY: Final = {
    "teachers_above_degree": 21.0,  # 4.2 × 500 ÷ 100
    "key_teachers": 5.0,  # 1 × 500 ÷ 100
    "sports_arts_teachers": 5.0,  # 0.9 × 500 ÷ 100 = 4.5
    "teaching_area_m2": 2250.0,  # 4.5 × 500
    "sports_area_m2": 3750.0,  # 7.5 × 500
    "equipment_yuan": 1_000_000.0,  # 2000 × 500
    "multimedia_rooms": 12.0,  # 2.3 × 500 ÷ 100 = 11.5
}
"""What 500 pupils of a primary school need, and no more."""
MODEL_JUNIOR: Final = {
    "teachers_above_degree": 53.0,  # 5.3 × 1000 ÷ 100
    "key_teachers": 10.0,
    "sports_arts_teachers": 9.0,
    "teaching_area_m2": 5800.0,
    "sports_area_m2": 10_200.0,
    "equipment_yuan": 2_500_000.0,
    "multimedia_rooms": 24.0,
}
"""What 1000 pupils of a junior school need, and no more."""


def resources_of(**stock: Mapping[str, float]) -> pd.DataFrame:
    """Return the table resources of sections named by keyword."""
    rows = [
        (section, item, value) for section, items in stock.items() for item, value in items.items()
    ]
    return pd.DataFrame(rows, columns=["section_id", "item", "value"]).astype(
        {"section_id": "str", "item": "str", "value": "float64"}
    )


def roll_of(*rows: tuple[str, str, int] | tuple[str, str, int, str, str]) -> pd.DataFrame:
    """Return the roll of sections: key, stage, pupils and, where they matter, school and kind.

    Without them every section is a school of its own, of the kind that its stage has.
    """
    full = [row if len(row) == 5 else (*row, f"school of {row[0]}", row[1]) for row in rows]
    table = pd.DataFrame(full, columns=["section_id", "stage", "pupils", "school_id", "kind"])
    return table.astype({"pupils": "int64"})
