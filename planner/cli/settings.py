"""What may a scenario change?"""

from __future__ import annotations

from planner.cli.talk import print_table


def settings() -> None:
    """Print every setting a scenario may hold, with its default and limits."""
    from planner.scenario import settings_of

    print_table(
        "",
        ["setting", "default", "limits", "meaning"],
        [[info.path, info.default, info.limits, info.meaning] for info in settings_of()],
    )
