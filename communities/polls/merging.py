"""Two memberships of one person become one: of two votes in one poll one stays counted."""

from __future__ import annotations

from communities.polls.models import Ballot, Poll
from communities.polls.voting import save_sums
from members.personal import register_merger


def move_ballots(kept: int, gone: int) -> None:
    """Of two votes by name the one of the membership that stays is kept, and the other is taken out of the sums. What
    an anonymous one said nobody knows: it stays counted, and leads to nobody."""
    both = Ballot.objects.filter(voter__in=[kept, gone])
    both.hold_now()
    mine = set(both.filter(voter=kept).values_list("poll_id", flat=True))
    twice = {ballot.poll_id: ballot for ballot in both.filter(voter=gone, poll__in=mine)}
    polls = Poll.objects.filter(pk__in=twice)
    polls.hold_now()
    for poll in polls.filter(named=True):
        poll.ballots -= 1
        save_sums(poll, [(twice[poll.pk].choices, -1)])
        twice[poll.pk].delete()
    left = Ballot.objects.filter(voter=gone)
    left.filter(poll__in=mine).update(voter=None)
    left.exclude(poll__in=mine).update(voter=kept)


def register() -> None:
    register_merger("polls.Ballot.voter", move_ballots)
