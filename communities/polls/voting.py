"""Casting a vote, and changing it where that is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Func, Value
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
from communities.polls.rounds import is_full, set_aside
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
    moved = [(chosen, 1)] if former is None else [(list(former.choices), -1), (chosen, 1)]
    ballot = _keep(held, chosen, former, by)
    save_sums(held, moved)
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
        former.choices = kept
        former.save(update_fields=["choices"])
        return former
    try:
        with transaction.atomic():
            ballot: Ballot = Ballot.objects.create(poll=poll, voter=by, choices=kept)
    except IntegrityError:
        raise VotedAlready from None
    poll.ballots += 1
    return ballot


def save_sums(poll: Poll, moved: Iterable[tuple[Sequence[int], int]]) -> None:
    """Add ballots to the sums of a poll, or take some out: what each says, and 1 or -1. Of a ranked one the first place
    counts, and its order within the database, which reads and sends none of the others."""
    orders: Any = F("rankings")
    for choices, step in moved:
        for choice in choices[:1] if poll.is_ranked else choices:
            poll.votes[choice] += step
        orders = Func(orders, Value(key_of(choices)), Value(step), function="public.f_moved_ranking")
    poll.version += 1
    told: dict[str, Any] = {"rankings": orders} if poll.is_ranked else {}
    Poll.objects.filter(pk=poll.pk).update(
        votes=poll.votes, ballots=poll.ballots, version=poll.version, **told
    )
    if poll.is_ranked and is_full(poll):
        set_aside(poll)
