"""The operator inside a community: only by an opening with a reason and an end, seen by its owner at once.

An opening is carried by a signed cookie of the community’s own host, for sessions belong to hosts and the operator has
none there. Whoever carries it sees what an owner sees, without results, and can change nothing: the database itself
refuses (`transaction_read_only`). Why so: docs/decisions/0039-operator.md.
"""

from __future__ import annotations

import datetime

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.console.operator.acting import needed_reason, note, note_there, refuse_others
from communities.console.operator.emails import owners_of, write_to
from communities.console.operator.exceptions import NothingToOpen
from communities.console.operator.models import Opening, OperatorAct
from communities.console.operator.notices import OperatorEntered
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.permissions import can_see_openings
from communities.queries import community_root
from communities.scoping import community_scope
from members.models import Member

COOKIE = "operator-opening"
LENGTH = datetime.timedelta(minutes=60)
LENGTHS = (15, 30, 60)  # minutes
# From the operator’s page to the community’s host; used at once.
TICKET_LIFE = 60  # seconds
_TICKET, _PASS = "operator.ticket", "operator.pass"
OPENINGS_PAGE = "manage/openings/"
# In the community’s journal.
OPENED, SENT_AWAY = "operator_opened", "operator_sent_away"


@transaction.atomic
def open_community(community: Community, *, by: Member, reason: str, minutes: int = 60) -> Opening:
    """Begin to look. Its owners are told at once, by mail and in the bell.

    Raises NotAllowed, ReasonMissing.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    now = timezone.now()
    minutes = minutes if minutes in LENGTHS else min(LENGTHS)
    length = datetime.timedelta(minutes=minutes)
    opening = Opening.objects.create(
        community=community,
        operator=by,
        operator_address=by.email,
        reason=reason,
        opened_at=now,
        ends_at=now + length,
    )
    note(OperatorAct.Kind.OPENED, by, community=community, reason=reason)
    after = {"reason": reason, "minutes": minutes}
    note_there(community, OPENED, what=by.email, after=after)
    with community_scope(community):
        owners = Membership.objects.active().in_role(Membership.Role.OWNER)
        people = list(owners.values_list("pk", flat=True))
        tell(OperatorEntered, people, About(path=f"/{OPENINGS_PAGE}", occasion=str(opening.pk)))
    write_to(
        owners_of(community),
        "entered",
        community,
        {
            "operator": by.email,
            "reason": reason,
            "until": opening.ends_at,
        },
        url=f"{community_root(community)}{OPENINGS_PAGE}",
    )
    return opening


@transaction.atomic
def end_opening(opening: Opening, *, by: Member) -> Opening:
    """The operator leaves. Raises NothingToOpen where it has ended."""
    fresh = _live(opening)
    fresh.ended_at = timezone.now()
    fresh.save(update_fields=["ended_at"])
    note(OperatorAct.Kind.LEFT, by, community=fresh.community)
    return fresh


@transaction.atomic
def send_away(opening: Opening, *, by: Membership) -> Opening:
    """The owner ends it. Raises NotAllowed, NothingToOpen."""
    if not can_see_openings(by) or by.community_id != opening.community_id or by.pk is None:
        raise NotAllowed
    fresh = _live(opening)
    fresh.ended_at, fresh.ended_by_owner = timezone.now(), True
    fresh.save(update_fields=["ended_at", "ended_by_owner"])
    record(by, SENT_AWAY, what=fresh.operator_address)
    return fresh


def ticket_for(opening: Opening) -> str:
    """What leads from the operator’s page to the community’s host, within a minute."""
    return signing.dumps(opening.pk, salt=_TICKET)


def opening_of_ticket(ticket: str, community: Community) -> Opening | None:
    return _read(ticket, community, _TICKET, TICKET_LIFE)


def pass_for(opening: Opening) -> str:
    """The value of the cookie."""
    return signing.dumps(opening.pk, salt=_PASS)


def opening_of_pass(value: str, community: Community) -> Opening | None:
    """The live opening of this community that a cookie names; None for anything else."""
    return _read(value, community, _PASS, int(LENGTH.total_seconds()))


def owner_in_the_mind(community: Community, opening: Opening) -> Membership:
    """What pages are drawn for: an owner who is nobody. Never to be saved: its number belongs to no row."""
    seen_as = Membership(
        community=community,
        member=None,
        handle="operator",
        display_name=_("Operator"),
        role=Membership.Role.OWNER,
        status=Membership.Status.ACTIVE,
        trust_level=4,
    )
    seen_as.pk = 0
    seen_as.is_operator_looking = True
    seen_as._state.adding = False
    return seen_as


def _read(value: str, community: Community, salt: str, age: int) -> Opening | None:
    try:
        number = signing.loads(value, salt=salt, max_age=age)
    except signing.BadSignature:
        return None
    return Opening.objects.live().of(community).select_related("operator").filter(pk=number).first()


def _live(opening: Opening) -> Opening:
    fresh = Opening.objects.select_for_update(of=("self",)).select_related("community").get(pk=opening.pk)
    if not fresh.is_live:
        raise NothingToOpen
    return fresh
