"""A click-out is counted after its visitor has gone on: reading never writes, and a broker that is away must not
keep anybody from the shop."""

from __future__ import annotations

import logging
import uuid

from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from analytics.capture.filtering import agent_reason
from analytics.roi.models import Offer
from analytics.roi.tasks import count_click
from communities.middleware import CommunityRequest
from communities.models import Community

logger = logging.getLogger(__name__)


def is_person(request: CommunityRequest) -> bool:
    """Neither a robot, nor a browser that fetches ahead, nor the team trying its own link."""
    purpose = request.headers.get("sec-purpose", "") or request.headers.get("purpose", "")
    is_staff = bool(request.membership and request.membership.is_staff) or bool(
        getattr(request, "preview", None)
    )
    is_robot = agent_reason(request.headers.get("user-agent", "")[:512]) is not None
    return not is_robot and not is_staff and request.method == "GET" and "pre" not in purpose


def count_later(
    community: Community, offer: Offer, *, number: uuid.UUID | None, membership_id: int | None
) -> None:
    facts = {
        "community_id": community.pk,
        "offer_id": offer.pk,
        "at": timezone.now().isoformat(),
        "number": str(number or ""),
        "membership_id": membership_id,
    }

    def send() -> None:
        try:
            count_click.apply_async(kwargs=facts, retry=False)
        except OperationalError:
            logger.exception("a click-out was not counted", extra={"offer": offer.pk})

    transaction.on_commit(send)
