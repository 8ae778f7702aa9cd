"""Put drawn zones into rows: what is not kept, scorecard, sections, areas, prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.evaluation.zone_terms import hard_terms, term_prices
from planner.report.plan_workbook import section_name
from planner.report.words import VALUES
from planner.report.zone.words import say_zone, term_word
from planner.zoning import PieceReason
from planner.zoning.edit import BreakKind, breaks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from planner.drafting import Draft, DraftedZones
    from planner.terms import Language
    from planner.zoning import Evaluation, Problem, Zoning
    from planner.zoning.edit import Break
    from planner.zoning.problem import Piece

    IntArray = npt.NDArray[np.int64]

__all__ = [
    "BROKEN",
    "Names",
    "area_rows",
    "broken_rows",
    "by_hand",
    "exempt_rows",
    "names_of",
    "plan_rows",
    "plans_of",
    "price_rows",
    "section_rows",
    "stranded_areas",
    "term_rows",
]

BROKEN = (
    *(("stage", "text"), ("demand", "text"), ("section", "text"), ("section_id", "text")),
    *(("areas", "whole"), ("pupils", "whole"), ("already", "text"), ("names", "prose")),
)
"""Columns of what is not kept."""


@dataclass(frozen=True, slots=True)
class Names:
    """What areas, sections and townships are called in one language, by key."""

    areas: dict[str, str]
    sections: dict[str, str]
    townships: dict[str, str]


def names_of(draft: Draft, lang: Language) -> Names:
    """Return what everything is called, in English where that is asked for and known."""
    areas = draft.study.areas[["area_id", "name", "name_en", "township"]].to_dict("records")
    sections = draft.sections[["section_id", "name", "name_en"]].to_dict("records")
    return Names(
        areas={str(row["area_id"]): section_name(row, lang) for row in areas},
        sections={str(row["section_id"]): section_name(row, lang) for row in sections},
        townships={
            str(row["area_id"]): row["township"] if isinstance(row["township"], str) else ""
            for row in areas
        },
    )


def plans_of(drafted: DraftedZones) -> Iterator[tuple[int, Zoning]]:
    """Yield every plan of a stage with its number, the first being 1."""
    yield 1, drafted.zoning
    for number, other in enumerate(drafted.others or (), start=2):
        yield number, other.zoning


def broken_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return one row for each demand that the zones do not keep, new ones first."""
    names = names_of(draft, lang)
    return [
        _row_of_break(
            names,
            drafted,
            lang,
            say_zone(f"broken_{one.kind}", lang, name=term_word(one.name, lang)),
            one.section,
            one.areas,
            one.pupils,
            known=one.known if drafted.edited else None,
        )
        for drafted in draft.stages
        for one in _breaks(drafted)
    ]


def exempt_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return one row for each piece that no zones could hold together, as `broken_rows` does."""
    names = names_of(draft, lang)
    return [
        _row_of_break(
            names,
            drafted,
            lang,
            say_zone(f"exempt_{piece.reason}", lang),
            piece.section,
            piece.areas,
            int(drafted.problem.pupils[list(piece.areas)].sum()),
            known=None,
        )
        for drafted in draft.stages
        for piece in _exempt_pieces(drafted)
    ]


def _row_of_break(
    names: Names,
    drafted: DraftedZones,
    lang: Language,
    what: str,
    section: int,
    areas: Sequence[int],
    pupils: int | None,
    *,
    known: bool | None,
) -> list[Any]:
    """Return what is broken, where and for how many; whether it was known where that matters."""
    section_id = drafted.section_ids[section]
    ids = [drafted.area_ids[area] for area in areas]
    return [
        drafted.stage.names[lang],
        what,
        names.sections[section_id],
        section_id,
        len(ids) or None,
        pupils,
        None if known is None else say_zone("yes" if known else "no", lang),
        say_zone("comma", lang).join(names.areas[area] for area in ids) or None,
    ]


def stranded_areas(draft: Draft) -> Iterator[tuple[DraftedZones, str, list[int]]]:
    """Yield which areas of a stage hang on nothing, and why: a word of `stranded_…`."""
    for drafted in draft.stages:
        found: dict[str, list[int]] = {}
        for piece in _exempt_pieces(drafted):
            found.setdefault(str(piece.reason), []).extend(piece.areas)
        for one in _breaks(drafted):
            if one.kind is BreakKind.NO_WALK:
                found.setdefault(str(one.kind), []).extend(one.areas)
        for why, areas in found.items():
            yield drafted, why, sorted(areas)


def _exempt_pieces(drafted: DraftedZones) -> list[Piece]:
    """Return the pieces of zones that the rule exempts, where there is one."""
    exempt = (PieceReason.ISLAND, PieceReason.LOCKED)
    pieces = drafted.zoning.pieces if drafted.problem.contiguous else ()
    return [piece for piece in pieces if piece.reason in exempt]


def _breaks(drafted: DraftedZones) -> list[Break]:
    """Return what the zones do not keep: after moves by hand also what they broke before."""
    if drafted.edited is not None:
        return list(drafted.edited.breaks)
    found = breaks_of(drafted.problem, drafted.zoning, drafted.zoning)
    # What the rule exempts is not broken; where no rule asks for one piece nothing is.
    asked = drafted.problem.contiguous
    return [one for one in found if asked or one.kind is not BreakKind.PIECES]


def plan_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return one row for each plan of each stage, with how much it differs from those before."""
    most = max(len(list(plans_of(drafted))) for drafted in draft.stages)
    rows: list[list[Any]] = []
    for drafted in draft.stages:
        plans = list(plans_of(drafted))
        if drafted.edited is not None:
            rows.append(_before_row(drafted, most, lang))
        for number, zoning in plans:
            first = plans[0][1].value
            rows.append(
                [
                    drafted.stage.names[lang],
                    str(number),
                    VALUES[str(zoning.status)][lang],
                    zoning.value,
                    zoning.bound,
                    zoning.gap,
                    zoning.value / first - 1 if number > 1 and first > 0 else None,
                    *_measures(drafted, zoning),
                    *_different(drafted, zoning, [other for _, other in plans[: number - 1]], most),
                ]
            )
    return rows


def _before_row(drafted: DraftedZones, most: int, lang: Language) -> list[Any]:
    """Return what the zones were worth before areas were moved by hand."""
    assert drafted.edited is not None
    before, bound = drafted.edited.before, drafted.zoning.bound
    gap = (before.value - bound) / before.value if before.value > 0 else 0.0
    head = [drafted.stage.names[lang], say_zone("before", lang), None, before.value, bound, gap]
    return [*head, None, *_measures(drafted, before), *([None] * (most - 1))]


def _measures(drafted: DraftedZones, zoning: Evaluation) -> list[Any]:
    """Return walks, missing seats, long walks, changes and loose areas of one plan."""
    problem, plan = drafted.problem, zoning.section_of_area
    walks = problem.walk_metres[np.arange(problem.areas), plan]
    walking = np.isfinite(walks) & (problem.pupils > 0)
    changed = (drafted.before >= 0) & (drafted.before != plan)
    return [
        _mean(walks[walking], problem.pupils[walking]),
        float(walks[walking].max()) if walking.any() else None,
        int(zoning.overflow.sum()),
        int(problem.pupils[problem.goes_beyond(plan)].sum()),
        int(problem.pupils[changed].sum()),
        sum(len(piece.areas) for piece in zoning.pieces if _is_loose(piece.reason)),
    ]


def _different(
    drafted: DraftedZones, zoning: Zoning, before: Sequence[Zoning], most: int
) -> list[int | None]:
    """Return the pupils whom a plan sends elsewhere than each plan before it."""
    pupils, plan = drafted.problem.pupils, zoning.section_of_area
    moved: list[int | None] = [int(pupils[plan != other.section_of_area].sum()) for other in before]
    return [*moved, *([None] * (most - 1 - len(moved)))]


def by_hand(draft: Draft) -> bool:
    """Say whether areas were moved by hand."""
    return any(drafted.edited is not None for drafted in draft.stages)


def term_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return what each plan is worth, term by term, and was worth before moves by hand."""
    rows, moved = [], by_hand(draft)
    for drafted in draft.stages:
        before = drafted.edited.before.terms if drafted.edited is not None else {}
        for number, zoning in plans_of(drafted):
            for term, metres in zoning.terms.items():
                rows.append(
                    [
                        drafted.stage.names[lang],
                        number,
                        term_word(term, lang),
                        *([before.get(term)] if moved else []),
                        metres,
                        metres / zoning.value if zoning.value else None,
                    ]
                )
    return rows


def section_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return one row for each section that teaches or has areas."""
    names, rows = names_of(draft, lang), []
    for drafted in draft.stages:
        problem, plan = drafted.problem, drafted.zoning.section_of_area
        walks = problem.walk_metres[np.arange(problem.areas), plan]
        beyond, loose = problem.goes_beyond(plan), _loose_pieces(drafted)
        for section, key in enumerate(drafted.section_ids):
            mine = plan == section
            if not mine.any() and not problem.seats[section]:
                continue
            load = int(problem.pupils[mine].sum())
            seats = int(problem.seats[section])
            walking = mine & np.isfinite(walks) & (problem.pupils > 0)
            rows.append(
                [
                    drafted.stage.names[lang],
                    names.sections[key],
                    key,
                    int(mine.sum()),
                    int(problem.pupils[drafted.before == section].sum()),
                    load,
                    seats,
                    load / seats if seats else None,
                    int(drafted.zoning.overflow[section]),
                    _mean(walks[walking], problem.pupils[walking]),
                    float(walks[walking].max()) if walking.any() else None,
                    int(problem.pupils[mine & beyond].sum()),
                    int(mine.any()) + loose.get(section, 0),
                ]
            )
    return rows


def area_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return one row for each area and stage: where it went, where it goes, how far that is."""
    names, rows = names_of(draft, lang), []
    for drafted in draft.stages:
        problem, plan = drafted.problem, drafted.zoning.section_of_area
        for area, key in enumerate(drafted.area_ids):
            before, new = int(drafted.before[area]), int(plan[area])
            rows.append(
                [
                    drafted.stage.names[lang],
                    names.areas[key],
                    key,
                    names.townships[key],
                    int(problem.pupils[area]),
                    names.sections[drafted.section_ids[before]] if before >= 0 else None,
                    names.sections[drafted.section_ids[new]],
                    drafted.section_ids[new],
                    _finite(problem.walk_metres[area, before]) if before >= 0 else None,
                    _finite(problem.walk_metres[area, new]),
                    _mark(drafted, area, lang),
                ]
            )
    return rows


def price_rows(draft: Draft, lang: Language) -> list[list[Any]]:
    """Return the prices and rules that every stage was drawn by: all that are in force."""
    settings = draft.scenario.zones
    prices, hard = term_prices(settings), hard_terms(settings)
    rows: list[list[Any]] = []
    for drafted in draft.stages:
        stage, problem = drafted.stage.names[lang], drafted.problem
        for term in drafted.zoning.terms:
            if term in prices:
                rows.append([stage, term_word(term, lang), prices[term]])
            elif term in hard:
                rows.append([stage, term_word(term, lang), VALUES["hard"][lang]])
        rows += [
            [stage, say_zone("rule_difference", lang), shared.problem.weights.difference_metres]
            for shared in draft.shared
            if shared.stage.stage == drafted.stage.stage
        ]
        rows += [[stage, say_zone(rule, lang), said] for rule, said in _targets(problem)]
        rows += [
            [stage, say_zone("rule_contiguous", lang), _yes(problem.contiguous, lang)],
            [stage, say_zone("rule_limit", lang), _yes(problem.limit_is_hard, lang)],
            [stage, say_zone("rule_demand", lang), say_zone(f"demand_{settings.demand}", lang)],
            [stage, say_zone("rule_years", lang), settings.years_ahead],
        ]
    return rows


def _targets(problem: Problem) -> Iterator[tuple[str, str]]:
    """Yield between which shares nobody is counted, by rule."""
    if problem.band is not None:
        yield "rule_band", f"{problem.band.low:.1%} – {problem.band.high:.1%}"
    if problem.mix is not None:
        yield "rule_mix", f"± {problem.mix.tolerance:.1%}"


def _loose_pieces(drafted: DraftedZones) -> dict[int, int]:
    """Return how many pieces of each zone do not hang together with its section's area."""
    found: dict[int, int] = {}
    for piece in drafted.zoning.pieces:
        if _is_loose(piece.reason):
            found[piece.section] = found.get(piece.section, 0) + 1
    return found


def _is_loose(reason: PieceReason) -> bool:
    """Tell whether a piece is cut off, and not only beside the area of its section."""
    return reason not in (PieceReason.HOME_ELSEWHERE, PieceReason.HOME_OUTSIDE)


def _mark(drafted: DraftedZones, area: int, lang: Language) -> str | None:
    """Say whether an area was moved by hand, is locked, or changes section."""
    before, new = drafted.before[area], drafted.zoning.section_of_area[area]
    if drafted.moved[area]:
        return say_zone("mark_moved", lang)
    if drafted.locked[area]:
        return say_zone("mark_locked", lang)
    return say_zone("mark_changed", lang) if before >= 0 and before != new else None


def _mean(walks: npt.NDArray[np.float64], pupils: IntArray) -> float | None:
    """Return the mean walk of pupils, None where nobody walks."""
    return float(np.average(walks, weights=pupils)) if len(walks) else None


def _finite(metres: float) -> float | None:
    """Return a walk, None where there is none."""
    return float(metres) if np.isfinite(metres) else None


def _yes(holds: bool, lang: Language) -> str:  # noqa: FBT001
    """Return whether a rule holds."""
    return say_zone("yes" if holds else "no", lang)
