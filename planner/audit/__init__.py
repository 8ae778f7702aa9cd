"""Check a plan's zones anew from the written files alone, by other ways than they were drawn.

Nothing here imports the solver, the zones or the walks of `planner`: the files say what was
asked and what is claimed, and every figure of the claim is reckoned again.
"""

from __future__ import annotations

from planner.audit.findings import Check, Said
from planner.audit.folder import Audit, audit_folder, refuse_faults

__all__ = ["Audit", "Check", "Said", "audit_folder", "refuse_faults"]
