"""Polls travel with their sums, and who has voted, so that nobody votes twice for having moved."""

from __future__ import annotations

from communities.polls.models import Ballot, Poll
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Poll), Portable(Ballot))
