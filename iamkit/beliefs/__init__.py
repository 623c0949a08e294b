"""The misconception engine: wrong beliefs about IAM as small changes of its rules, and where they part from AWS."""

from iamkit.beliefs.belief import Belief, believing
from iamkit.beliefs.mutants import BELIEFS
from iamkit.beliefs.parting import Parting, part
from iamkit.beliefs.quiz import Question, Quiz

__all__ = ["BELIEFS", "Belief", "Parting", "Question", "Quiz", "believing", "part"]
