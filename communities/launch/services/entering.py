"""Coming in by the link of a mail, which proves the address: nobody types a code as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.launch.exceptions import CannotJoin, InvitationRefused
from communities.launch.models import Invitation
from communities.launch.services.inviting import accept_invitation
from communities.launch.services.joining import join_community
from communities.models import Community, Membership
from members.models import Member
from members.services import person_at, prove_address


@dataclass(frozen=True)
class Guest:
    """Who an invitation was written to: whether they are a member here already, or have an account."""

    address: str
    is_member: bool
    has_account: bool


def guest_of(invitation: Invitation) -> Guest:
    person = person_at(invitation.email)
    is_member = person is not None and Membership.objects.active().filter(member=person).exists()
    return Guest(invitation.email, is_member, person is not None)


@transaction.atomic
def enter_by_invitation(
    community: Community,
    invitation: Invitation,
    *,
    display_name: str = "",
    handle: str = "",
    language: str = "",
    profile: Mapping[str, Any] | None = None,
) -> Member:
    """Use an invitation up for the owner of its address: the account, made where there is none, to sign in.

    The address counts as proven, once: a used link opens nothing. Raises CannotJoin, HandleTaken, InvitationRefused.
    """
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not locked.is_usable():
        raise InvitationRefused
    person = prove_address(locked.email)
    if not person.is_active:
        raise CannotJoin(_("This account is closed."))
    if person.is_operator:
        raise CannotJoin(_("An operator has no presence in communities. Use another account."))
    member = Membership.objects.active().filter(member=person).first()
    if member is not None:
        accept_invitation(locked, membership=member)
    else:
        join_community(
            community,
            person=person,
            display_name=display_name,
            handle=handle,
            language=language,
            invitation=locked,
            profile=profile,
        )
    return person
