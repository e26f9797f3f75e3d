"""The frame around a page: for visitors it is the same on page after page, so it is drawn once a second.

A file of its own, because these tags remember; those of parvis.py do not.
"""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from communities.memory import Memory
from communities.models import fingerprint
from communities.navigation import Frame, marked_in_the_frame

register = template.Library()

_parts: Memory[str] = Memory(lambda: "", told=True)
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
        return _drawn(context, name, here)
    match = request.resolver_match
    marked = request.path if match and match.view_name in marked_in_the_frame() else ""
    frame: Frame = context["places"]
    places = tuple((place.url, place.current) for place in frame.header)
    features = context.get("open_features") or frozenset()
    return SafeString(_remembered(context, name, marked, places, features).replace(HERE, here))


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
