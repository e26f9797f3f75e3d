"""What is kept of people who vote, and what they may take away: in words, since places of answers say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from communities.disclosures import Kept, Taken, kept, taken
from communities.launch.features import chosen_features
from communities.models import Community, Membership
from communities.polls.models import Ballot, Poll
from communities.polls.permissions import FEATURE, sees_result

READ = 500


def votes_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """In which polls somebody voted; what they answered where that is kept."""
    ballots = Ballot.objects.filter(voter=membership).select_related("poll__thread").order_by("pk")
    for ballot in ballots.iterator(chunk_size=READ):
        poll = ballot.poll
        yield {
            "question": poll.question or poll.thread.title,
            "by_name": poll.named,
            "answers": [poll.answer_at(choice) for choice in ballot.choices],
            "cast_at": ballot.cast_at,
        }


def polls_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """The polls under somebody’s own texts; the sums as far as their pages show them to this person."""
    columns = ("thread_id", "question", "options", "way", "named", "closes_at", "ballots")
    rows = Poll.objects.written_by(membership).order_by("pk")
    own = Ballot.objects.filter(poll=OuterRef("pk"), voter=membership)
    for poll in rows.annotate(voted=Exists(own)).iterator(chunk_size=READ):
        shown = sees_result(poll, voted=poll.voted)
        yield {name: getattr(poll, name) for name in columns} | ({"votes": poll.votes} if shown else {})


def has_polls(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    until = _("until the poll goes with its text; the name goes when you take your texts along or are erased")
    what = _("in which polls you voted, and for what where votes are by name")
    kept.register(Kept("votes", what, until, 12, has_polls))
    taken.register(Taken("votes", what, votes_of))
    taken.register(Taken("polls", _("the polls under your texts"), polls_of))
