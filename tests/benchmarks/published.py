"""Find published data beside the repository; where there is none, say so and go on without."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

__all__ = ["SHARED", "is_there"]

SHARED: Final = Path(
    os.environ.get("PLANNER_SHARED", Path(__file__).resolve().parents[3] / "shared")
)
"""The folder of data that is not ours to publish: ../shared beside the repository."""


def is_there(path: Path) -> bool:
    """Tell whether a file or folder is there, and say so if it is not."""
    if not path.exists():
        named = path.relative_to(SHARED.parent) if path.is_relative_to(SHARED) else path
        sys.stdout.write(f"Left out: {named} is not beside the repository.\n")
    return path.exists()
