"""Write the ledger of large classes as a workbook, and say in the terminal how it stands."""

from __future__ import annotations

from planner.report.ledger.terminal import (
    assumed_sentence,
    fate_sentences,
    ledger_tables,
    ledger_title,
    unfollowed_sentence,
)
from planner.report.ledger.writing import LEDGER, check_replaceable, replace_ledger, write_ledger

__all__ = [
    "LEDGER",
    "assumed_sentence",
    "check_replaceable",
    "fate_sentences",
    "ledger_tables",
    "ledger_title",
    "replace_ledger",
    "unfollowed_sentence",
    "write_ledger",
]
