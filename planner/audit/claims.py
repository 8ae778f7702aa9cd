"""Hold one claim about the zones of a stage against what is reckoned anew."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from planner.audit.connected import foreign_homes, loose_areas
from planner.audit.findings import WORDS, Check, Said, named, said, word
from planner.audit.recount import beyond_seats, broken, recount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from planner.audit.stage_files import StageFiles

__all__ = ["claim_checks", "same_sum", "stage_said", "status_said", "worth_checks", "zone_check"]

_ROUNDING: Final = 1e-9
"""Relative difference of two sums of the same numbers in another order."""
_SAME: Final = 1e-6
"""Relative gap below which value and bound are the same number but for rounding."""


def claim_checks(
    files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]
) -> Iterator[Check]:
    """Yield every check of a claim.

    Args:
        files: What the zones were drawn for.
        claim: What is claimed of them.
        zone: The section of every area, in the order of the areas.
    """
    yield _seats(files, claim, zone)
    yield from worth_checks(claim, recount(files, claim, zone))
    yield _pieces(files, claim, zone)
    yield _homes(files, claim, zone)
    yield _kept(files, claim, zone, "locks", "lock_wrong", ("locked_to", "held_in"))
    yield _kept(files, claim, zone, "moves", "move_wrong", ("moved_to",))
    yield from _demands(files, claim, zone)


def zone_check(
    claim: Mapping[str, Any], table: pd.DataFrame, files: StageFiles
) -> tuple[Check, pd.Series[str] | None]:
    """Check that every area goes to exactly one section; return the zones where that is so."""
    file, stage = claim["zones"], claim["stage"]
    mine = table[table["stage"] == stage]
    known, sections = files.areas.index, files.sections.index
    inputs = f"proof/{stage}"
    unknown = mine.loc[~mine["area_id"].isin(known), "area_id"]
    strange = mine.loc[~mine["section_id"].isin(sections), "section_id"]
    faults = [
        said(key, file=file, stage=stage_said(claim), names=named(keys), other=other)
        for key, keys, other in (
            ("area_missing", known[~known.isin(mine["area_id"])], ""),
            ("area_twice", mine.loc[mine["area_id"].duplicated(), "area_id"].unique(), ""),
            ("area_unknown", unknown, f"{inputs}/areas.csv"),
            ("section_unknown", strange.unique(), f"{inputs}/sections.csv"),
        )
        if len(keys)
    ]
    check = Check(word("areas"), f"{len(known):,}", f"{mine['area_id'].nunique():,}", tuple(faults))
    if faults:
        return check, None
    return check, mine.set_index("area_id")["section_id"].reindex(known)


def _seats(files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]) -> Check:
    """Compare the pupils beyond the seats, section by section."""
    found = beyond_seats(files, claim, zone)
    asked = claim["overflow"]
    faults = tuple(
        said(
            "overflow_wrong",
            stage=stage_said(claim),
            section=section,
            found=int(number),
            asked=asked.get(section, 0),
        )
        for section, number in found.items()
        if int(number) != asked.get(section, 0)
    )
    return Check(word("seats"), f"{sum(asked.values()):,}", f"{int(found.sum()):,}", faults)


def worth_checks(claim: Mapping[str, Any], found: Mapping[str, float]) -> Iterator[Check]:
    """Compare the value, term by term, and what is concluded from it."""
    stage, asked = stage_said(claim), claim["terms"]
    for term in dict.fromkeys([*asked, *found]):
        claimed, counted = asked.get(term, 0.0), found.get(term, 0.0)
        what = word(f"term_{term}") if f"term_{term}" in WORDS else Said(term, term)
        yield same_sum("term_wrong", what, claimed, counted, stage=stage, term=what)
    value, bound = claim["value"], claim["bound"]
    counted = math.fsum(found.values())
    yield same_sum("value_wrong", word("value"), value, counted, stage=stage)
    above = bound > counted + _ROUNDING * max(abs(counted), 1.0)
    fault = said("bound_wrong", stage=stage, bound=_shown(bound), value=_shown(counted))
    yield Check(word("bound"), _shown(bound), _shown(counted), (fault,) if above else ())
    gap = (counted - bound) / counted if counted > 0 else 0.0
    wrong = not math.isclose(gap, claim["gap"], rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    percent = f"{claim['gap']:.4%}", f"{gap:.4%}"
    fault = said("gap_wrong", stage=stage, asked=percent[0], found=percent[1])
    yield Check(word("gap"), *percent, (fault,) if wrong else ())
    yield _status(claim, gap)


def _status(claim: Mapping[str, Any], gap: float) -> Check:
    """Check that nothing is called optimal that is not, nor feasible that is overfull."""
    asked, overfull = claim["status"], any(claim["overflow"].values())
    found = "overfull" if overfull else "feasible"
    if gap <= _SAME and asked == "optimal":
        found = "optimal"
    named_so = status_said(asked), status_said(found)
    fault = said("status_wrong", stage=stage_said(claim), asked=named_so[0], found=named_so[1])
    return Check(word("status"), *named_so, () if asked == found else (fault,))


def status_said(status: str) -> Said:
    """Return what a status is called; one that nobody knows as it stands."""
    return WORDS.get(f"status_{status}", Said(status, status))


def _pieces(files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]) -> Check:
    """Compare the areas that are cut off, and see whether the rule allows them to be."""
    stage, loose = stage_said(claim), loose_areas(files, zone)
    # These zones touch their section's area or gate, and are named for information only.
    elsewhere = ("home_elsewhere", "home_outside")
    told = {
        area
        for piece in claim["pieces"]
        if piece["reason"] not in elsewhere
        for area in piece["areas"]
    }
    allowed = claim["by_hand"] or not claim["rules"]["contiguous"]
    faults = [
        said(key, stage=stage, names=named(sorted(areas)))
        for key, areas in (
            ("piece_wrong", loose.areas - told),
            ("piece_whole", told - loose.areas),
            ("piece_broken", set() if allowed else loose.areas - loose.exempt),
        )
        if areas
    ]
    return Check(word("pieces"), str(len(told)), str(len(loose.areas)), tuple(faults))


def _homes(files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]) -> Check:
    """See that the areas in which sections stand belong to them, unless moved by hand."""
    foreign = foreign_homes(files, zone)
    homes = {home for home in files.sections["home_area_id"] if home}
    moved = files.areas["moved_to"]
    wrong = sorted(foreign - set(moved.index[moved != ""]) if claim["by_hand"] else foreign)
    # Today's zones may have been left as they were around a move.
    wrong = [area for area in wrong if not (claim["by_hand"] and _as_before(files, zone, area))]
    fault = said("home_wrong", stage=stage_said(claim), names=named(wrong))
    found = len(homes) - len(foreign)
    return Check(word("homes"), str(len(homes)), str(found), (fault,) if wrong else ())


def _as_before(files: StageFiles, zone: pd.Series[str], area: str) -> bool:
    """Tell whether an area is where it was before anybody moved anything."""
    return bool(files.areas.loc[area, "before"] == zone[area])


def _kept(
    files: StageFiles,
    claim: Mapping[str, Any],
    zone: pd.Series[str],
    what: str,
    key: str,
    columns: tuple[str, ...],
) -> Check:
    """See that areas are where a lock keeps them, or where they were moved to."""
    asked = {(str(area), to) for one in columns for area, to in files.areas[one].items() if to}
    # What is moved by hand is moved on purpose, whatever the scenario locks.
    moved = files.areas["moved_to"]
    if what == "locks":
        asked = {(area, to) for area, to in asked if moved[area] == ""}
    wrong = sorted({area for area, to in asked if zone[area] != to})
    fault = said(key, stage=stage_said(claim), names=named(wrong))
    return Check(
        word(what), str(len(asked)), str(len(asked) - len(wrong)), (fault,) if wrong else ()
    )


def _demands(files: StageFiles, claim: Mapping[str, Any], zone: pd.Series[str]) -> Iterator[Check]:
    """Compare which hard demands are broken, and for which areas."""
    stage, found = stage_said(claim), broken(files, claim, zone)
    told = {name: set(areas) for name, areas in claim["breaches"].items()}
    hard = ["limit"] if claim["rules"]["limit_is_hard"] else []
    hard += [
        name for name, metres in files.surcharges.items() if (metres == math.inf).any(axis=None)
    ]
    hard += [wish["name"] for wish in claim["together"] if wish["metres"] is None]
    for name in dict.fromkeys([*hard, *told]):
        now, then = found.get(name, set()), told.get(name, set())
        faults = tuple(
            said(key, stage=stage, name=name, names=named(sorted(areas)))
            for key, areas in (("breach_wrong", now - then), ("breach_kept", then - now))
            if areas
        )
        yield Check(said("breach", name=name), str(len(then)), str(len(now)), faults)


def same_sum(
    key: str, what: Said, asked: float, found: float, decimals: int = 1, **names: object
) -> Check:
    """Compare two figures that were reckoned in different orders, sums of metres or means."""
    shown = f"{asked:,.{decimals}f}", f"{found:,.{decimals}f}"
    fault = said(key, asked=shown[0], found=shown[1], **names)
    close = math.isclose(asked, found, rel_tol=_ROUNDING, abs_tol=_SAME)
    return Check(what, *shown, () if close else (fault,))


def _shown(metres: float) -> str:
    """Return pupil-metres for a reader, with a decimal where two whole numbers may look alike."""
    return f"{metres:,.1f}"


def stage_said(claim: Mapping[str, Any]) -> Said:
    """Return what the stage of a claim is called."""
    return Said(str(claim["names"]["zh"]), str(claim["names"]["en"]))
