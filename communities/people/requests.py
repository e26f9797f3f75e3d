"""Requests to join: the team reads, approves or declines with a word, and says how people come in at all."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.models import JoinRequest
from communities.launch.permissions import can_edit_links
from communities.launch.services import let_in_who_asked
from communities.launch.services.asking import MOST_QUESTIONS
from communities.mails import page_address, speaking
from communities.memory import forget_all
from communities.models import MANAGING_ROLES, Community, Membership
from communities.notices import About
from communities.notifications.emails import DECISION_TO_STRANGER, personal_message
from communities.notifications.services import tell
from communities.people.exceptions import AlreadyDecided
from communities.people.notices import JoinAccepted, JoinRequested, about_requests
from communities.people.permissions import can_approve_join_request
from communities.people.services import end_membership
from communities.queries import locked_community
from members.mails.outbox import post


def tell_of_request(membership: Membership) -> None:
    """One line for each of those who decide; all who wait are one line."""
    team = Membership.objects.active().in_roles(MANAGING_ROLES)
    deciding = [person.pk for person in team if can_approve_join_request(person)]
    tell(JoinRequested, deciding, about_requests(membership))


@transaction.atomic
def approve_request(request: JoinRequest, *, by: Membership, word: str = "") -> Membership:
    """Let somebody in, who is told so with the word. Raises NotAllowed, AlreadyDecided."""
    request = _to_decide(request, by)
    membership: Membership = Membership.objects.select_for_update(of=("self",)).get(pk=request.membership_id)
    _decide(request, JoinRequest.State.APPROVED, by=by, word=word)
    let_in_who_asked(request, membership)
    record(by, "request_approved", what=membership.display_name, about=str(membership.pk))
    tell(JoinAccepted, [membership.pk], About(actor=by, path="/", occasion=str(request.decided_at)))
    return membership


@transaction.atomic
def decline_request(request: JoinRequest, *, by: Membership, word: str = "") -> None:
    """Let somebody wait outside: they get a mail with the word, and may ask again after a month. What they said of
    themselves is deleted. Raises NotAllowed, AlreadyDecided."""
    request = _to_decide(request, by)
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=request.membership_id)
    _write_of_decline(membership, word)
    # The request goes with its person, answers and all; what stays says from when they may ask again.
    end_membership(membership)
    JoinRequest.objects.standing().filter(membership=membership).delete()
    JoinRequest.objects.create(
        membership=membership,
        state=JoinRequest.State.DECLINED,
        asked_at=request.asked_at,
        decided_at=timezone.now(),
        decided_by=by,
        word=word,
    )
    record(by, "request_declined", what=_("Request no. %(n)s") % {"n": request.pk}, about=str(membership.pk))


def _to_decide(request: JoinRequest, by: Membership) -> JoinRequest:
    if not can_approve_join_request(by):
        raise NotAllowed
    # As whoever leaves or joins does: the community before its people.
    locked_community(request.community_id)
    locked: JoinRequest = JoinRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state != JoinRequest.State.ASKED or locked.membership.is_active:
        raise AlreadyDecided
    return locked


def _decide(request: JoinRequest, state: str, *, by: Membership, word: str) -> None:
    request.state, request.word, request.decided_by = state, word, by
    request.decided_at = timezone.now()
    request.save(update_fields=["state", "word", "decided_by", "decided_at"])


def _write_of_decline(membership: Membership, word: str) -> None:
    if membership.member is None:
        return
    community = Community.objects.get(pk=membership.community_id)
    with speaking(community, membership.language or membership.member.language):
        lead = _("The team of %(name)s has declined your request to join.") % {"name": community.name}
        message = personal_message(
            community,
            to=membership.member.email,
            subject=_("About your request to join"),
            lead=f"{lead} {word}".strip(),
            url=page_address(community, "launch:join-community"),
        )
    post(message, kind=DECISION_TO_STRANGER, community_id=community.pk)


@transaction.atomic
def edit_joining(
    community: Community, *, by: Membership, by_hand: bool, questions: Sequence[str]
) -> Community:
    """Say whether the team approves newcomers, and what they are asked. Who waits already goes on waiting.

    Raises NotAllowed.
    """
    if not can_edit_links(by):
        raise NotAllowed
    locked = locked_community(community)
    before = dict(locked.settings.get("joining", {}))
    after = {"by_hand": by_hand, "questions": [one for one in questions if one][:MOST_QUESTIONS]}
    if record(by, "joining_edited", before=before, after=after) is not None:
        locked.settings = locked.settings | {"joining": after}
        locked.save(update_fields=["settings", "updated_at"])
        transaction.on_commit(forget_all)
    return locked
