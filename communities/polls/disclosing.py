"""What is kept of people who vote, and what they may take away: in words, since places of answers say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from communities.content.models import Thread
from communities.content.viewers import viewer_for
from communities.disclosures import Kept, Taken, kept, taken
from communities.launch.features import chosen_features
from communities.models import Community, Membership
from communities.polls.models import Ballot, Poll
from communities.polls.permissions import FEATURE, sees_result

READ = 500


def votes_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """In which polls somebody voted; what they answered where that is kept. Of a text that they can no longer read, or
    that was taken away, that they voted and when: its words are somebody else’s."""
    there = Thread.objects.visible_to(viewer_for(membership.community, membership)).values("pk")
    read = Poll.objects.readable().filter(pk=OuterRef("poll"), thread__in=there)
    ballots = Ballot.objects.filter(voter=membership).select_related("poll__thread").order_by("pk")
    for ballot in ballots.annotate(read=Exists(read)).iterator(chunk_size=READ):
        poll, is_read = ballot.poll, ballot.read  # type: ignore[attr-defined]
        question = poll.question or poll.thread.title
        yield {
            "question": question if is_read else "",
            "by_name": poll.named,
            "answers": [poll.answer_at(choice) for choice in ballot.choices] if is_read else [],
            "cast_at": ballot.cast_at,
        }


def polls_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """The polls under somebody’s own texts; the sums as far as their pages show them to this person."""
    columns = ("thread_id", "question", "options", "next_options", "way", "named", "closes_at", "ballots")
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
