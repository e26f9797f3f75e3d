"""Click-outs are counted after their visitor has been redirected: reading never writes, and an unreachable broker
must not keep anybody from the shop."""

from __future__ import annotations

import logging
import uuid

from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from analytics.capture.filtering import is_machine
from analytics.capture.models import Kind
from analytics.capture.recording import address_of, record_event
from analytics.roi.models import Offer
from analytics.roi.tasks import count_click
from communities.middleware import CommunityRequest
from communities.models import Community
from communities.promotions.counting import FAILURES, follow_once

logger = logging.getLogger(__name__)


def is_person(request: CommunityRequest) -> bool:
    """Neither a robot, nor a browser that fetches ahead, nor the team trying its own link."""
    purpose = request.headers.get("sec-purpose", "") or request.headers.get("purpose", "")
    is_staff = bool(request.membership and request.membership.is_staff) or bool(
        getattr(request, "preview", None)
    )
    is_robot = is_machine(request.headers.get("user-agent", ""))
    return not is_robot and not is_staff and request.method == "GET" and "pre" not in purpose


def number_for(request: CommunityRequest, offer: Offer) -> uuid.UUID:
    """The number of a click that may be linked with an order; the same for half an hour, so that it counts once."""
    try:
        _is_new, number = follow_once(
            offer.community_id, f"number:{offer.pk}", visitor=_visitor(request), value=str(uuid.uuid4())
        )
        return uuid.UUID(number)
    except (*FAILURES, ValueError):
        return uuid.uuid4()


def is_click(request: CommunityRequest, offer: Offer, number: uuid.UUID | None) -> bool:
    """Whether this is to be counted: by a person, once for each and half hour. Programs are counted apart."""
    if not is_person(request):
        if request.method == "GET" and is_machine(request.headers.get("user-agent", "")):
            record_event(request, Kind.OFFER_CLICK, object_id=offer.pk)
        return False
    try:
        link = f"offer:{offer.pk}:{number or ''}"
        return follow_once(offer.community_id, link, visitor=_visitor(request))[0]
    except FAILURES as failure:
        logger.warning("a click-out may be counted twice", extra={"reason": str(failure)})
        return True


def _visitor(request: CommunityRequest) -> str:
    """Who follows a link, as far as an address and a browser tell; only a fingerprint of it is kept."""
    member = request.membership.pk if request.membership else ""
    return f"{address_of(request.META)}|{request.headers.get('user-agent', '')}|{member}"


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
