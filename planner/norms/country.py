"""The norms of one country: its stages, its grades and every figure by its path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from planner.errors import NormsError, Sentence
from planner.norms.spelling import plain
from planner.norms.stages import stage_norm
from planner.norms.vocabulary import Vocabulary
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.norms.figures import Figure
    from planner.norms.stages import StageNorm

__all__ = ["Frame", "Norms", "norms_of"]


class Frame(NamedTuple):
    """What a country says besides its figures: stages, grades, kinds of school, their names.

    `titles` names stages, kinds of school and groups of figures by their path; the country's
    own title stands under the empty path.
    """

    id: str
    country: str
    vocabulary: Vocabulary
    titles: Mapping[str, Mapping[str, str]]
    grade_names: Mapping[int, Mapping[str, str]]
    grade_labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Norms:
    """The norms of one country: every figure by its path, and the stages made of them.

    `figures` holds class sizes by grade ("class_size.primary.1") and everything else as it
    stands in the file ("balance.cv_limit.junior"). `titles` names the groups of figures.
    """

    id: str
    country: str
    title: Mapping[str, str]
    cut_off_month: int
    cut_off_day: int
    count_month: int
    count_day: int
    stages: tuple[StageNorm, ...]
    figures: Mapping[str, Figure]
    grade_names: Mapping[int, Mapping[str, str]]
    grade_labels: Mapping[str, int]
    school_kinds: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, Mapping[str, str]]

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that paths into these norms may use."""
        return Vocabulary({stage.stage: stage.grades for stage in self.stages}, self.school_kinds)

    @property
    def frame(self) -> Frame:
        """What stays when figures change."""
        return Frame(
            self.id,
            self.country,
            self.vocabulary,
            self.titles,
            self.grade_names,
            self.grade_labels,
        )

    def stage(self, stage: str) -> StageNorm:
        """Return the norms of a stage.

        Raises:
            NormsError: the country has no such stage.
        """
        for candidate in self.stages:
            if candidate.stage == stage:
                return candidate
        known = [candidate.stage for candidate in self.stages]
        fault = Sentence(
            f"The norms '{self.id}' have no stage '{stage}'.{did_you_mean(stage, known)}",
            f"标准“{self.id}”中没有学段“{stage}”。{did_you_mean(stage, known, lang='zh')}",
        )
        raise NormsError(fault)

    def stage_of_grade(self, grade: int) -> StageNorm:
        """Return the norms of the stage in which a grade is taught.

        Raises:
            NormsError: no stage teaches the grade.
        """
        for candidate in self.stages:
            if grade in candidate.grades:
                return candidate
        grades = [taught for stage in self.stages for taught in stage.grades]
        fault = Sentence(
            f"The norms '{self.id}' teach grades {min(grades)} to {max(grades)}, found {grade}. "
            "Mend the grade or choose other norms in study.toml.",
            f"标准“{self.id}”的年级为{min(grades)}至{max(grades)}，现为{grade}；"
            "请改正年级，或在study.toml中改用其他标准。",
        )
        raise NormsError(fault)

    def stages_with_large_classes(self) -> tuple[StageNorm, ...]:
        """Return the stages that know from how many pupils on a class is large.

        Raises:
            NormsError: there is none.
        """
        found = tuple(stage for stage in self.stages if stage.large_class is not None)
        if found:
            return found
        setting = f'[norms] "large_class.{self.stages[0].stage}" = 36'
        fault = Sentence(
            f"The norms '{self.id}' do not say from how many pupils on a class is large. Let the "
            f"study or the scenario say it, such as {setting}.",
            f"标准“{self.id}”未规定多少人起为大班额；请在规划项目或方案中写明，如{setting}。",
        )
        raise NormsError(fault)

    def age_at(self, grade: int) -> int:
        """Return the age on the cut-off day at which a grade is begun, in completed years."""
        stage = self.stage_of_grade(grade)
        return stage.entry_age + stage.grades.index(grade)

    def grade_of_label(self, text: str) -> int | None:
        """Return the grade that a table calls so ("初一", "Reception", "7"), or None."""
        return self.grade_labels.get(plain(text))

    def figure(self, path: str) -> Figure:
        """Return a figure by its path.

        Raises:
            NormsError: the norms lack the figure.
        """
        if path in self.figures:
            return self.figures[path]
        fault = Sentence(
            f"The norms '{self.id}' lack the figure '{path}'.{did_you_mean(path, self.figures)} "
            "Let the study give it, or add it to the norms file.",
            f"标准“{self.id}”中没有“{path}”。{did_you_mean(path, self.figures, lang='zh')}"
            "请由规划项目给出，或补入标准文件。",
        )
        raise NormsError(fault)

    def number(self, path: str) -> float:
        """Return the value of a figure that is one number.

        Raises:
            NormsError: the norms lack the figure, or it is a list.
        """
        value = self.figure(path).value
        if isinstance(value, str):
            fault = Sentence(
                f"The norms '{self.id}': '{path}' is the list {value}, not one number.",
                f"标准“{self.id}”：“{path}”是列表{value}，不是单个数值。",
            )
            raise NormsError(fault)
        return value


def norms_of(frame: Frame, figures: Mapping[str, Figure]) -> Norms:
    """Return the norms that these figures make in a country."""
    stages = frame.vocabulary.stages.items()
    return Norms(
        id=frame.id,
        country=frame.country,
        title=frame.titles[""],
        cut_off_month=int(figures["cut_off.month"].value),
        cut_off_day=int(figures["cut_off.day"].value),
        count_month=int(figures["count_day.month"].value),
        count_day=int(figures["count_day.day"].value),
        stages=tuple(stage_norm(stage, grades, figures, frame.titles) for stage, grades in stages),
        figures=figures,
        grade_names=frame.grade_names,
        grade_labels=frame.grade_labels,
        school_kinds=frame.vocabulary.kinds,
        titles=frame.titles,
    )
