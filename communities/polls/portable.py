"""Polls travel with their sums, who has voted, so that nobody votes twice for having moved, and who added what."""

from __future__ import annotations

from communities.polls.models import AddedAnswer, Ballot, Poll, RankingBatch
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Poll), Portable(RankingBatch), Portable(Ballot), Portable(AddedAnswer))
