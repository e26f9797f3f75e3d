"""The one vote of each member: given, moved, taken back, until votes close. The database keeps it one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from communities.challenges.exceptions import GoneEntry, NotNow, OwnEntry
from communities.challenges.models import Challenge, Entry, Vote
from communities.challenges.permissions import FEATURE, can_vote_in
from communities.challenges.phases import Phase
from communities.challenges.services import held
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member
from communities.templatetags.parvis import exact


@transaction.atomic
def vote_for(entry: Entry, *, by: Membership) -> bool:
    """Give one’s vote to an entry, or move it there; False where it was there already.

    Raises NotAllowed, NotNow, OwnEntry, GoneEntry, TooFast.
    """
    challenge = _open(entry.challenge, by)
    now = Entry.objects.counting().filter(pk=entry.pk, challenge=challenge).first()
    if now is None:
        raise GoneEntry
    if now.membership_id == by.pk:
        raise OwnEntry
    mine = Vote.objects.of(challenge).filter(membership=by).first()
    if mine is not None and mine.entry_id == now.pk:
        return False
    count_act(by, Limited.VOTE)
    if mine is None:
        Vote.objects.create(challenge=challenge, entry=now, membership=by)
    else:
        mine.entry, mine.cast_at = now, timezone.now()
        mine.save(update_fields=["entry", "cast_at"])
    return True


@transaction.atomic
def take_vote_back(challenge: Challenge, *, by: Membership) -> bool:
    """False where there is none. Who may only read may, too. Raises NotAllowed, NotNow."""
    refuse_closed(by, FEATURE)
    if not by.is_active:
        raise NotAllowed
    hold_member(by)
    now = held(challenge)
    if not now.takes_votes:
        raise NotNow(when_votes(now))
    return bool(Vote.objects.of(now).filter(membership=by).delete()[0])


def _open(challenge: Challenge, by: Membership) -> Challenge:
    refuse_closed(by, FEATURE)
    if not can_vote_in(by, challenge.thread):
        raise NotAllowed
    refuse_closed_space(by, challenge.thread.space)
    hold_member(by)
    now = held(challenge)
    if not now.thread.is_published:
        raise NotAllowed
    if not now.takes_votes:
        raise NotNow(when_votes(now))
    return now


def when_votes(challenge: Challenge) -> str:
    """When a challenge takes votes, where it takes none now."""
    if challenge.is_cancelled:
        return _("This challenge is cancelled.")
    if challenge.votes_until is None:
        return _("Members do not vote in this challenge.")
    if challenge.phase in (Phase.BEFORE, Phase.ENTER):
        return _("Votes are cast from %(moment)s.") % {"moment": exact(localtime(challenge.closes_at))}
    return _("The vote closed on %(moment)s.") % {"moment": exact(localtime(challenge.votes_until))}
