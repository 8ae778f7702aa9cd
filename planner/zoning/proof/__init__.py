"""Prove how good zones are: what no plan can undercut, and which plan is the best."""

from planner.zoning.proof.proof import Proof, raise_bound

__all__ = ["Proof", "raise_bound"]
