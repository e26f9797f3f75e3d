"""Joining: one act for newcomers, for people with an account, and for former members."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.launch.asked import asked
from communities.launch.exceptions import CannotJoin, CommunityFull, HandleTaken, LinkRefused
from communities.launch.features import is_open
from communities.launch.models import Invitation, InvitationLink, JoinRequest
from communities.launch.services.asking import ask_to_join, asks_by_hand, refuse_asking_again, submit_request
from communities.launch.services.handles import free_handle, is_free
from communities.launch.services.inviting import accept_invitation, note_coming
from communities.launch.services.linking import take_link
from communities.models import STAFF_ROLES, Community, Membership
from communities.queries import locked_community
from communities.quotas import Quota, is_reached, take_place
from communities.scoping import active_community_id, in_scope
from communities.signals import member_joined, naming
from communities.wording import RULES, TERMS, accepted_by_joining
from members.models import Member

_Status, _Way = Membership.Status, Membership.Way


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
    link: InvitationLink | None = None,
    answers: Sequence[Mapping[str, str]] = (),
    profile: Mapping[str, Any] | None = None,
    as_team: bool = False,
) -> Membership:
    """Make a person a member, also a former one; nothing changes for current members.

    `as_team`: the founder, and those whom the team calls in; they come in while the place is a draft, too. With
    `proven=False` (the address is not confirmed yet) the membership waits, seen by nobody, until `open_waiting_door`.
    Where the team approves by hand it waits for them, with the `answers` to their questions. `profile` is what they
    said of themselves (`launch/asked.py`). An invitation or a link lets one in while joining is closed, and is used up.
    Raises CannotJoin, HandleTaken, InvitationRefused, LinkRefused, and what refuses the words.
    """
    refuse_to_join(community, person=person, invitation=invitation, link=link, as_team=as_team)
    membership = _locked_membership(community, person)
    if membership is not None and membership.status == _Status.ACTIVE:
        return membership
    membership = membership or Membership(community=community, member=person)
    _introduce(membership, community, display_name, handle, profile or {}, as_team=as_team)
    by_hand = invitation is None and asks_by_hand(community)
    membership.status = _Status.ACTIVE if proven and not by_hand else _Status.INVITED
    _note_arrival(membership, community, _way(invitation, link), language)
    if (again := _stored_before(membership, person)) is not None:
        return again
    if invitation is not None:
        accept_invitation(invitation, membership=membership)
    if by_hand or (link is not None and not proven):
        ask_to_join(membership, answers=answers, link=link, proven=proven)
    elif proven:
        _let_in(membership, link)
    return membership


def _locked_membership(community: Community, person: Member) -> Membership | None:
    """What there is of somebody who was here before. The community first, as whoever leaves does: it counts them."""
    if not Membership.objects.filter(member=person).exists():
        return None
    locked_community(community)
    found: Membership | None = Membership.objects.select_for_update().filter(member=person).first()
    return found


def _let_in(membership: Membership, link: InvitationLink | None) -> None:
    # An invitation goes before a request that waits.
    JoinRequest.objects.standing().filter(membership=membership).delete()
    if link is not None:
        take_link(link, membership=membership)
    _welcome(membership)


def _handle_for(membership: Membership, handle: str, name: str, *, as_team: bool) -> str:
    """Raises HandleTaken for one that somebody has or had, or that nobody may have."""
    if handle and not is_free(handle, own=membership, as_team=as_team):
        raise HandleTaken
    return handle or free_handle(name, as_team=as_team)


def _introduce(
    membership: Membership,
    community: Community,
    name: str,
    handle: str,
    profile: Mapping[str, Any],
    *,
    as_team: bool,
) -> None:
    """How they are called and what they said of themselves. Raises HandleTaken, and what refuses the words."""
    handle = _handle_for(membership, handle, name, as_team=as_team)
    membership.display_name, membership.handle = name, handle
    membership.profile = {**membership.profile, **profile}
    words = [text for one in asked for text in one.words(community, membership.profile)]
    naming.send(sender=Membership, membership=membership, words=[name, handle, *words])


def _note_arrival(membership: Membership, community: Community, way: str, language: str) -> None:
    """When and how, in which language, and what was agreed to by it."""
    membership.joined_at, membership.came_by = timezone.now(), way
    membership.language = language
    agreed = accepted_by_joining(community)
    membership.accepted_rules, membership.accepted_terms = agreed.get(RULES), agreed.get(TERMS)


def _stored_before(membership: Membership, person: Member) -> Membership | None:
    """Store it; the membership that was faster, where the same person was here on another connection: a double
    submission. Raises HandleTaken."""
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        again: Membership | None = Membership.objects.filter(member=person).exclude(pk=membership.pk).first()
        if again is None:
            raise HandleTaken from error
        return again
    return None


def _way(invitation: Invitation | None, link: InvitationLink | None) -> str:
    """How somebody came in, for the team’s list."""
    if invitation is None:
        return _Way.OPEN if link is None else _Way.LINK
    if invitation.role:
        return _Way.TEAM
    if invitation.place_id:
        return _Way.WAITING
    return _Way.WAVE if invitation.wave_id else _Way.INVITATION


def refuse_to_join(
    community: Community,
    *,
    person: Member,
    invitation: Invitation | None = None,
    link: InvitationLink | None = None,
    as_team: bool = False,
) -> None:
    """Raises CannotJoin when this person may not become a member here now, LinkRefused when not by this link."""
    as_team = as_team or (invitation is not None and invitation.role in STAFF_ROLES)
    if not as_team:
        _refuse_by_state(community)
    if person.is_operator:
        raise CannotJoin(_("An operator has no presence in communities. Use another account."))
    barred = (_Status.SUSPENDED, _Status.BANNED)
    known = Membership.objects.filter(member_id=person.pk, status__in=barred) if person.pk else None
    status = known.values_list("status", flat=True).first() if known is not None else None
    if status == _Status.SUSPENDED:
        raise CannotJoin(_("Your membership is suspended. You can read what visitors read."))
    if status == _Status.BANNED:
        raise CannotJoin
    if is_reached(community, Quota.MEMBERS, community.member_count):
        raise CommunityFull
    if person.pk:
        refuse_asking_again(person, invitation=invitation)
    if link is not None:
        _refuse_link(link, person)
    elif invitation is None and not as_team and not joining_is_open(community):
        raise CannotJoin(_("This part opens later. For now one comes in by invitation."))


def _refuse_link(link: InvitationLink, person: Member) -> None:
    if not link.is_usable:
        raise LinkRefused
    if person.pk and not link.admits(person.email):
        raise LinkRefused(
            _("This link is for addresses at %(domains)s.") % {"domains": ", ".join(link.domains)}
        )


def _refuse_by_state(community: Community) -> None:
    if community.is_draft:
        raise CannotJoin(_("This community is being prepared. Come back when it opens."))
    if community.state == Community.State.CLOSED:
        raise CannotJoin(_("This community is closed: it can be read, but takes no new members."))
    if not community.takes_texts:
        raise CannotJoin(_("This community is read-only: everything can be read, nobody joins or writes."))


def refuse_under_age(community: Community, born: datetime.date) -> None:
    """Raises CannotJoin, with the words of any other refusal: nobody learns which date would do."""
    if community.minimum_age and age_on(born, timezone.localdate()) < community.minimum_age:
        raise CannotJoin


def age_on(born: datetime.date, day: datetime.date) -> int:
    """In years; somebody born on the 29th of February is a year older on the 1st of March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def joining_is_open(community: Community) -> bool:
    """Whether anybody may join, without an invitation."""
    return is_open(community, None, "join")


def open_waiting_door(email_address: EmailAddress, **_rest: Any) -> None:
    """The address is verified: activate the membership that waited for it, in the community in scope.

    Where the place is full by now it goes on waiting: joining again says so, until there is room.
    """
    if not in_scope():
        return
    with suppress(CommunityFull), transaction.atomic():
        _open_waiting_door(email_address)


def _open_waiting_door(email_address: EmailAddress) -> None:
    waiting = Membership.objects.filter(member_id=email_address.user_id, status=_Status.INVITED)
    if not waiting.exists():
        return
    locked_community(active_community_id())
    membership = waiting.first()
    if membership is None:
        return
    request = JoinRequest.objects.standing().select_related("link").filter(membership=membership).first()
    if request is not None and request.state == JoinRequest.State.UNPROVEN:
        community = Community.objects.get(pk=membership.community_id)
        if asks_by_hand(community) or not _lets_in(request, membership, community):
            submit_request(request)
            return
        request.delete()
    elif request is not None:
        return  # the team decides, or has decided
    _activate(membership)


def _lets_in(request: JoinRequest, membership: Membership, community: Community) -> bool:
    """Whether the link of a newcomer still holds; one that was used up meanwhile leaves it to the team."""
    if request.link is None:
        return True
    try:
        take_link(request.link, membership=membership)
    except LinkRefused:
        return joining_is_open(community)
    return True


def let_in_who_asked(request: JoinRequest, membership: Membership) -> None:
    """The team has approved a request: its membership begins now. Raises CommunityFull."""
    if request.link is not None:
        with suppress(LinkRefused):  # the word of the team weighs more than a quota
            take_link(request.link, membership=membership)
    membership.joined_at = timezone.now()
    _activate(membership)


def _activate(membership: Membership) -> None:
    membership.status = _Status.ACTIVE
    membership.save(update_fields=["status", "joined_at"])
    note_coming(membership)
    _welcome(membership)


def _welcome(membership: Membership) -> None:
    """Raises CommunityFull: of all who were let in at once the last may find no place."""
    if not take_place(membership.community_id):
        raise CommunityFull
    member_joined.send(sender=Membership, membership=membership)
