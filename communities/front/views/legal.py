"""The legal texts, their versions, and what changed from one to another."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.texts.facts import identity_missing, identity_of
from communities.texts.kinds import TextKind, kinds
from communities.texts.models import TextVersion
from communities.texts.queries import compare, find_published, published_versions, read_text, show_content

# No text of its own: whom to write to follows from the legal identity.
CONTACT = "contact"
_CONTACT_TITLE = _("Contact")


@public_page
@require_safe
def show_legal(request: CommunityRequest, kind: str = "notice") -> HttpResponse:
    """One legal text as it holds now; where the owner has published none, what is proposed from the facts."""
    if kind == CONTACT:
        contact: dict[str, Any] = {
            "kind": kind,
            "title": _CONTACT_TITLE,
            "tabs": _tabs(),
            "identity": identity_of(request.community),
            "identity_missing": identity_missing(request.community),
        }
        return render(request, "front/show_contact.html", contact)
    text = _public_kind(kind)
    if not text.is_law:
        return HttpResponseRedirect(text.address())
    context: dict[str, Any] = {
        "kind": kind,
        "title": text.label,
        "tabs": _tabs(),
        "shown": read_text(request.community, text),
        "versions": published_versions(kind, before=_before(request)),
    }
    return render(request, "front/show_legal.html", context)


@public_page
@require_safe
def show_legal_version(request: CommunityRequest, kind: str, number: int) -> HttpResponse:
    """One version as it was published, whether it holds still, not yet, or no more."""
    text, version = _public_kind(kind), _published(kind, number)
    shown = show_content(request.community, text, version.content, version=version)
    versions = published_versions(kind, before=_before(request))
    former = next((one for one in published_versions(kind, before=number)), None)
    context = {"text": text, "version": version, "shown": shown, "versions": versions, "former": former}
    return render(request, "front/show_legal_version.html", context)


@public_page
@require_safe
def show_legal_difference(request: CommunityRequest, kind: str, older: int, newer: int) -> HttpResponse:
    """What was taken out and what was put in between two versions, word by word."""
    text = _public_kind(kind)
    first, second = _published(kind, older), _published(kind, newer)
    pieces = compare(request.community, first, second)
    context = {"text": text, "older": first, "newer": second, "pieces": pieces, "robots": "noindex"}
    return render(request, "front/show_legal_difference.html", context)


def _public_kind(kind: str) -> TextKind:
    text = kinds.get(kind)
    if text is None or not text.is_public:
        raise Http404
    return text


def _published(kind: str, number: int) -> TextVersion:
    version = find_published(kind, number)
    if version is None:
        raise Http404
    return version


def _tabs() -> list[tuple[str, Promise]]:
    return [*((text.name, text.label) for text in kinds if text.is_law), (CONTACT, _CONTACT_TITLE)]


def _before(request: CommunityRequest) -> int | None:
    """From which version on older ones are listed."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 9 else None
