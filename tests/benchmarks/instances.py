"""Read published towns in which each unit goes to one school, and check plans for them.

Nothing here knows the solver: other programs read the same towns, and a plan is judged by
adding it up unit by unit and by walking through its zones with networkx.

A folder holds unit files (OID, pop, PointX, PointY, candidate, cost, capacity; capacity > 0: a
school stands there), `<town>_connectivity.txt` files with pairs of touching units, and, where
it is known, `best_known.csv`. A unit in which a school stands belongs to that school.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = ["Checked", "Instance", "check", "instance_names", "read_instance", "write_solution"]

NO_TOWN = ("connectivity", "units", "format")
ROUNDING = 1e-6
"""Capacities were published as computed: 216.9999999 seats are 217."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One published town.

    Attributes:
        name: Name of the instance.
        units: Keys of the units as published, [unit].
        places: Point of each unit in metres, [unit, 2].
        pupils: Pupils, [unit].
        seats: Hard limit of each school, [section].
        home: Position of the unit in which each school stands, [section].
        walk_metres: Straight lines, [unit, section].
        edges: Pairs of touching units by position, [pair, 2].
        best_known: Best published value in pupil-kilometres, None where there is none.
    """

    name: str
    units: tuple[int, ...]
    places: FloatArray
    pupils: IntArray
    seats: IntArray
    home: IntArray
    walk_metres: FloatArray
    edges: IntArray
    best_known: float | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a plan is, added up without the solver.

    Attributes:
        value: Pupil-kilometres.
        overfull: Pupils beyond the seats, all schools together.
        contiguous: Whether each zone is one piece that contains its school's unit.
    """

    value: float
    overfull: int
    contiguous: bool

    @property
    def feasible(self) -> bool:
        """Whether every pupil has a seat."""
        return self.overfull == 0


def instance_names(folder: Path) -> list[str]:
    """Return the instances of a folder: those with a best known value, or every unit file."""
    best = _best_known(folder)
    files = sorted(path.stem for path in folder.glob("*.txt"))
    towns = [name for name in files if not any(word in name.lower() for word in NO_TOWN)]
    return [name for name in towns if name in best] or towns


def read_instance(folder: Path, name: str) -> Instance:
    """Read one instance.

    Raises:
        ValueError: No connectivity file fits the name, no unit holds a school, or a pair names
            a unit that is not there.
    """
    rows = [line.split() for line in _lines(folder / f"{name}.txt")[1:]]
    units = np.array([[float(cell) for cell in row] for row in rows if row])
    number = {int(unit): position for position, unit in enumerate(units[:, 0])}
    home = np.flatnonzero(units[:, 6] > 0)
    if not len(home):
        raise ValueError(f"{folder / name}.txt: no unit has a capacity, so there is no school.")
    apart = units[:, None, 2:4] - units[None, home, 2:4]
    return Instance(
        name=name,
        units=tuple(number),
        places=units[:, 2:4],
        pupils=units[:, 1].astype(np.int64),
        seats=np.floor(units[home, 6] + ROUNDING).astype(np.int64),
        home=home,
        walk_metres=np.hypot(apart[..., 0], apart[..., 1]),
        edges=_edges(_connectivity(folder, name), number),
        best_known=_best_known(folder).get(name),
    )


def check(instance: Instance, section_of_unit: Sequence[int] | IntArray) -> Checked:
    """Judge a plan that gives each unit, by position, one section."""
    chosen = [int(section) for section in section_of_unit]
    if len(chosen) != len(instance.units) or not set(chosen) <= set(range(len(instance.seats))):
        raise ValueError(f"{instance.name}: expected one section for each of the units.")
    value, loads = 0.0, [0] * len(instance.seats)
    for unit, section in enumerate(chosen):
        pupils = int(instance.pupils[unit])
        loads[section] += pupils
        value += pupils * float(instance.walk_metres[unit, section]) / 1000
    beyond = [max(0, load - int(seats)) for load, seats in zip(loads, instance.seats, strict=True)]
    touching: nx.Graph[int] = nx.Graph()
    touching.add_nodes_from(range(len(chosen)))
    touching.add_edges_from((a, b) for a, b in instance.edges.tolist() if chosen[a] == chosen[b])
    whole = nx.number_connected_components(touching) == len(instance.seats) and all(
        chosen[home] == section for section, home in enumerate(instance.home.tolist())
    )
    return Checked(value, sum(beyond), whole)


def write_solution(path: Path, instance: Instance, section_of_unit: IntArray) -> None:
    """Write unit,section with the published keys; a section is the unit its school stands in."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines, lineterminator="\n")
        out.writerow(("unit", "section"))
        for unit, section in zip(instance.units, section_of_unit.tolist(), strict=True):
            out.writerow((unit, instance.units[int(instance.home[section])]))


def _best_known(folder: Path) -> dict[str, float]:
    """Return the best published value by instance; a remark behind a value is left out."""
    tables = sorted(folder.glob("best_known*.csv"))
    if not tables:
        return {}
    with tables[0].open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    column = next((name for name in rows[0] if name in {"sap_contiguous_obj", "best_known"}), None)
    if column is None:
        raise ValueError(f"{tables[0]}: expected a column sap_contiguous_obj or best_known.")
    numbers = {row["instance"]: re.search(r"\d+(\.\d+)?", row[column] or "") for row in rows}
    return {name: float(number[0]) for name, number in numbers.items() if number}


def _connectivity(folder: Path, name: str) -> Path:
    """Return the file of touching units: of the town whose name begins the instance's."""
    files = folder.glob("*connectivity*.txt")
    fitting = [path for path in files if name.startswith(path.stem.split("_")[0])]
    if not fitting:
        raise ValueError(f"{folder}: no <town>_connectivity.txt fits the instance {name}.")
    return max(fitting, key=lambda path: len(path.stem.split("_")[0]))


def _edges(path: Path, number: dict[int, int]) -> IntArray:
    """Return the pairs of touching units by position, each once; the first column is a key."""
    pairs = set()
    for line in _lines(path)[1:]:
        cells = line.split("," if "," in line else None)
        if not cells:
            continue
        one, other = (int(float(cell)) for cell in cells[1:3])
        if one not in number or other not in number:
            raise ValueError(f"{path}: the pair {one}, {other} names a unit that is not there.")
        first, second = sorted((number[one], number[other]))
        if first != second:
            pairs.add((first, second))
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _lines(path: Path) -> list[str]:
    """Return the lines of a file."""
    return path.read_text(encoding="utf-8-sig").splitlines()
