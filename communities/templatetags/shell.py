"""The frame around a page: it is the same on page after page, so it is drawn once and kept by all that it is made of.

A file of its own, because these tags remember; those of parvis.py do not.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from datetime import datetime
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
from communities.navigation import Frame
from communities.templatetags.parvis import distance

register = template.Library()

_common: Memory[str] = Memory(lambda: "", told=True)
# 5 kB each. A page that is kept may hold one that was drawn before it, so none depends on anything but its key.
_parts: Memory[str] = Memory(lambda: "", size=2048, lifetime=60.0, told=True)
# Some 700 bytes each: the lines of a home page are the same on page after page.
_pieces: Memory[str] = Memory(lambda: "", size=2048, lifetime=600.0, told=True)
# What each of them shows of the frame.
_MADE_OF = {
    "components/top.html": ("menu", "more", "acts", "search", "desk", "account"),
    "components/foot.html": ("foot",),
    "components/dock.html": ("dock",),
}
# Stand for the token of a form, and for the page's own address, inside a part that is remembered. Nobody can write
# them: in a menu's link to elsewhere, the first would carry the token of whoever presses it.
TOKEN, HERE = (f"\ue000{secrets.token_hex(16)}\ue000" for _ in range(2))


@register.simple_tag(takes_context=True)
def common_part(context: template.Context, name: str) -> SafeString:
    """Include a part that is the same for everybody in a community, members too."""
    community = context.get("community")
    if community is None:
        return _drawn(context, name, HERE)
    key = (name, community.pk, fingerprint(community), get_language(), get_script_prefix())
    return SafeString(_common.keep(key, lambda: _drawn(context, name, HERE)))


@register.simple_tag(takes_context=True)
def frame_part(context: template.Context, name: str) -> SafeString:
    """Include a part of the frame, kept by all that it is made of: the reader’s places with what waits there, and their
    portrait; the page’s address and the form’s token are filled in.

    The part may use `here` for the page's address, and must not depend on anything else of the request.
    """
    request: HttpRequest | None = context.get("request")
    here = escape(request.get_full_path()) if request is not None else ""
    if request is None or context.get("community") is None:
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
        request.user.is_authenticated,
    )
    with context.push(csrf_token=TOKEN):
        text = _parts.keep(key, lambda: _drawn(context, name, HERE))
    text = text.replace(HERE, here)
    return SafeString(text.replace(TOKEN, str(context["csrf_token"])) if TOKEN in text else text)


def kept_piece(context: template.Context, name: str, *made_of: Any) -> SafeString:
    """A template drawn with this context, kept by the values it is made of, for tags that say what these are.

    It must depend on nothing else but the community, what is open in it, the language and these values; a moment is one
    of them together with the words in which it is said.
    """
    now = timezone.now()
    key = (
        name,
        fingerprint(context["community"]),
        context["open_features"],
        get_language(),
        get_script_prefix(),
        *[(value, distance(value, now)) if isinstance(value, datetime) else value for value in made_of],
    )
    return SafeString(_pieces.keep(key, lambda: _drawn(context, name, HERE)))


def piece(context: template.Context, name: str) -> SafeString:
    """A template drawn with this context, for tags that keep it for some readers and not for all."""
    return _drawn(context, name, "")


def _told(places: Any) -> Hashable:
    return tuple(places) if isinstance(places, list) else places


def _drawn(context: template.Context, name: str, here: str) -> SafeString:
    assert context.template is not None
    with context.push(here=SafeString(here)):
        return context.template.engine.get_template(name).render(context)
