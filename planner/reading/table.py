"""A table as it was read: our columns, and for every row the file, sheet and row it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.reading.findings import NOTHING, Finding, Severity, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["RawTable", "Source"]


class Source(NamedTuple):
    """One sheet, layer or text file; shapes are counted as features, all else as rows."""

    file: str
    sheet: str = ""
    features: bool = False

    def finding(
        self,
        what: Words,
        remedy: Words = NOTHING,
        *,
        rows: tuple[int, ...] = (),
        column: str = "",
        severity: Severity = Severity.ERROR,
        kind: str = "",
    ) -> Finding:
        """Return a finding that stands in this source."""
        return Finding(
            severity=severity,
            file=self.file,
            what=what,
            remedy=remedy,
            sheet=self.sheet,
            rows=rows,
            column=column,
            features=self.features,
            kind=kind,
        )


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One table of a study before it has been held against the others.

    `frame` has every column of the table's dictionary, typed, with a plain 0..n-1 index; cells
    that could not be read are missing and have been reported. `source` [row] points into
    `sources` and `row` [row] is the number a planner sees. `headings` are the files' own names
    of our columns. `unread` tells by column which cells could not be read, `placed` whether every
    file says where things are. `spread` has the headings of each row for the columns that a wide
    table spreads over its headings, empty for rows of files that have the column itself.
    """

    name: str
    frame: pd.DataFrame
    sources: tuple[Source, ...]
    source: NDArray[np.int32]
    row: NDArray[np.int64]
    headings: dict[str, str]
    placed: bool
    unread: Mapping[str, NDArray[np.bool_]]
    spread: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def blank(self, column: str) -> NDArray[np.bool_]:
        """Tell which cells of a column were left empty, not which nobody could read."""
        empty = self.frame[column].isna().to_numpy()
        return np.asarray(empty & ~self.unread[column] if column in self.unread else empty)

    def heading(self, column: str) -> str:
        """Return the heading under which a column stands in the planner's file."""
        return self.headings.get(column, column)

    def at(
        self,
        where: Any,
        what: Words,
        remedy: Words = NOTHING,
        *,
        column: str = "",
        severity: Severity = Severity.ERROR,
        kind: str = "",
        values: Any = None,
    ) -> Iterator[Finding]:
        """Yield one finding per source for the rows where `where` is true.

        `{values}` in the words is replaced by the distinct values of `values` in these rows, by
        those of `column` when `values` is not given.
        """
        hit = np.flatnonzero(np.asarray(where, dtype=bool))
        shown = self.frame[column] if values is None and column else values
        for number, source in enumerate(self.sources):
            here = hit[self.source[hit] == number]
            if len(here) == 0:
                continue
            named = [] if shown is None else shown.iloc[here].drop_duplicates().tolist()
            rows = tuple(dict.fromkeys(self.row[here].tolist()))
            yield source.finding(
                what.about(named),
                remedy.about(named),
                rows=rows,
                column=self._heading_of(column, here) if column else "",
                severity=severity,
                kind=kind,
            )

    def _heading_of(self, column: str, rows: NDArray[np.intp]) -> str:
        """Return the headings under which a column stands in these rows."""
        wide = self.spread[column][rows] if column in self.spread else np.empty(0, dtype=object)
        said = list(dict.fromkeys(heading for heading in wide if heading))
        return ", ".join(said) if said else self.heading(column)
