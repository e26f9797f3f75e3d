"""Casting a vote, and changing it where that is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.polls.counting import key_of
from communities.polls.exceptions import (
    AnswerWithdrawn,
    NothingChosen,
    PollOver,
    PollReworded,
    TooManyChosen,
    VotedAlready,
)
from communities.polls.models import Ballot, Poll
from communities.polls.permissions import FEATURE, can_vote
from communities.queries import hold_member
from communities.templatetags.parvis import exact


@transaction.atomic
def cast_vote(poll: Poll, choices: Sequence[int], *, by: Membership, mark: str = "") -> Ballot:
    """One ballot for each person: `choices` are places of answers, of a ranked poll in the order of preference.

    `mark` is that of the poll as its voter has read it. Raises NotAllowed, PollOver, PollReworded, VotedAlready (for
    the second of two at once, too), NothingChosen, TooManyChosen, TooFast.
    """
    refuse_closed(by, FEATURE)
    if not can_vote(by, poll):
        raise NotAllowed
    refuse_closed_space(by, poll.thread.space)
    hold_member(by)
    # The row is the lock: whoever closes it, changes it or votes at the same moment waits here.
    held = Poll.objects.select_for_update(of=("self",), no_key=True).get(pk=poll.pk)
    if mark and mark != held.mark:
        raise PollReworded
    chosen = _allowed(held, choices)
    former = Ballot.objects.filter(poll=held, voter=by).first()
    if former is not None and not held.changeable:
        raise VotedAlready
    count_act(by, Limited.VOTE)
    ballot = _keep(held, chosen, former, by)
    held.version += 1
    held.save(update_fields=["votes", "rankings", "ballots", "version"])
    return ballot


def _allowed(poll: Poll, choices: Sequence[int]) -> list[int]:
    if not poll.is_open:
        assert poll.closes_at is not None  # without an hour it is open
        raise PollOver(_("The poll closed on %(moment)s.") % {"moment": exact(localtime(poll.closes_at))})
    chosen = list(dict.fromkeys(choices))
    if not chosen:
        raise NothingChosen
    if any(not 0 <= choice < len(poll.options) for choice in chosen):
        raise NothingChosen
    if not all(poll.options[choice] for choice in chosen):
        raise AnswerWithdrawn
    most = poll.can_choose()
    if len(chosen) > most:
        raise TooManyChosen(
            ngettext("Choose one answer.", "Choose %(most)s answers at most.", most) % {"most": most}
        )
    return chosen if poll.is_ranked else sorted(chosen)


def _keep(poll: Poll, chosen: list[int], former: Ballot | None, by: Membership) -> Ballot:
    kept = chosen if poll.named else []
    if former is not None:
        count(poll, former.choices, -1)
        count(poll, chosen, 1)
        former.choices = kept
        former.save(update_fields=["choices"])
        return former
    try:
        with transaction.atomic():
            ballot: Ballot = Ballot.objects.create(poll=poll, voter=by, choices=kept)
    except IntegrityError:
        raise VotedAlready from None
    count(poll, chosen, 1)
    poll.ballots += 1
    return ballot


def count(poll: Poll, choices: Sequence[int], step: int) -> None:
    """Add a ballot to the sums of a poll, or take one out; nothing is saved. Of a ranked one its first place counts."""
    for choice in choices[:1] if poll.is_ranked else choices:
        poll.votes[choice] += step
    if poll.is_ranked:
        key = key_of(choices)
        left = poll.rankings.get(key, 0) + step
        poll.rankings = {**poll.rankings, key: left}
        if not left:
            del poll.rankings[key]
