"""Turn rooms into seats, year by year, with every project on its date.

`offer` tells the story; `projects` dates what is built, converted, merged and closed, `sections`
lists who teaches, `rooms` counts rooms and their seats, `sharing` divides the rooms that several
sections use, `limits` holds the seats against floor area, beds, sports grounds and staff, `works`
lists projects with their land and cost.
"""

from __future__ import annotations

from planner.capacity.offer import Merger, Offer, offer_sections
from planner.capacity.rooms import seats_in_rooms
from planner.capacity.sharing import classes_for, divide_rooms
from planner.capacity.works import Work, list_works
from planner.terms import first_year_after

__all__ = [
    "Merger",
    "Offer",
    "Work",
    "classes_for",
    "divide_rooms",
    "first_year_after",
    "list_works",
    "offer_sections",
    "seats_in_rooms",
]
