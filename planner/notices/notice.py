"""Draw up the notice of a year's enrolment zones: every border in words, every area by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import Sentence
from planner.notices.border import Border, border_of, with_houses
from planner.notices.features import features_of
from planner.notices.lists import ListReader
from planner.notices.matching import ground_of
from planner.notices.names import folded, unique_labels
from planner.notices.places import gazetteer_of, name_of
from planner.terms import Language, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from planner.notices.features import Features
    from planner.notices.places import Gazetteer
    from planner.notices.zones import CountyZones, StageZones, Zone

__all__ = ["Notice", "NoticeStage", "draw_up_notice", "named_share", "section_labels"]


@dataclass(frozen=True, slots=True)
class NoticeStage:
    """One stage of a notice: its zones, each with its border, in the same order."""

    zones: StageZones
    borders: tuple[Border, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """The enrolment zones of one year, ready to be put into words of one language.

    Attributes:
        zones: The zones.
        lang: Language of names.
        stages: The stages with their borders.
        labels: What every section is called, no two of one stage alike, by its key.
        gazetteer: What areas and communities are called.
        reader: Finds areas by these names.
        features: The county's lines.
        townships: Township of each area, empty where unknown, [area].
        tells_houses: Whether the data allow to say whose the houses along streets are.
    """

    zones: CountyZones
    lang: Language
    stages: tuple[NoticeStage, ...]
    labels: Mapping[str, str]
    gazetteer: Gazetteer
    reader: ListReader
    features: Features
    townships: tuple[str, ...]
    tells_houses: bool

    @property
    def borders(self) -> list[Border]:
        """The borders of all stages."""
        return [border for stage in self.stages for border in stage.borders]


def draw_up_notice(
    zones: CountyZones, lang: Language, say: Callable[[str], None] = lambda _doing: None
) -> Notice:
    """Return the notice of a year's zones.

    Args:
        zones: The zones.
        lang: Language of the notice.
        say: Called with what is being done, in a few words.
    """
    areas = zones.study.areas
    gazetteer = gazetteer_of(areas, lang)
    shapes = areas.geometry.to_numpy()
    communities = [gazetteer.communities[community] for community in gazetteer.community_of]
    ground = ground_of(shapes, areas["township"].fillna("").astype(str).tolist(), communities)
    features = features_of(zones.study)
    points = dict(zip(zones.sections["section_id"], zones.sections.geometry, strict=True))
    towns = _town_areas(zones)
    borders: list[Border] = []
    for stage in zones.stages:
        say(Sentence(f"borders, {stage.stage.stage}", f"边界：{stage.stage.names['zh']}"))
        borders += [
            border_of(
                zone, points, ground, zones.edges, features, is_town=_is_town_zone(zone, towns)
            )
            for zone in stage.zones
        ]
    borders, tells_houses = with_houses(borders)
    told = iter(borders)
    return Notice(
        zones=zones,
        lang=lang,
        stages=tuple(
            NoticeStage(stage, tuple(next(told) for _ in stage.zones)) for stage in zones.stages
        ),
        labels=section_labels(zones, lang),
        gazetteer=gazetteer,
        reader=ListReader(gazetteer),
        features=features,
        townships=ground.townships,
        tells_houses=tells_houses,
    )


def named_share(borders: Iterable[Border], *, town: bool = False) -> float | None:
    """Return the share (0–1) of border length along a street, river, shore or railway with a name.

    Borders of county, townships and communities do not count as named. A border between two
    zones counts with both.

    Args:
        borders: Borders of zones.
        town: Whether only zones in town count.

    Returns:
        None where there is no border.
    """
    metres = named = 0.0
    for border in borders:
        if town and not border.is_town:
            continue
        for _, _, stretch in border.stretches:
            metres += stretch.metres
            named += stretch.metres if stretch.feature.is_named else 0.0
    return named / metres if metres else None


def section_labels(zones: CountyZones, lang: Language) -> dict[str, str]:
    """Return what every section is called, no two of one stage alike, by its key.

    A school that is called like a stage has its key behind its name, lest it be taken for one.
    """
    labels: dict[str, str] = {}
    stages = {folded(stage.names[one]) for stage in zones.norms.stages for one in Language}
    sections = zones.sections
    for _, mine in sections.groupby("stage", sort=False):
        rows = mine.to_dict("records")
        keys = [str(row["section_id"]) for row in rows]
        towns = [town if isinstance(town := row.get("township"), str) else "" for row in rows]
        said = unique_labels([name_of(row, lang) for row in rows], towns, keys)
        labels |= {
            key: f"{label}〔{key}〕" if folded(label) in stages else label
            for key, label in zip(keys, said, strict=True)
        }
    return labels


def _town_areas(zones: CountyZones) -> frozenset[int]:
    """Return the areas of city and town; all where nobody says what they are."""
    setting = zones.study.areas["setting"]
    if setting.isna().all():
        return frozenset(range(len(setting)))
    return frozenset(
        place for place, one in enumerate(setting) if one in (Setting.CITY, Setting.TOWN)
    )


def _is_town_zone(zone: Zone, towns: frozenset[int]) -> bool:
    """Tell whether all areas of a zone are of city or town."""
    return towns.issuperset(zone.areas)
