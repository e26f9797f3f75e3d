"""Invitation links: making and closing them, and coming in through one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.exceptions import LinkRefused
from communities.launch.models import InvitationLink, LinkArrival
from communities.launch.permissions import can_edit_links
from communities.models import Membership
from communities.roles import RANKS, give_role, role_as_kept
from communities.signals import arrived_by_link


@transaction.atomic
def make_link(
    *,
    by: Membership,
    name: str,
    role: str = Membership.Role.MEMBER,
    space_id: int | None = None,
    domains: Sequence[str] = (),
    quota: int | None = None,
    expires_at: datetime.datetime | None = None,
) -> InvitationLink:
    """Make a way in that can be shared. Raises NotAllowed."""
    if not can_edit_links(by) or role not in InvitationLink.ROLES:
        raise NotAllowed
    link: InvitationLink = InvitationLink.objects.create(
        name=name,
        role=role,
        space_id=space_id,
        domains=list(domains),
        quota=quota,
        expires_at=expires_at,
        made_by=by,
    )
    record(by, "link_made", what=name, about=str(link.pk), before={}, after=facts_of(link))
    return link


@transaction.atomic
def close_link(link: InvitationLink, *, by: Membership) -> bool:
    """Let nobody in through it any more; False when it was closed. Raises NotAllowed."""
    return _set_closed(link, by=by, closed=True)


@transaction.atomic
def reopen_link(link: InvitationLink, *, by: Membership) -> bool:
    """Let people in through it again, as far as its end and its number allow. Raises NotAllowed."""
    return _set_closed(link, by=by, closed=False)


def _set_closed(link: InvitationLink, *, by: Membership, closed: bool) -> bool:
    if not can_edit_links(by):
        raise NotAllowed
    row = InvitationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if row.is_closed == closed:
        return False
    row.closed_at = timezone.now() if closed else None
    row.save(update_fields=["closed_at"])
    record(
        by,
        "link_closed" if closed else "link_reopened",
        what=row.name,
        about=str(row.pk),
        before={"closed": not closed},
        after={"closed": closed},
    )
    return True


def take_link(link: InvitationLink, *, membership: Membership) -> None:
    """Count somebody who comes in through a link, once, and give them its role, in the name of who made the link.
    Raises LinkRefused when it is closed, expired or used up: the row is locked, so that the last place is given once.
    """
    row = InvitationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if LinkArrival.objects.filter(link=row, membership=membership).exists():
        return
    if not row.is_usable:
        raise LinkRefused
    LinkArrival.objects.create(link=row, membership=membership)
    InvitationLink.objects.filter(pk=row.pk).update(used=F("used") + 1)
    if RANKS[row.role] > RANKS[membership.role]:
        before = role_as_kept(membership)
        give_role(membership, row.role)
        record(
            row.made_by,
            "role_set",
            what=membership.display_name,
            about=str(membership.pk),
            before=before,
            after=role_as_kept(membership),
        )
    if row.space_id is not None:
        arrived_by_link.send(sender=Membership, membership=membership, space_id=row.space_id)


def facts_of(link: InvitationLink) -> dict[str, object]:
    """What the journal keeps of a link; never its key."""
    return {
        "name": link.name,
        "role": str(link.role),
        "space": link.space_id,
        "domains": list(link.domains),
        "quota": link.quota,
        "until": link.expires_at.isoformat() if link.expires_at else "",
    }
