"""Answer in words which school a place belongs to, or ask back which place is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.atlas.lists import texts
from planner.atlas.lookup.facts import gather_facts, year_asked
from planner.atlas.lookup.houses import doors_of, houses_meant, written
from planner.atlas.lookup.matching import Finder
from planner.atlas.lookup.page import lookup_words
from planner.atlas.lookup.places import names_of, places_of
from planner.atlas.lookup.readings import readings_of
from planner.fitting import fitted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from planner.atlas.lookup.facts import LookedUp, Spell, StageFacts
    from planner.atlas.lookup.houses import Door
    from planner.atlas.lookup.matching import Found
    from planner.atlas.lookup.places import Place
    from planner.terms import Language

__all__ = ["Answer", "answers"]

LISTED: Final = 20
"""Places listed where it is asked back."""
LONGEST_NAME: Final = 120
"""Columns of the terminal for one name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to one place that was typed, as heads with their bodies.

    `settled` tells whether it is an answer, not a question back.
    """

    entries: tuple[tuple[str, str], ...]
    settled: bool


def answers(
    plan: LookedUp,
    typed: Sequence[str],
    lang: Language,
    *,
    year: int | None = None,
    stages: Collection[str] = (),
    in_force: bool = False,
) -> tuple[Answer, ...]:
    """Answer for each place that was typed; see `write_lookup` for the rest.

    Raises:
        ScenarioError: The plan lacks the year or a stage.
    """
    asked = year_asked(plan, year)
    teller = _Teller(plan, gather_facts(plan, asked, stages), asked, lang, in_force=in_force)
    return tuple(teller.answer(place) for place in typed)


class _Teller:
    """Knows the places and facts of one year and puts them into words."""

    def __init__(
        self,
        plan: LookedUp,
        stages: tuple[StageFacts, ...],
        year: int,
        lang: Language,
        *,
        in_force: bool,
    ) -> None:
        self._plan, self._stages, self._year, self._lang = plan, stages, year, lang
        self._in_force = in_force
        self._words: Mapping[str, Mapping[str, str]] = lookup_words()
        self._places = places_of(plan, stages)
        names = [names_of(place) for place in self._places]
        self._finder = Finder.of(names, readings_of(name for one in names for name in one))
        self._doors = doors_of([place.doors for place in self._places])
        self._schools = [
            self._either(*pair)
            for pair in zip(
                texts(plan.sections["name"]), texts(plan.sections["name_en"]), strict=True
            )
        ]
        self._townships = texts(plan.sections["township"])

    def answer(self, typed: str) -> Answer:
        """Answer for one place."""
        found = self._finder.find(typed)
        shown = fitted(typed, LONGEST_NAME)
        houses = houses_meant(typed, found, self._finder, self._doors)
        if houses:
            return self._of_houses(shown, houses)
        if not found.places:
            return Answer(((self._say("not_found_here", typed=shown), ""),), settled=False)
        if not found.sure:
            return self._ask_back(shown, found)
        return self._of_place(self._places[found.places[0]])

    def _of_place(self, place: Place) -> Answer:
        """Answer for the place that is meant, or ask which of its areas is."""
        if place.kind == "school":
            return self._of_school(place)
        if len(place.areas) == 1:
            return self._of_area(place)
        head = self._say("which_area", name=self._name(place), n=len(place.areas))
        listed = self._listed([self._places[area] for area in place.areas], kinds=False)
        return Answer(((head, listed),), settled=False)

    def _of_houses(self, typed: str, houses: Sequence[Door]) -> Answer:
        """Tell the schools of the area in which a house stands, or ask which house is meant."""
        if len(houses) == 1:
            (house,) = houses
            area = self._places[house.area]
            lies = self._say("house_lies", address=self._address(house), area=self._name(area))
            return self._of_area(area, lies)
        lines = [
            f"- {self._address(house)}{self._in_brackets(self._places[house.place].township)}"
            for house in houses[:LISTED]
        ]
        return Answer(((self._say("several", typed=typed), "\n".join(lines)),), settled=False)

    def _ask_back(self, typed: str, found: Found) -> Answer:
        """Ask which of several places is meant."""
        head = self._say("nearest" if found.near else "several", typed=typed)
        listed = self._listed([self._places[number] for number in found.places], kinds=True)
        return Answer(((head, listed),), settled=False)

    def _listed(self, places: Sequence[Place], *, kinds: bool) -> str:
        """Return places by name and township, the first of many."""
        lines = [
            f"- {self._titled(place)}"
            + (f" · {self._say(f'kind_{place.kind}')}" if kinds and place.kind != "area" else "")
            for place in places[:LISTED]
        ]
        if len(places) > LISTED:
            lines.append(self._say("and_more", n=len(places) - LISTED))
        return "\n".join(lines)

    def _address(self, house: Door) -> str:
        return fitted(written(self._places[house.place].name, house.number), LONGEST_NAME)

    def _of_area(self, place: Place, remark: str = "") -> Answer:
        """Tell the schools of an area, stage by stage."""
        (area,) = place.areas
        stages = [self._of_stage(facts, area) for facts in self._stages]
        head = f"{self._titled(place)} · {self._say('intake', year=self._year)}"
        return Answer(((head, remark), *stages, self._notice()), settled=True)

    def _of_stage(self, facts: StageFacts, area: int) -> tuple[str, str]:
        """Tell the schools of an area in one stage."""
        spell, walks = facts.spells[facts.spell[area]], facts.walks[area]
        stage = _capital(facts.names[self._lang])
        if not spell.sections:
            return stage, self._without_zone(facts)
        if len(spell.sections) == 1:
            (row,) = spell.sections
            head = f"{stage}{self._colon}{self._school(row)}"
            return head, f"{self._walk(walks[0])}\n{self._validity(spell)}"
        lines = [self._say(f"shared_{self._plan.scenario.sharing.draw}", n=len(spell.sections))]
        lines += [
            f"- {self._school(row)}{self._colon}{self._walk(metres)}"
            for row, metres in zip(spell.sections, walks, strict=True)
        ]
        head = f"{stage}{self._colon}{self._joined(spell.sections)}"
        return head, "\n".join([*lines, self._validity(spell)])

    def _without_zone(self, facts: StageFacts) -> str:
        """Tell who takes pupils where no zone is drawn."""
        if facts.county:
            schools = "\n".join(f"- {self._school(row)}" for row in facts.county)
            return f"{self._say('county')}\n{schools}"
        anyone = any(facts.spells[number].sections for number in set(facts.spell.tolist()))
        return self._say("no_zone" if anyone else "no_school")

    def _walk(self, metres: float) -> str:
        """Tell how far it is."""
        if math.isnan(metres):
            return self._say("walk_unknown")
        minutes = max(1, math.floor(metres / 1000 / self._plan.study.walking_kmh * 60 + 0.5))
        return self._say("walk_minutes", metres=f"{metres:,.0f}", minutes=minutes)

    def _validity(self, spell: Spell) -> str:
        """Tell from when and until when an area has these schools."""
        since = self._say("since_or_earlier" if spell.or_earlier else "since", first=spell.first)
        if spell.last is None:
            until = self._say("lasting", end=self._plan.years[-1])
        else:
            key = "changing" if spell.after else "ending"
            after = self._joined(spell.after)
            if len(spell.after) > 1:
                after = self._say("by_lot", names=after)
            until = self._say(key, last=spell.last, next=spell.next, after=after)
        return since + until

    def _of_school(self, place: Place) -> Answer:
        """Tell the zone of a school, stage by stage."""
        taught = {
            row: facts
            for row in place.sections
            for facts in self._stages
            if facts.stage == str(self._plan.sections["stage"].iloc[row])
        }
        entries = [self._of_section(row, facts) for row, facts in taught.items()]
        head = self._say("your_school", name=self._titled(place))
        intake = self._say("intake", year=self._year)
        return Answer(((f"{head} · {intake}", ""), *entries, self._notice()), settled=True)

    def _of_section(self, row: int, facts: StageFacts) -> tuple[str, str]:
        """Tell the areas of one section's zone, and who shares it."""
        stage = _capital(facts.names[self._lang])
        with_it = [row in spell.sections for spell in facts.spells]
        areas = [area for area, number in enumerate(facts.spell.tolist()) if with_it[number]]
        if not areas:
            return self._say("takes_county", stage=stage), ""
        sharing = {
            other
            for spell, mine in zip(facts.spells, with_it, strict=True)
            if mine
            for other in spell.sections
        } - {row}
        lines = [self._joined_names(self._name(self._places[area]) for area in areas)]
        if sharing:
            lines.insert(0, self._say("shares_with", names=self._joined(tuple(sorted(sharing)))))
        key = "takes_one" if len(areas) == 1 else "takes_areas"
        return self._say(key, stage=stage, n=len(areas)), "\n".join(lines)

    def _notice(self) -> tuple[str, str]:
        """Tell what the answer rests on."""
        status = self._say("in_force" if self._in_force else "draft")
        gap = "" if self._chinese else " "
        return f"{status}{gap}{self._say('binding')}", ""

    # ---- words

    @property
    def _chinese(self) -> bool:
        return self._lang == "zh"

    @property
    def _colon(self) -> str:
        return "：" if self._chinese else ": "

    def _say(self, key: str, **values: object) -> str:
        return self._words[key][self._lang].format(**values)

    def _either(self, chinese: str, english: str) -> str:
        """Return a name in the language, or in the other where it has only one."""
        name = (chinese or english) if self._chinese else (english or chinese)
        return fitted(name, LONGEST_NAME)

    def _name(self, place: Place) -> str:
        return self._either(place.name, place.name_en)

    def _in_brackets(self, township: str) -> str:
        if not township:
            return ""
        inside = fitted(township, LONGEST_NAME)
        return f"（{inside}）" if self._chinese else f" ({inside})"

    def _titled(self, place: Place) -> str:
        """Return a place with its township."""
        return f"{self._name(place)}{self._in_brackets(place.township)}"

    def _school(self, row: int) -> str:
        return f"{self._schools[row]}{self._in_brackets(self._townships[row])}"

    def _joined(self, rows: tuple[int, ...]) -> str:
        return self._joined_names(self._schools[row] for row in rows)

    def _joined_names(self, names: Iterator[str]) -> str:
        return self._say("comma").join(names)


def _capital(name: str) -> str:
    """Return a name as it stands at the head of a line."""
    return name[:1].upper() + name[1:]
