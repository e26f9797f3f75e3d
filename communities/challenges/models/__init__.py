"""Challenges, their rules and entries, votes for them, and what a jury says."""

from communities.challenges.models.challenges import (
    CHALLENGE,
    CONTESTS,
    ENTRY,
    LONGEST_RULES,
    MOMENTS,
    MOST_CRITERIA,
    MOST_EACH,
    MOST_FINALISTS,
    WORDS,
    Challenge,
    Rules,
    challenge_of,
    has_closed,
)
from communities.challenges.models.entries import Entry, Vote
from communities.challenges.models.juries import BEST_MARK, Assessment, Juror

__all__ = [
    "BEST_MARK",
    "CHALLENGE",
    "CONTESTS",
    "ENTRY",
    "LONGEST_RULES",
    "MOMENTS",
    "MOST_CRITERIA",
    "MOST_EACH",
    "MOST_FINALISTS",
    "WORDS",
    "Assessment",
    "Challenge",
    "Entry",
    "Juror",
    "Rules",
    "Vote",
    "challenge_of",
    "has_closed",
]
