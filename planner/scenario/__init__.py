"""What a plan may change: a scenario says only what differs, and refuses what it does not know.

`settings` lists what can be set, `reading` tells how a chain of files becomes one scenario,
`faults` what is wrong with a file, `changes` what differs from the files it extends, `places` in
which file a setting stands.
"""

from __future__ import annotations

from planner.scenario.dictionary import SettingInfo, settings_of
from planner.scenario.places import names_files
from planner.scenario.reading import read_scenario
from planner.scenario.settings import (
    About,
    BirthSettings,
    BuildingSettings,
    Change,
    ClassSettings,
    CureSettings,
    EntrantSettings,
    HomesSettings,
    Measure,
    ProjectionSettings,
    ProjectSettings,
    Scenario,
    SeatSettings,
    TransitionSettings,
    TravelSettings,
    YearSettings,
    ZoneSettings,
    ZoneSharing,
)

__all__ = [
    "About",
    "BirthSettings",
    "BuildingSettings",
    "Change",
    "ClassSettings",
    "CureSettings",
    "EntrantSettings",
    "HomesSettings",
    "Measure",
    "ProjectSettings",
    "ProjectionSettings",
    "Scenario",
    "SeatSettings",
    "SettingInfo",
    "TransitionSettings",
    "TravelSettings",
    "YearSettings",
    "ZoneSettings",
    "ZoneSharing",
    "names_files",
    "read_scenario",
    "settings_of",
]
