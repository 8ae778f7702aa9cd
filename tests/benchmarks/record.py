"""Write what a benchmark measured into its own section of benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["PAGE", "command_line", "machine", "table", "write_section"]

PAGE: Final = Path(__file__).resolve().parents[2] / "benchmarks.md"
INTRODUCTION: Final = """\
# Benchmarks

Measured by the programs in `tests/benchmarks`; `make bench` measures all of it again. Each section
names the machine it was measured on and holds only what one program wrote.
"""
LIBRARIES: Final = ("numpy", "pandas", "geopandas", "scipy", "numba", "highspy")


def command_line(doc: str | None, *, section: bool = True) -> argparse.ArgumentParser:
    """Return the words every benchmark takes: --help says what it measures, --record keeps it.

    Without a section of its own, a benchmark has nothing to record.
    """
    words = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if section:
        words.add_argument("--record", action="store_true", help="write into benchmarks.md")
    return words


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Put a section into the page, in the place of its former self where there is one."""
    present = page.read_text(encoding="utf-8") if page.is_file() else INTRODUCTION
    begin, end = f"<!-- section: {name} -->", f"<!-- /section: {name} -->"
    section = f"{begin}\n\n{text.strip()}\n\n{end}"
    if begin in present:
        before, rest = present.split(begin)
        changed = before + section + rest.split(end)[1]
    else:
        changed = f"{present.rstrip()}\n\n{section}\n"
    page.write_text(changed, encoding="utf-8")


def machine() -> str:
    """Say what it was measured on: cores, memory, load, system and versions; no names, no paths.

    A load above 0 means that others were at work on the machine as well.
    """
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Machine: {os.cpu_count()} cores{_memory()}, {platform.system()} {platform.machine()}, "
        f"load of the last minute {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}; {libraries}."
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown, figures to the right."""
    marks = ["---", *["---:"] * (len(headings) - 1)]
    lines = [headings, marks, *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _memory() -> str:
    """Return the memory of the machine, where the system tells."""
    known = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in known:
        return ""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f", {total / 2**30:.0f} GB"
