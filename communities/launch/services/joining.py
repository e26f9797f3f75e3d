"""Joining: one act for newcomers, for people with an account, and for former members."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.launch.exceptions import CannotJoin, HandleTaken
from communities.launch.features import is_open
from communities.launch.models import Invitation
from communities.launch.services.inviting import accept_invitation
from communities.letters import fold, plain
from communities.models import Community, Membership
from communities.scoping import in_scope
from communities.signals import member_joined, naming
from communities.wording import RULES, TERMS, accepted_by_joining
from members.models import Member

# Words that are addresses under /members/, or that would pass for the team.
RESERVED = frozenset({"suggest", "new", "me", "all", "team", "admin", "moderator", "owner", "feed"})
FORMER = "former-"

_Status = Membership.Status


@transaction.atomic
def join_community(
    community: Community,
    *,
    person: Member,
    display_name: str,
    handle: str = "",
    language: str = "",
    proven: bool = True,
    invitation: Invitation | None = None,
) -> Membership:
    """Make a person a member, also a former one; nothing changes for current members.

    With `proven=False` (the address is not confirmed yet) the membership waits, seen by nobody, until
    `open_waiting_door`. While the launch plan keeps joining closed, an invitation lets one in and is used up.
    Raises CannotJoin, HandleTaken, InvitationRefused, and what refuses the words.
    """
    refuse_to_join(community, person=person, invitation=invitation)
    membership = Membership.objects.select_for_update().filter(member=person).first()
    if membership is not None and membership.status == _Status.ACTIVE:
        return membership
    if membership is None:
        membership = Membership(community=community, member=person)
    membership.display_name = display_name
    membership.handle = handle or free_handle(display_name)
    naming.send(sender=Membership, membership=membership, words=[display_name, membership.handle])
    membership.language = language
    membership.status = _Status.ACTIVE if proven else _Status.INVITED
    membership.joined_at = timezone.now()
    agreed = accepted_by_joining(community)
    membership.accepted_rules, membership.accepted_terms = agreed.get(RULES), agreed.get(TERMS)
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        # The same person on another connection: a double submission.
        again = Membership.objects.filter(member=person).exclude(pk=membership.pk).first()
        if again is not None:
            return again
        raise HandleTaken from error
    if invitation is not None:
        accept_invitation(invitation, membership=membership)
    if proven:
        _welcome(membership)
    return membership


def refuse_to_join(community: Community, *, person: Member, invitation: Invitation | None = None) -> None:
    """Raises CannotJoin when this person may not become a member here now."""
    if community.state == Community.State.DRAFT:
        raise CannotJoin(_("This community is being prepared. Come back when it opens."))
    if community.state == Community.State.CLOSED:
        raise CannotJoin(_("This community is closed: it can be read, but takes no new members."))
    if person.is_operator:
        raise CannotJoin(_("An operator has no presence in communities. Use another account."))
    barred = (_Status.SUSPENDED, _Status.BANNED)
    known = Membership.objects.filter(member_id=person.pk, status__in=barred) if person.pk else None
    status = known.values_list("status", flat=True).first() if known is not None else None
    if status == _Status.SUSPENDED:
        raise CannotJoin(_("Your membership is suspended. You can read what visitors read."))
    if status == _Status.BANNED:
        raise CannotJoin
    if invitation is None and not joining_is_open(community):
        raise CannotJoin(_("This part opens later. For now one comes in by invitation."))


def joining_is_open(community: Community) -> bool:
    """Whether anybody may join, without an invitation."""
    return is_open(community, None, "join")


def open_waiting_door(email_address: EmailAddress, **_rest: Any) -> None:
    """The address is verified: activate the membership that waited for it, in the community in scope."""
    if not in_scope():
        return
    membership = Membership.objects.filter(member_id=email_address.user_id, status=_Status.INVITED).first()
    if membership is not None:
        membership.status = _Status.ACTIVE
        membership.save(update_fields=["status"])
        _welcome(membership)


def free_handle(name: str) -> str:
    """A free handle derived from a name: "Ines Leroux" becomes ines-leroux, then ines-leroux-2."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:32].strip("-") or "member"
    if base.startswith(FORMER):
        base = "member"
    taken = set(Membership.objects.filter(handle_key__startswith=base).values_list("handle_key", flat=True))
    number = 1
    candidate = base
    while candidate in taken or is_reserved(candidate):
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def is_reserved(handle: str) -> bool:
    key = fold(handle)
    return key in RESERVED or key.startswith(FORMER)


def _welcome(membership: Membership) -> None:
    Community.objects.filter(pk=membership.community_id).update(member_count=F("member_count") + 1)
    member_joined.send(sender=Membership, membership=membership)
