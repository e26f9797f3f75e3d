"""Asking to be let in: the questions of the community, and the request that the team decides.

How a community lets people in stands in `Community.settings["joining"]`: `by_hand`, and `questions`, a list of texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.launch.exceptions import CannotJoin
from communities.launch.models import Invitation, InvitationLink, JoinRequest
from communities.models import Community, Membership
from communities.signals import member_asked
from members.models import Member

MOST_QUESTIONS = 5


def asks_by_hand(community: Community) -> bool:
    """Whether the team approves each newcomer."""
    return bool(community.settings.get("joining", {}).get("by_hand"))


def questions_of(community: Community) -> list[str]:
    """What newcomers are asked; nothing where the team does not read the answers."""
    if not asks_by_hand(community):
        return []
    return [str(one) for one in community.settings.get("joining", {}).get("questions", [])]


def ask_to_join(
    membership: Membership,
    *,
    answers: Sequence[Mapping[str, str]],
    link: InvitationLink | None,
    proven: bool,
) -> JoinRequest:
    """Keep the request of a membership that waits; the team sees it once the address is proven."""
    request: JoinRequest
    request, _made = JoinRequest.objects.standing().update_or_create(
        membership=membership,
        defaults={
            "answers": [dict(one) for one in answers],
            "link": link,
            "state": JoinRequest.State.UNPROVEN,
            "asked_at": timezone.now(),
            "decided_by": None,
            "decided_at": None,
            "word": "",
        },
    )
    if proven:
        submit_request(request)
    return request


def submit_request(request: JoinRequest) -> None:
    """The address is proven: the team is told."""
    request.state = JoinRequest.State.ASKED
    request.save(update_fields=["state"])
    member_asked.send(sender=Membership, membership=request.membership)


def refuse_asking_again(person: Member, *, invitation: Invitation | None) -> None:
    """Raises CannotJoin while a request waits for the team, and for a while after it was declined; an invitation
    goes before both."""
    if invitation is not None:
        return
    request = JoinRequest.objects.filter(membership__member_id=person.pk).order_by("-id").first()
    if request is None:
        return
    if request.state == JoinRequest.State.ASKED:
        raise CannotJoin(_("The team has your request. You will hear from us by e-mail."))
    again = request.may_ask_again_at
    if again is not None:
        day = date_format(timezone.localtime(again), "DATE_FORMAT")
        raise CannotJoin(
            _("The team has declined your request. You can ask again from %(day)s.") % {"day": day}
        )
