"""Boxes and ideas travel with their votes, so that nobody votes twice for having moved."""

from __future__ import annotations

from communities.content.models import Space, Thread
from communities.ideas.boxes import EDIT, OPEN, REOPEN
from communities.ideas.joining import ACT
from communities.ideas.models import Answer, Box, Idea, Vote
from communities.portable import Portable, register_about, register_portable


def register() -> None:
    register_portable(Portable(Box), Portable(Idea), Portable(Vote), Portable(Answer))
    register_about(Space, acts=(EDIT, OPEN, REOPEN))
    register_about(Thread, acts=(ACT,))
