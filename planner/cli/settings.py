"""What may a scenario change?"""

from __future__ import annotations

from planner.cli.talk import print_entry


def settings() -> None:
    """Print every setting a scenario may hold, with its default and limits."""
    from planner.scenario import settings_of

    for info in settings_of():
        limits = f"  ({info.limits})" if info.limits else ""
        print_entry(f"{info.path} = {info.default}{limits}", info.meaning)
