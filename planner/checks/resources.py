"""Find resources that nobody asks for, or of which a part is more than the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.reading.findings import Severity, Words
from planner.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from planner.reading import Finding, RawStudy

__all__ = ["CHECKS", "ITEMS", "SHARED"]

SHARED: Final = "shared_"
ITEMS: Final = (
    *("teachers", "teachers_above_degree", "key_teachers", "sports_arts_teachers"),
    *("intermediate_title_teachers", "staff", "boarders", "computers", "books", "equipment_yuan"),
    *("teaching_area_m2", "indoor_sports_area_m2", "sports_area_m2", "floor_area_m2"),
    *("multimedia_rooms", "music_rooms", "art_rooms", "music_room_m2", "art_room_m2"),
    "arts_rooms_by_2016",
)
"""What is reckoned with, each with SHARED before it as well where it is the whole school's."""

_SHOWN: Final = 3


def _unknown(study: RawStudy) -> Iterator[Finding]:
    """Warn of items that no indicator and no limit of seats is reckoned from."""
    ours = study.tables["resources"]
    items = ours.frame["item"]
    unknown = items.notna() & ~items.str.removeprefix(SHARED).isin(ITEMS)
    close = {word: nearest(word.removeprefix(SHARED), ITEMS) for word in items[unknown].unique()}
    pairs = [(word, like) for word, like in close.items() if like][:_SHOWN]
    yield from ours.at(
        unknown,
        Words("nothing is reckoned from {values}.", "系统不使用{values}这一项目。"),
        Words(
            "".join(f"For '{word}', did you mean '{like}'? " for word, like in pairs)
            + "Items are listed in the data dictionary (planner columns).",
            "".join(f"“{word}”是否应为“{like}”？" for word, like in pairs)
            + "可用项目见数据字典（planner columns）。",
        ),
        column="item",
        severity=Severity.WARNING,
    )


def _more_than_the_whole(study: RawStudy) -> Iterator[Finding]:
    """Yield sections with more indoor sports area than teaching area, of which it is a part."""
    ours = study.tables["resources"]
    frame = ours.frame
    keys = ["section_id", "year"]
    whole = frame[frame["item"] == "teaching_area_m2"].drop_duplicates(keys).set_index(keys)
    of = whole["value"].reindex(frame.set_index(keys).index).to_numpy(dtype=float)
    part = frame["value"].to_numpy(dtype=float)
    yield from ours.at(
        (frame["item"] == "indoor_sports_area_m2").to_numpy(dtype=bool) & (part > of),
        Words(
            "the indoor sports area of {values} is more than its teaching area, of which it is a "
            "part.",
            "{values}的室内体育用房面积大于教学及辅助用房面积，而前者应含在后者之中。",
        ),
        Words("Correct one of them.", "请更正其一。"),
        values=frame["section_id"],
    )


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of the table resources."""
    return {"resources": [_unknown, _more_than_the_whole]}


CHECKS: Final = _all_checks()
