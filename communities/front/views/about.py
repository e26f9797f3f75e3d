"""About the community, its rules, and the legal pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.permissions import public_page

LEGAL_TITLES = {
    "notice": _("Legal notice"),
    "terms": _("Terms and conditions"),
    "privacy": _("Privacy"),
    "cookies": _("Cookies"),
    "accessibility": _("Accessibility"),
    "contact": _("Contact"),
}
# What the French law on confidence in the digital economy asks of a publisher, in its order.
IDENTITY = (
    ("publisher", _("Publisher")),
    ("form", _("Legal form")),
    ("registration", _("Registration")),
    ("address", _("Address")),
    ("phone", _("Telephone")),
    ("contact", _("E-mail address")),
    ("publication_director", _("Publication director")),
    ("host", _("Host")),
    ("dpo", _("Data protection officer")),
)


@public_page
@require_safe
def show_about(request: CommunityRequest) -> HttpResponse:
    """About the community, in one minute."""
    team = list(Membership.objects.shown().team().order_by("joined_at", "id")[:12])
    return render(request, "front/show_about.html", {"team": team, "identity": _identity(request)})


@public_page
@require_safe
def show_help(request: CommunityRequest) -> HttpResponse:
    return render(request, "front/show_help.html")


@public_page
@require_safe
def show_rules(request: CommunityRequest) -> HttpResponse:
    return render(
        request, "front/show_rules.html", {"house_rules": request.community.settings.get("rules", [])}
    )


@public_page
@require_safe
def show_legal(request: CommunityRequest, kind: str = "notice") -> HttpResponse:
    """One legal text; what the community wrote itself stands in `legal["texts"]`."""
    if kind not in LEGAL_TITLES:
        raise Http404
    texts = request.community.legal.get("texts", {})
    context = {
        "kind": kind,
        "title": LEGAL_TITLES[kind],
        "titles": LEGAL_TITLES.items(),
        "identity": _identity(request),
        "text": texts.get(kind) or (request.community.legal.get("notice", "") if kind == "notice" else ""),
    }
    return render(request, "front/show_legal.html", context)


def _identity(request: CommunityRequest) -> list[tuple[Any, str]]:
    legal = request.community.legal
    return [(label, str(legal[name])) for name, label in IDENTITY if legal.get(name)]
