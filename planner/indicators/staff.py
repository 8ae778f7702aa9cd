"""Count the posts that schools need for their pupils, today and in the years to come."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.indicators.ground import Ground
    from planner.norms import Norms

__all__ = ["STAFF_POSTS", "posts_needed", "staff_posts"]

STAFF_POSTS: Final = (
    *("section_id", "name", "stage", "year", "pupils", "classes", "rule", "pupils_per_post"),
    *("posts_by_pupils", "posts_by_classes", "posts"),
)


def posts_needed(
    pupils: int, ratio: float, *, classes: int = 0, per_class: float = 0.0
) -> tuple[int, int]:
    """Return the posts that pupils ask for, and those that classes ask for.

    ceil(pupils ÷ ratio) and ceil(classes × posts per class); a small school gets the larger
    one, so that a class of ten has its teachers. Without a ratio for classes the second is 0.
    """
    return (
        math.ceil(round(pupils / ratio, 9)),
        math.ceil(round(classes * per_class, 9)),
    )


def staff_posts(ground: Ground) -> pd.DataFrame:
    """Return the posts of every section and year, columns STAFF_POSTS.

    Primary, junior and senior by pupils for each post; small schools the larger of that and
    classes × posts per class, where the norms have such a ratio (staff_per_class); kindergartens by
    teachers and carers for each class. Rule says which one counts. Sums over sections are what
    the county needs in its schools; ceil(county roll ÷ ratio) is less, as it fills part posts.
    """
    rows = [row for row in _rows(ground) if row]
    return pd.DataFrame(rows, columns=list(STAFF_POSTS))


def _rows(ground: Ground) -> Iterator[tuple[object, ...]]:
    """Yield the posts of every section and year for which the norms know a ratio."""
    norms = ground.plan.norms
    for row in ground.sections.to_dict("records"):
        stage, pupils, classes = row["stage"], int(row["pupils"]), int(row["classes"])
        who = (row["section_id"], row["name"], stage, int(row["year"]), pupils, classes)
        ratio = _figure(norms, f"staff_ratio.{stage}")
        if ratio is not None:
            small = pupils < (_figure(norms, f"small_school.{stage}") or 0)
            per_class = (_figure(norms, f"staff_per_class.{stage}") or 0.0) if small else 0.0
            by_pupils, by_classes = posts_needed(
                pupils, ratio, classes=classes, per_class=per_class
            )
            rule = "classes" if by_classes > by_pupils else "pupils"
            posts = max(by_pupils, by_classes)
            yield (*who, rule, ratio, by_pupils, by_classes or None, posts)
        elif stage == "kindergarten":
            teachers = _figure(norms, "kindergarten_staff_per_class.teachers")
            carers = _figure(norms, "kindergarten_staff_per_class.carers")
            if teachers is not None and carers is not None:
                _, posts = posts_needed(0, 1.0, classes=classes, per_class=teachers + carers)
                yield (*who, "classes", None, None, posts, posts)


def _figure(norms: Norms, path: str) -> float | None:
    """Return a figure that the norms may lack."""
    return norms.number(path) if path in norms.figures else None
