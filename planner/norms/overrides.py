"""A study or scenario may deviate from the norms, and every deviation tells its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import ScenarioError, Sentence
from planner.norms.consistency import contradictions
from planner.norms.country import norms_of
from planner.norms.figures import Certainty, Figure
from planner.norms.units import UNITS, number_faults
from planner.norms.vocabulary import LISTS, named_by_file, no_figure, units_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.norms.country import Norms

__all__ = ["with_overrides"]


def with_overrides(norms: Norms, overrides: Mapping[str, float], reason: str) -> Norms:
    """Return norms in which a study or scenario deviates from some figures.

    "class_size.primary" sets all grades of a stage, "class_size.primary.1" one of them and wins
    over the former. A figure that planner knows may be set even where the norms are silent.
    Each changed figure tells the old value and the reason.

    Args:
        norms: what is deviated from; it stays as it is.
        overrides: new values by path, in the unit of the figure.
        reason: what deviates and why, for instance "scenarios/small_classes.toml".

    Raises:
        ScenarioError: naming every path that is unknown and every value that cannot be.
    """
    frame = norms.frame
    figures = dict(norms.figures)
    faults: list[Sentence] = []
    # From the general to the particular: one grade is set after its whole stage.
    for path in sorted(overrides, key=lambda path: path.count(".")):
        value = overrides[path]
        for leaf in frame.vocabulary.leaves(path):
            fault = _fault_of(path, leaf, value, norms)
            if fault is not None:
                faults.append(fault)
                break
            figures[leaf] = _overridden(leaf, value, figures.get(leaf), reason)
    if not faults:
        faults += contradictions(figures, frame.vocabulary.stages)
    if faults:
        where = reason.zh if isinstance(reason, Sentence) else reason
        raise ScenarioError(*(fault.after(f"{reason}: ", f"{where}：") for fault in faults))
    return norms_of(frame, figures)


def _fault_of(path: str, leaf: str, value: object, norms: Norms) -> Sentence | None:
    """Return what is wrong about one override, or None."""
    unknown = norms.vocabulary.fault_of(leaf)
    if unknown is not None:
        return unknown
    # A name that the file chooses cannot be new here: nothing would read it.
    if leaf not in norms.figures and named_by_file(leaf):
        return no_figure(path, norms.figures)
    if leaf.startswith(LISTS):
        return Sentence(
            f"{path} is a list and cannot be overridden. Change it in a norms file of your own.",
            f"{path}是列表，不能单独改动；请在自己的标准文件中修改。",
        )
    unit = _unit_of(leaf, norms.figures.get(leaf))
    return next((fault.after(path) for fault in number_faults(value, unit)), None)


def _overridden(leaf: str, value: float, old: Figure | None, reason: str) -> Figure:
    """Return a figure with its new value, which remembers the old one."""
    unit = _unit_of(leaf, old)
    before = ""
    if old is not None:
        before = f"{old.note if old.certainty is Certainty.SCENARIO else old.value} → "
    return Figure(
        value=int(value) if UNITS[unit].whole else value,
        unit=unit,
        document=str(reason),
        article=leaf,
        certainty=Certainty.SCENARIO,
        note=f"{before}{value:g}",
    )


def _unit_of(leaf: str, old: Figure | None) -> str:
    """Return the unit of a figure, the usual one where the norms are silent."""
    return units_of(leaf)[0] if old is None else old.unit
