"""Prove how good zones are: what no plan can undercut, and which plan is the best."""

from planner.zoning.proof.proof import Proof, raise_bound
from planner.zoning.proof.zones import Zone

__all__ = ["Proof", "Zone", "raise_bound"]
