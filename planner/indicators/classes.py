"""Count classes by their size, year by year, from classes that exist or are formed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.evaluation.balance import oversize_classes
from planner.indicators.ground import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from planner.indicators.ground import Ground

__all__ = [
    "compulsory_over_standard",
    "entry_over_standard",
    "kindergarten_classes_within",
    "large_class_share",
    "large_classes",
    "over_standard_classes",
    "super_large_classes",
]

_LARGE: Final = ("large", "super_large")
_OVER: Final = ("over_standard", *_LARGE)


def large_classes(ground: Ground) -> pd.DataFrame:
    """Return large classes of every section, the super-large ones included."""
    return _in_bands(ground, _LARGE, _limited(ground))


def super_large_classes(ground: Ground) -> pd.DataFrame:
    """Return super-large classes of every section."""
    return _in_bands(ground, ("super_large",), _limited(ground))


def over_standard_classes(ground: Ground) -> pd.DataFrame:
    """Return classes above the standard size of their grade."""
    return _in_bands(ground, _OVER, ground.plan.class_years)


def entry_over_standard(ground: Ground) -> pd.DataFrame:
    """Return classes above standard size in the lowest grade of their stage."""
    entry = [stage.grades[0] for stage in ground.plan.norms.stages]
    classes = ground.plan.class_years
    return _in_bands(ground, _OVER, classes[classes["grade"].isin(entry)])


def large_class_share(ground: Ground) -> pd.DataFrame:
    """Return large classes of all classes; a share is never guessed from a mean size."""
    classes = _limited(ground)
    return _counted(ground, classes, classes["band"].isin(_LARGE), with_all=True)


def kindergarten_classes_within(ground: Ground) -> pd.DataFrame:
    """Return kindergarten classes within standard size of all kindergarten classes (班额达标率)."""
    classes = ground.plan.class_years
    classes = classes[classes["stage"] == "kindergarten"]
    return _counted(ground, classes, classes["band"] == "within", with_all=True)


def compulsory_over_standard(ground: Ground) -> pd.DataFrame:
    """Return classes above 45 or 50 in any grade (G5), stricter than the test of 56."""
    table = oversize_classes(ground.plan.class_years, ground.plan.norms)
    named = _named(ground, table)
    return rows_of(named, part=named["over"].astype(float), gap=named["over"].astype(float))


def _limited(ground: Ground) -> pd.DataFrame:
    """Return the classes of stages for which the norms say from when a class is large."""
    limited = [stage.stage for stage in ground.plan.norms.stages if stage.large_class is not None]
    classes = ground.plan.class_years
    return classes[classes["stage"].isin(limited)]


def _in_bands(ground: Ground, bands: Collection[str], classes: pd.DataFrame) -> pd.DataFrame:
    """Return how many classes of each section are in these bands."""
    return _counted(ground, classes, classes["band"].isin(bands), with_all=False)


def _counted(
    ground: Ground, classes: pd.DataFrame, hit: pd.Series[bool], *, with_all: bool
) -> pd.DataFrame:
    """Return the classes that are hit by section and year, of all classes where asked for."""
    counts = (
        classes.assign(hit=hit)
        .groupby(["section_id", "stage", "year"], as_index=False, sort=False)
        .agg(hit=("hit", "sum"), all=("hit", "size"))
    )
    named = _named(ground, counts)
    whole = named["all"].astype(float) if with_all else None
    return rows_of(named, part=named["hit"].astype(float), whole=whole)


def _named(ground: Ground, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of sections with the names of their schools."""
    names = ground.plan.sections.drop_duplicates("section_id").set_index("section_id")["name"]
    return table.assign(name=table["section_id"].map(names))
