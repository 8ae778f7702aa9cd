"""Write enrolment zones as the notice a bureau publishes (招生范围公告), and read one back."""

from __future__ import annotations

from planner.notices.check import Checked, check_notice
from planner.notices.notice import Notice, NoticeStage, draw_up_notice, named_share
from planner.notices.terminal import said_of_notice
from planner.notices.wording import paragraphs_of
from planner.notices.writing import DOCUMENT, STRETCHES, TEXT, write_notice
from planner.notices.zones import CountyZones, StageZones, Zone, only_sections, zones_of_year

__all__ = [
    "DOCUMENT",
    "STRETCHES",
    "TEXT",
    "Checked",
    "CountyZones",
    "Notice",
    "NoticeStage",
    "StageZones",
    "Zone",
    "check_notice",
    "draw_up_notice",
    "named_share",
    "only_sections",
    "paragraphs_of",
    "said_of_notice",
    "write_notice",
    "zones_of_year",
]
