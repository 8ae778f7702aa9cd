"""What lies on the desk while sheets are drawn, and what one sheet is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.atlas.figures import Shown
    from planner.atlas.sheets.chart import View
    from planner.atlas.sheets.land import Land
    from planner.atlas.sheets.paper import Layout
    from planner.atlas.sheets.scene import Change, Scene
    from planner.atlas.sheets.tables import Entry
    from planner.atlas.sheets.window import Window
    from planner.atlas.sheets.wish import Order
    from planner.atlas.sheets.words import Words
    from planner.atlas.style import Style
    from planner.lettering import Lettering

__all__ = ["Desk", "Sheet"]


class Desk(NamedTuple):
    """What all sheets of one call share."""

    plans: Sequence[Shown]
    order: Order
    land: Land
    style: Style
    lettering: Lettering
    words: Words

    def name(self, scene: Scene, row: int) -> str:
        """Return the name of a section as it can be written."""
        key = scene.plan.sections["section_id"].iloc[row]
        return self.lettering.name(scene.name(row, self.words.lang), key)

    def scenario(self, scene: Scene) -> str:
        """Return the title of a scenario in the language of the sheets."""
        about = scene.plan.scenario.about
        english = about.title or scene.plan.scenario.name
        return self.lettering.text(
            (about.title_zh or english) if self.words.lang == "zh" else english
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One page: a map or a pair of maps with its views, or a page of the index.

    `about` is county, township, section or index; `entries` is the index that stands on it, of
    which an index page shows those from `rows_from` to `rows_to`; `index_page` is where the index
    stands otherwise. `change` is what differs between the maps of a pair.
    """

    about: str
    scenes: tuple[Scene, ...]
    layout: Layout
    windows: tuple[Window, ...]
    views: tuple[View, ...]
    place: str
    entries: tuple[Entry, ...] = ()
    index_page: int | None = None
    rows_from: int = 0
    rows_to: int = 0
    change: Change | None = None
