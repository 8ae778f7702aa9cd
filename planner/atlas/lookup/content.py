"""Gather what the page "Which school?" holds: names, zones, schools, walks and years, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.atlas.ground import areas_content, context_content, prepare_ground
from planner.atlas.lists import numbers, texts
from planner.atlas.lookup.places import names_of, places_of
from planner.atlas.lookup.readings import readings_of
from planner.atlas.shapes import map_degrees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.atlas.lookup.facts import LookedUp, Spell, StageFacts
    from planner.atlas.lookup.places import Place
    from planner.atlas.style import Style
    from planner.terms import Language

__all__ = ["front_coded", "lookup_content"]

_ALIKE: Final = 60
"""Letters at most that are not written again."""

_LOOK: Final = ("background", "land", "outline", "township", "ink", "accent")


def lookup_content(
    plan: LookedUp,
    stages: tuple[StageFacts, ...],
    year: int,
    lang: Language,
    style: Style,
    words: Mapping[str, Mapping[str, str]],
    *,
    in_force: bool,
) -> dict[str, Any]:
    """Return everything the page shows, ready to be written as JSON.

    Args:
        plan: The plan that is looked up.
        stages: What holds in the year.
        year: The school year.
        lang: Language in which the page opens.
        style: How maps look.
        words: The page's words.
        in_force: Whether the zones are announced and in force, or a draft.
    """
    study = plan.study
    places = places_of(plan, stages)
    ground = prepare_ground(study, style)
    areas = areas_content(study, ground)
    townships = {
        name: number
        for number, name in enumerate(dict.fromkeys(["", *(place.township for place in places)]))
    }
    shown = _shown(stages, places)
    return {
        "language": str(lang),
        "names": dict(study.names),
        "year": year,
        "lastYear": plan.years[-1],
        "inForce": in_force,
        "draw": plan.scenario.sharing.draw,
        "words": words,
        "look": _look(style),
        "walkingKmh": study.walking_kmh,
        "readings": readings_of(name for place in places for name in names_of(place)),
        "sources": list(study.attributions),
        "townships": list(townships),
        "areas": {
            "key": front_coded(texts(study.areas["area_id"])),
            "name": front_coded(areas["name"]),
            "nameEn": front_coded(areas["nameEn"]),
            "township": [townships[name] for name in areas["township"]],
            "mesh": areas["mesh"],
        },
        "places": [
            _place(place, townships, shown, plan) for place in places if place.kind != "area"
        ],
        "doors": {
            str(number): [list(door) for door in place.doors]
            for number, place in enumerate(places)
            if place.doors
        },
        "sections": _sections(plan, shown, townships),
        "stages": [_stage(facts, shown) for facts in stages],
        "context": context_content(study, ground, style),
    }


def _shown(stages: Sequence[StageFacts], places: Sequence[Place]) -> dict[int, int]:
    """Return the rows of the sections that are spoken of, with their numbers on the page."""
    rows = {row for facts in stages for spell in facts.spells for row in spell.sections}
    rows |= {row for facts in stages for spell in facts.spells for row in spell.after}
    rows |= {row for facts in stages for row in facts.county}
    rows |= {row for place in places for row in place.sections}
    return {row: number for number, row in enumerate(sorted(rows))}


def _look(style: Style) -> dict[str, Any]:
    """Return colours and letters."""
    context = style.context
    return {
        "body": style.fonts.body,
        **{name: getattr(style.paper, name) for name in _LOOK},
        "lake": context.lake,
        "railway": context.railway,
        "trunkRoad": context.trunk_road,
        "street": context.street,
        "streetWidth": context.street_width,
    }


def _place(
    place: Place, townships: Mapping[str, int], shown: Mapping[int, int], plan: LookedUp
) -> dict[str, Any]:
    """Return a community, estate, street or school."""
    content: dict[str, Any] = {
        "kind": place.kind,
        "name": place.name,
        "nameEn": place.name_en,
        "township": townships[place.township],
    }
    if place.kind == "school":
        content["key"] = str(plan.sections["school_id"].iloc[place.sections[0]])
        return content | {"sections": [shown[row] for row in place.sections]}
    return content | {"areas": list(place.areas)}


def _sections(
    plan: LookedUp, shown: Mapping[int, int], townships: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return the sections that are spoken of, each with its names, township and point."""
    sections = plan.sections.iloc[list(shown)]
    longitude, latitude = map_degrees(plan.study.crs)(
        sections.geometry.x.to_numpy(), sections.geometry.y.to_numpy()
    )
    columns = {
        "name": texts(sections["name"]),
        "nameEn": texts(sections["name_en"]),
        "township": [townships.get(name, 0) for name in texts(sections["township"])],
        "longitude": numbers(np.asarray(longitude), decimals=5),
        "latitude": numbers(np.asarray(latitude), decimals=5),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _stage(facts: StageFacts, shown: Mapping[int, int]) -> dict[str, Any]:
    """Return a stage: its spells, the number of each area's, and all walks one after the other."""
    walks = np.array([metres for own in facts.walks for metres in own], dtype=float)
    return {
        "stage": facts.stage,
        "names": dict(facts.names),
        "county": [shown[row] for row in facts.county],
        "spells": [_spell(spell, shown) for spell in facts.spells],
        "spell": facts.spell.tolist(),
        "walks": numbers(walks, decimals=0),
    }


def _spell(spell: Spell, shown: Mapping[int, int]) -> dict[str, Any]:
    """Return a spell with the page's numbers of sections."""
    return {
        "sections": [shown[row] for row in spell.sections],
        "first": spell.first,
        "orEarlier": spell.or_earlier,
        "last": spell.last,
        "next": spell.next,
        "after": [shown[row] for row in spell.after],
    }


def front_coded(names: Sequence[str]) -> list[str]:
    """Return names of which each leaves out how it begins like the one before.

    The first sign counts the letters left out, "0" none, "1" one and so on through Unicode:
    neighbouring areas are often numbered, and ten thousand names take a third of the space.
    """
    before, coded = "", []
    for name in names:
        alike = 0
        while alike < min(len(before), len(name), _ALIKE) and before[alike] == name[alike]:
            alike += 1
        coded.append(chr(ord("0") + alike) + name[alike:])
        before = name
    return coded
