"""What machines ask on the platform’s host: a web server about certificates, a mail service about what came back."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from communities.console.permissions import PROXY_HEADERS
from communities.console.reach.receiving import (
    NotSigned,
    check_mailgun,
    check_signature,
    receive_event,
    receive_mail,
)
from communities.lookups import NotAName, public_name
from communities.models import Community, Domain
from members.mails.reports.reading import MOST_BYTES


@require_safe
def answer_tls_ask(request: HttpRequest) -> HttpResponse:
    """Whether a certificate may be asked for: 200 for names that lead to us, 404 for all others.

    Otherwise anybody could point names here until the certificate authority refuses us. Asked from the own network
    only, by the proxy itself: what a proxy passes on comes from somebody else.
    """
    if not _is_neighbour(request):
        raise Http404
    if not _is_ours(request.GET.get("domain", "")):
        raise Http404
    return HttpResponse("yes\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def _is_neighbour(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    passed_on = any(request.headers.get(name) for name in PROXY_HEADERS)
    return (address.is_private or address.is_loopback) and not passed_on


def _is_ours(text: str) -> bool:
    if text.lower() in settings.PLATFORM_HOSTS:
        return True
    try:
        name = public_name(text)
    except NotAName:
        return False
    for platform in settings.PLATFORM_HOSTS:
        if name.endswith(f".{platform}"):
            slug = name.removesuffix(f".{platform}")
            return Community.objects.filter(slug=slug).exists()
    return Domain.objects.filter(host=name, verified=True, lost_at__isnull=True).exists()


@csrf_exempt
@require_POST
def take_mail(request: HttpRequest, provider: str) -> HttpResponse:
    """A mail that came back, or a message of a mail service about one; signed. Told twice, it counts once."""
    if not settings.MAIL_HOOK_SECRET or provider not in _READERS:
        raise Http404
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal() or int(announced) > MOST_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        is_new = _READERS[provider](request)
    except NotSigned:
        return JsonResponse({"error": "signature"}, status=401)
    except (ValueError, RecursionError):
        return JsonResponse({"error": "not readable"}, status=400)
    return JsonResponse({"result": "counted" if is_new else "nothing new"})


def _raw(request: HttpRequest) -> bool:
    check_signature(settings.MAIL_HOOK_SECRET, request.headers.get("X-Signature", ""), request.body)
    return receive_mail(request.body, sent_to=request.headers.get("X-Envelope-To", ""))


def _mailgun(request: HttpRequest) -> bool:
    event: Any = json.loads(request.body)
    if not isinstance(event, dict):
        raise ValueError
    check_mailgun(settings.MAIL_HOOK_SECRET, event)
    return receive_event(event)


_READERS = {"raw": _raw, "mailgun": _mailgun}
