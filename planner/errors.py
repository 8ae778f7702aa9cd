"""Say whose turn it is when something cannot go on.

PlannerError
├── InputError            the planner's files need a change
│   ├── StudyError        a table, a row or study.toml
│   ├── ScenarioError     a setting of a scenario
│   └── NormsError        a figure in a norms file
├── NoPlanError           the wishes of a scenario contradict each other
└── OutputError           the place where results go cannot take them
"""

from __future__ import annotations

__all__ = [
    "InputError",
    "NoPlanError",
    "NormsError",
    "OutputError",
    "PlannerError",
    "ScenarioError",
    "Sentence",
    "StudyError",
]


class Sentence(str):
    """A sentence in English that knows itself in Chinese."""

    __slots__ = ("zh",)

    zh: str

    def __new__(cls, en: str, zh: str) -> Sentence:
        """Keep both."""
        made = super().__new__(cls, en)
        made.zh = zh
        return made

    def after(self, en: str, zh: str | None = None) -> Sentence:
        """Return the sentence behind words that lead up to it, the same in both unless given."""
        return Sentence(f"{en}{self}", f"{en if zh is None else zh}{self.zh}")


class PlannerError(Exception):
    """Something a planner can mend; each message is one sentence or a list of them.

    All faults of one input travel together, so that a file is mended once.
    """

    def __init__(self, *faults: Sentence) -> None:
        """Keep the faults, each a sentence with place and remedy in both languages."""
        super().__init__("\n".join(faults))
        self.faults: tuple[Sentence, ...] = faults

    def said(self, lang: str) -> list[str]:
        """Return the faults in a language, zh or en."""
        return [fault.zh if lang == "zh" else str(fault) for fault in self.faults]


class InputError(PlannerError):
    """The planner's files need a change."""


class StudyError(InputError):
    """A table, a row or study.toml cannot be used as it is."""


class ScenarioError(InputError):
    """A setting of a scenario is unknown, contradicts another or is out of range."""


class NormsError(InputError):
    """A norms file lacks a figure, or a figure lacks its source."""


class NoPlanError(PlannerError):
    """The wishes of a scenario contradict each other; the message names which."""


class OutputError(PlannerError):
    """Results cannot be written where they were asked for; what was there is untouched."""
