"""The misconception engine: wrong beliefs about IAM as small changes of its rules, and where they part from AWS."""

from iamkit.beliefs.belief import Belief, believing
from iamkit.beliefs.mutants import BELIEFS
from iamkit.beliefs.part import Parting, part

__all__ = ["BELIEFS", "Belief", "Parting", "believing", "part"]
