"""Words of the list of projects, in Chinese and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.terms import Language

__all__ = ["WORDS", "say"]

WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "title": ("{county}·{title}：建设项目", "{county} · {title}: projects"),
        "none": ("没有建设项目。", "There are no projects."),
        "name": ("项目", "project"),
        "kind": ("类型", "kind"),
        "year": ("起计学年", "from"),
        "rooms": ("教室", "rooms"),
        "seats": ("学位", "seats"),
        "seats_named": ("公布", "named"),
        "land": ("用地亩", "mu"),
        "cost": ("万元", "10k yuan"),
        "total": ("合计", "total"),
        "counted": ("已投用", "in use"),
        "undated": ("未定", "no date"),
        "new": ("新建", "new"),
        "extension": ("扩建", "extension"),
        "conversion": ("改建", "conversion"),
        "rebuilding": ("拆建", "rebuilding"),
        "merger": ("合并", "merger"),
        "closure": ("撤并", "closure"),
        "condemned": ("危房停用", "condemned"),
        "note": (
            "学位＝教室×各年级平均标准班额，从交付当日或之后的首个9月1日起计。\n"
            "1亩＝666.67平方米。",
            "Seats are rooms × mean standard size; they count from the first 1 September\n"
            "on or after hand-over. 1 mu is 666.67 m².",
        ),
    }
)
"""Chinese and English by key."""


def say(key: str, lang: Language, **values: object) -> str:
    """Return words in a language with their figures filled in."""
    zh, en = WORDS[key]
    return (zh if lang == "zh" else en).format(**values)
