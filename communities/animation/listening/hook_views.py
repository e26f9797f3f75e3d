"""Where other tools send what they have found."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from communities.animation.listening.exceptions import MessageUnreadable, MessageUnsigned
from communities.animation.listening.hooks import HEADER, LARGEST, mentions_in
from communities.animation.listening.models import MentionSource
from communities.animation.listening.permissions import FEATURE
from communities.animation.listening.taking import take
from communities.launch.features import chosen_features
from communities.middleware import CommunityRequest
from communities.permissions import public_page


@csrf_exempt
@public_page
@require_POST
def receive_mentions(request: CommunityRequest, token: uuid.UUID) -> HttpResponse:
    """Signed on the raw body. What came before is answered 200 and changes nothing.

    The part is asked of the community and not of an audience: whoever sends is nobody’s member.
    """
    if FEATURE not in chosen_features(request.community):
        raise Http404
    sources = MentionSource.objects.living().filter(kind=MentionSource.Kind.HOOK)
    source = get_object_or_404(sources, token=token)
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if (announced.isdecimal() and int(announced) > LARGEST) or len(request.body) > LARGEST:
        return JsonResponse({"error": "too large"}, status=413)
    now = timezone.now()
    try:
        told = mentions_in(source, request.headers.get(HEADER, ""), request.body, now)
    except MessageUnsigned as refused:
        return JsonResponse({"error": str(refused)}, status=401)
    except MessageUnreadable as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    new = take(source, told, now=now)
    MentionSource.objects.filter(pk=source.pk).update(read_at=now)
    return JsonResponse({"new": new, "known": len(told) - new})
