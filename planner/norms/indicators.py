"""The register of indicators a county is held to: names, units, directions, thresholds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from planner.shipped import norms_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.norms.country import Norms

__all__ = ["Group", "Indicator", "Register", "read_register"]

_OF_ANY_COUNTRY: Final = "any"


@dataclass(frozen=True, slots=True)
class Group:
    """One heading of the register.

    `items` is the number of items that the regulation counts under it, 0 where it counts none.
    """

    key: str
    names: Mapping[str, str]
    document: str
    items: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: what it is called, in what unit it stands, which way is better.

    Attributes:
        id: Its key in the tables targets and actuals.
        item: Its number in the regulation, such as G13; empty where it has none.
        better: higher, lower, below (strictly lower) or word, where people judge it.
        known: computed by planner, entered by the bureau, or documents that say yes or no.
        stages: Stages it is reckoned for; empty: for the county as a whole.
        together: Whether it is reckoned for all of them together as well.
        threshold: Path of the norm it is held against, {stage} to be filled in; or empty.
        limit: The rule where it is "none" or "every one"; missing where there is a norm or no rule.
        gap: In what the gap to the threshold is told; empty: in the unit itself.
    """

    id: str
    item: str
    names: Mapping[str, str]
    group: str
    unit: str
    better: str
    known: str
    stages: tuple[str, ...] = ()
    together: bool = False
    threshold: str = ""
    limit: float | None = None
    gap: str = ""

    @property
    def divisions(self) -> tuple[str, ...]:
        """The stages of its rows, with an empty text for all stages together."""
        return (*([""] if self.together or not self.stages else []), *self.stages)

    def threshold_of(self, stage: str, norms: Norms) -> float | None:
        """Return what the norms ask for in a stage, nothing where they ask nothing."""
        path = self.threshold.format(stage=stage)
        if path and path in norms.figures:
            return norms.number(path)
        return self.limit

    def source_of(self, stage: str, norms: Norms, group: Group) -> str:
        """Return the document and article that the threshold stands in."""
        path = self.threshold.format(stage=stage)
        if path in norms.figures:
            figure = norms.figure(path)
            return f"{figure.document} {figure.article}".strip()
        return f"{group.document} {self.item}".strip()


@dataclass(frozen=True, slots=True)
class Register:
    """All indicators of a country in the order of their groups."""

    groups: Mapping[str, Group]
    indicators: Mapping[str, Indicator]

    def find(self, said: str) -> Indicator | None:
        """Return the indicator that a table names by its key or by its item ("G13"), or None."""
        by_item = {one.item.casefold(): one for one in self.indicators.values() if one.item}
        return self.indicators.get(said) or by_item.get(said.casefold())

    @property
    def items(self) -> tuple[Indicator, ...]:
        """The indicators that a regulation numbers."""
        return tuple(one for one in self.indicators.values() if one.item)


def read_register(country: str) -> Register:
    """Return the indicators of a country, such as "CN", with those that hold anywhere.

    A country without a register of its own has the latter alone.
    """
    return _read(country.lower())


@cache
def _read(country: str) -> Register:
    """Read the two files once."""
    groups: dict[str, Group] = {}
    indicators: dict[str, Indicator] = {}
    for name in (country, _OF_ANY_COUNTRY):
        path = norms_folder() / "indicators" / f"{name}.toml"
        if not path.is_file():
            continue
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        groups |= {key: _group(key, said) for key, said in content["groups"].items()}
        indicators |= {key: _indicator(key, said) for key, said in content["indicators"].items()}
    ordered = _in_order(groups, indicators)
    return Register(MappingProxyType(groups), MappingProxyType({one.id: one for one in ordered}))


def _in_order(
    groups: Mapping[str, Group], indicators: Mapping[str, Indicator]
) -> Iterator[Indicator]:
    """Yield the indicators group by group."""
    for group in groups:
        yield from (one for one in indicators.values() if one.group == group)


def _group(key: str, said: Mapping[str, Any]) -> Group:
    """Return one heading."""
    return Group(key, said["names"], said.get("document", ""), said.get("items", 0))


def _indicator(key: str, said: Mapping[str, Any]) -> Indicator:
    """Return one indicator; its stages are a tuple, all else stands as it is written."""
    return Indicator(id=key, **{"item": "", **said, "stages": tuple(said.get("stages", ()))})
