"""Where shops send their orders."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from analytics.roi import services
from analytics.roi.exceptions import MessageRefused, SignatureRefused
from analytics.roi.models import OrderSource
from communities.middleware import CommunityRequest
from communities.permissions import public_page

MAX_BYTES = 1024 * 1024


@csrf_exempt
@public_page
@require_POST
def receive_order(request: CommunityRequest, token: uuid.UUID) -> HttpResponse:
    """Signed on the raw body. A message that was taken before is answered 200, so that its shop stops sending
    it, and changes nothing."""
    source = get_object_or_404(OrderSource.objects.exclude(kind=OrderSource.Kind.FILE), token=token)
    if len(request.body) > MAX_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        tally = services.receive_message(
            source, headers=headers, body=request.body, community=request.community
        )
    except SignatureRefused as refused:
        return JsonResponse({"error": str(refused)}, status=401)
    except MessageRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    if tally is None:
        return JsonResponse({"result": "taken before"})
    return JsonResponse({"result": "taken", "new": tally.new, "changed": tally.changed})
