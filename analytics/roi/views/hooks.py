"""Where shops send their orders."""

from __future__ import annotations

import logging
import uuid

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from analytics.roi import services
from analytics.roi.exceptions import MessageRefused, SignatureRefused
from analytics.roi.hooks import is_trial
from analytics.roi.models import Delivery, OrderSource
from analytics.roi.tasks import take_message
from communities.middleware import CommunityRequest
from communities.permissions import public_page

logger = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024


@csrf_exempt
@public_page
@require_POST
def receive_order(request: CommunityRequest, token: uuid.UUID) -> HttpResponse:
    """Signed on the raw body. A message that came before is answered 200, so that its shop stops sending it, and
    changes nothing; the same goes for WooCommerce's test message, whose settings page would otherwise show an error."""
    source = get_object_or_404(OrderSource.objects.connected(), token=token)
    if _is_too_large(request):
        return JsonResponse({"error": "too large"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if is_trial(source.kind, headers, request.body):
        return JsonResponse({"result": "trial"})
    try:
        delivery, is_new = services.receive_message(source, headers=headers, body=request.body)
    except SignatureRefused as refused:
        return JsonResponse({"error": str(refused)}, status=401)
    except MessageRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    if delivery.sealed_rows:
        _take_later(delivery)
    return JsonResponse({"result": "received" if is_new else "received before"})


def _is_too_large(request: CommunityRequest) -> bool:
    """By what is announced, before anything is read; by what came where nothing is announced."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return (announced.isdecimal() and int(announced) > MAX_BYTES) or len(request.body) > MAX_BYTES


def _take_later(delivery: Delivery) -> None:
    """Hand the message to the worker; with a broker that is away it waits for the next round of the ledgers."""
    facts = {"community_id": delivery.community_id, "delivery_id": delivery.pk}

    def send() -> None:
        try:
            take_message.apply_async(kwargs=facts, retry=False)
        except OperationalError:
            logger.exception("a message of a shop waits", extra={"delivery": delivery.pk})

    transaction.on_commit(send)
