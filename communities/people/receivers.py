"""What people hears of joining: somebody asks to be let in, somebody came through a link into a space."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space
from communities.content.services.following import follow_space
from communities.limits import without_limits
from communities.models import Membership
from communities.people.requests import tell_of_request
from communities.signals import arrived_by_link, member_asked


def listen() -> None:
    member_asked.connect(hear_of_request, dispatch_uid="people.member_asked")
    arrived_by_link.connect(follow_landing, dispatch_uid="people.arrived_by_link")


def hear_of_request(sender: type[Membership], membership: Membership, **_extra: Any) -> None:
    tell_of_request(membership)


def follow_landing(sender: type[Membership], membership: Membership, space_id: int, **_extra: Any) -> None:
    """Whoever comes through a link that leads into a space follows it from then on."""
    space = Space.objects.filter(pk=space_id, archived=False).first()
    if space is not None:
        # They asked to come in; the space was chosen by who made the link.
        with without_limits():
            follow_space(space, by=membership)
