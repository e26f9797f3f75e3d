"""The frame around a page: for visitors it is the same on page after page, so it is drawn once a second.

A file of its own, because these tags remember; those of parvis.py do not.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from communities.memory import Memory
from communities.models import fingerprint
from communities.navigation import Frame, marked_in_the_frame

register = template.Library()

_parts: Memory[str] = Memory(lambda: "", told=True)
# Those of people who are signed in, 5 kB each: they depend on nothing that is not in their key.
_own_parts: Memory[str] = Memory(lambda: "", size=1024, lifetime=60.0, told=True)
# What each of them shows of the frame.
_MADE_OF = {
    "components/top.html": ("menu", "more", "acts", "search", "desk", "account"),
    "components/foot.html": ("foot",),
    "components/dock.html": ("dock",),
}
# Stands for the token of a form, as HERE for the address.
TOKEN = "\ue002"  # noqa: S105 - a sign, no secret
# Stands for the page's own address inside a part that is remembered; a sign that no text contains.
HERE = "\ue000"


@register.simple_tag(takes_context=True)
def common_part(context: template.Context, name: str) -> SafeString:
    """Include a part that is the same for everybody in a community, members too."""
    return _remembered(context, name)


@register.simple_tag(takes_context=True)
def visitor_part(context: template.Context, name: str) -> SafeString:
    """Include a part that is the same for all visitors; for people who are signed in it is rendered each time.

    The part may use `here` for the page's address, and must not depend on anything else of the request than the
    current place of the navigation and what is open to visitors.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or context.get("community") is None:
        return _drawn(context, name, escape(request.get_full_path()) if request else "")
    here = escape(request.get_full_path())
    if context.get("membership") is not None or request.user.is_authenticated:
        return _own_part(context, name, here)
    match = request.resolver_match
    marked = request.path if match and match.view_name in marked_in_the_frame() else ""
    frame: Frame = context["places"]
    places = tuple((place.url, place.current) for place in frame.header)
    features = context.get("open_features") or frozenset()
    return SafeString(_remembered(context, name, marked, places, features).replace(HERE, here))


def _own_part(context: template.Context, name: str, here: str) -> SafeString:
    """A part for somebody who is signed in, kept by all that it is made of: their places with what waits there, and
    their portrait; the page’s address and the form’s token are filled in.
    """
    if name not in _MADE_OF or context.get("community") is None:
        return _drawn(context, name, here)
    frame: Frame = context["places"]
    person = context.get("membership")
    key = (
        name,
        fingerprint(context["community"]),
        get_language(),
        get_script_prefix(),
        timezone.now().year,
        tuple([_told(getattr(frame, part)) for part in _MADE_OF[name]]),
        person and (person.portrait, person.drawing, person.handle),
    )
    with context.push(csrf_token=TOKEN):
        text = _own_parts.keep(key, lambda: _drawn(context, name, HERE))
    text = text.replace(HERE, here)
    return SafeString(text.replace(TOKEN, str(context["csrf_token"])) if TOKEN in text else text)


def _told(places: Any) -> Hashable:
    return tuple(places) if isinstance(places, list) else places


def _remembered(context: template.Context, name: str, *facts: object) -> SafeString:
    community = context.get("community")
    if community is None:
        return _drawn(context, name, HERE)
    key = (name, community.pk, fingerprint(community), get_language(), get_script_prefix(), *facts)
    return SafeString(_parts.keep(key, lambda: _drawn(context, name, HERE)))


def _drawn(context: template.Context, name: str, here: str) -> SafeString:
    assert context.template is not None
    with context.push(here=SafeString(here)):
        return context.template.engine.get_template(name).render(context)
