"""Entering a challenge, with a text written for it or with one that stands already; withdrawing an entry."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.challenges.exceptions import AllSent, DecidedAlready, NotEntered, NotNow, RulesChanged
from communities.challenges.models import ENTRY, Challenge, Entry, Rules
from communities.challenges.permissions import FEATURE, can_enter
from communities.challenges.phases import Phase
from communities.challenges.services import Written, held
from communities.content.models import Space, State, Thread
from communities.content.readers import readers_of
from communities.content.services import start_thread
from communities.content.services.writing import already_submitted
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.queries import hold_member
from communities.templatetags.parvis import exact


@transaction.atomic
def write_entry(
    challenge: Challenge, *, by: Membership, community: Community, text: Written, rules: int
) -> Thread:
    """Write a text for a challenge and enter it at once. `rules` is the version that its form showed.

    One that a moderator reads first takes part once it is published. The same `submission` twice returns the first
    one. Raises NotAllowed, NotNow, RulesChanged, AllSent, and as `start_thread`.
    """
    now = _opened(challenge, by)
    space: Space = now.thread.space
    known = already_submitted(by, text.submission)
    if known is not None:
        return known.thread
    read = _agreed(now, rules)
    slot = _free_slot(now, by)
    thread: Thread = start_thread(
        space,
        by=by,
        community=community,
        kind=ENTRY,
        title=text.title,
        body=text.body,
        body_format=text.body_format,
        tags=list(text.tags),
        language=text.language,
        submission=text.submission,
    )
    _enter(now, thread, by, read, slot)
    return thread


@transaction.atomic
def enter_thread(challenge: Challenge, thread: Thread, *, by: Membership, rules: int) -> Entry:
    """Enter a text of one’s own that everybody here can read.

    Raises NotAllowed, NotNow, RulesChanged, AllSent, NotEntered, TooFast.
    """
    now = _opened(challenge, by)
    read = _agreed(now, rules)
    if not may_be_entered(now, thread, by):
        raise NotEntered
    slot = _free_slot(now, by)
    count_act(by, Limited.START)
    return _enter(now, thread, by, read, slot)


def may_be_entered(challenge: Challenge, thread: Thread, by: Membership) -> bool:
    """A published text of theirs, of a kind that the challenge takes, that those who vote can read."""
    if thread.author_id != by.pk or thread.state != State.PUBLISHED:
        return False
    if thread.kind != ENTRY and thread.kind not in challenge.entry_kinds:
        return False
    here, there = challenge.thread.space, thread.space
    # Two circles of one name may let in different people.
    readers = readers_of(there)
    is_wide = readers.is_public or readers == readers_of(here)
    return there.pk == here.pk or (is_wide and not there.archived)


def _opened(challenge: Challenge, by: Membership) -> Challenge:
    """Locked, with the sender’s row. Raises NotAllowed, NotNow."""
    refuse_closed(by, FEATURE)
    if not can_enter(by, challenge.thread):
        raise NotAllowed
    refuse_closed_space(by, challenge.thread.space)
    hold_member(by)
    now = held(challenge)
    if not now.thread.is_published:
        raise NotAllowed
    if not now.takes_entries:
        raise NotNow(when_entries(now))
    return now


def _agreed(challenge: Challenge, number: int) -> Rules:
    newest: Rules = Rules.objects.of(challenge)[0]
    if newest.number != number:
        raise RulesChanged
    return newest


def _free_slot(challenge: Challenge, by: Membership) -> int:
    taken = set(Entry.objects.of(challenge).filter(membership=by).values_list("slot", flat=True))
    free = next((one for one in range(1, challenge.entries_each + 1) if one not in taken), None)
    if free is None:
        raise AllSent(all_sent(challenge))
    return free


def _enter(challenge: Challenge, thread: Thread, by: Membership, read: Rules, slot: int) -> Entry:
    last = Entry.objects.of(challenge).aggregate(n=Max("number"))["n"] or 0
    try:
        with transaction.atomic():
            made: Entry = Entry.objects.create(
                challenge=challenge,
                thread=thread,
                membership=by,
                rules=read,
                slot=slot,
                number=last + 1,
                entered_at=timezone.now(),
            )
    except IntegrityError:
        raise NotEntered from None
    return made


@transaction.atomic
def withdraw_entry(entry: Entry, *, by: Membership) -> None:
    """No longer take part; the text stays where it is, and votes for it are free again. Whoever may only read may, too.

    Raises NotAllowed, NotNow, DecidedAlready.
    """
    if entry.membership_id != by.pk or not by.is_active:
        raise NotAllowed
    challenge = held(entry.challenge_id)
    if challenge.is_decided:
        raise DecidedAlready
    if challenge.phase == Phase.COUNT:
        raise NotNow(_("Votes and marks are being counted; nothing changes any more."))
    Entry.objects.filter(pk=entry.pk).delete()


def all_sent(challenge: Challenge) -> str:
    said = ngettext(
        "You have entered already; each member can send %(n)s entry. Withdraw it first to send another.",
        "You have sent %(n)s entries, as many as each member can. Withdraw one first to send another.",
        challenge.entries_each,
    )
    return said % {"n": challenge.entries_each}


def when_entries(challenge: Challenge) -> str:
    """When a challenge takes entries, where it takes none now."""
    if challenge.is_cancelled:
        return _("This challenge is cancelled.")
    if challenge.phase == Phase.BEFORE:
        return _("Entries open on %(moment)s.") % {"moment": exact(localtime(challenge.opens_at))}
    return _("Entries closed on %(moment)s.") % {"moment": exact(localtime(challenge.closes_at))}
