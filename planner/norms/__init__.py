"""Look up what the rules say: class sizes, ages, distances, areas, each with its source.

A norms file is data that a planner can read and mend (data/norms). Here it is read, held
against the list of figures that planner knows, and handed on as one frozen value. Code
elsewhere applies the figures; no norm stands in code.

`reading` tells how a file becomes norms, `vocabulary` lists the figures there can be,
`overrides` lets a study or scenario deviate; the other modules are what these speak of.
"""

from __future__ import annotations

from planner.norms.ages import age_in, school_year_of_entry
from planner.norms.buildings import floor_area, land_area, nominal_seats, school_scales
from planner.norms.country import Norms
from planner.norms.figures import Certainty, Figure
from planner.norms.listing import NormRow, norm_rows
from planner.norms.overrides import with_overrides
from planner.norms.reading import available, read_norms
from planner.norms.stages import ClassBand, StageNorm

__all__ = [
    "Certainty",
    "ClassBand",
    "Figure",
    "NormRow",
    "Norms",
    "StageNorm",
    "age_in",
    "available",
    "floor_area",
    "land_area",
    "nominal_seats",
    "norm_rows",
    "read_norms",
    "school_scales",
    "school_year_of_entry",
    "with_overrides",
]
