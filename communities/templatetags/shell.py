"""The frame around a page: it is the same on page after page, so it is drawn once and kept by all that it is made of.

A file of its own, because these tags remember; those of parvis.py do not.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Hashable, Iterable
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
from communities.navigation import Frame, Who
from communities.templatetags.parvis import distance

logger = logging.getLogger(__name__)
register = template.Library()

_common: Memory[str] = Memory(lambda: "", told=True)
# A page that is kept may hold one that was drawn before it, so none depends on anything but its key.
_parts: Memory[str] = Memory(lambda: "", size=2048, lifetime=60.0, told=True)
# Lines: those of a home page are the same on page after page.
_pieces: Memory[str] = Memory(lambda: "", size=2048, lifetime=600.0, told=True)
# Sections of home pages, each of which holds many lines.
_sections: Memory[str] = Memory(lambda: "", size=256, lifetime=600.0, told=True)
# What each of them shows of the frame.
_MADE_OF = {
    "components/top.html": ("menu", "more", "acts", "search", "desk", "account"),
    "components/foot.html": ("foot",),
    "components/dock.html": ("dock",),
}
_visitors_places: Memory[Hashable] = Memory(lambda: None, size=2048, lifetime=60.0, told=True)
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
    if request is None or context.get("community") is None:
        return _drawn(context, name, escape(request.get_full_path()) if request is not None else "")
    frame: Frame = context["places"]
    person = context.get("membership")
    key = (
        name,
        fingerprint(context["community"]),
        get_language(),
        get_script_prefix(),
        timezone.now().year,
        _places_of(frame, name),
        person and (person.portrait, person.drawing, person.handle, person.display_name),
        request.user.is_authenticated,
    )
    with context.push(csrf_token=TOKEN):
        text = _parts.keep(key, lambda: _drawn(context, name, HERE))
    if HERE in text:
        text = text.replace(HERE, escape(request.get_full_path()))
    return SafeString(text.replace(TOKEN, str(context["csrf_token"])) if TOKEN in text else text)


class NotAlone(Exception):
    """A piece depends on the request that it was drawn for."""


class Strictness:
    """Whether a piece that must not be kept raises, as it does in tests; otherwise that is logged."""

    is_strict = False


def kept_piece(context: template.Context, name: str, *made_of: Any) -> SafeString:
    """A template drawn with this context, kept by the values it is made of, for tags that say what these are.

    It must depend on nothing else but the community, what is open in it, the language and these values; a moment is one
    of them together with the words in which it is said. With the page’s own address or a form’s token in it, which are
    others for each request, it is not kept. Raises NotAlone for such a piece in tests.
    """
    return _kept_in(_pieces, context, name, made_of)


def kept_section(context: template.Context, name: str, *made_of: Any) -> SafeString:
    """The same for a section of a page, of which there are fewer, and larger ones."""
    return _kept_in(_sections, context, name, made_of)


def _kept_in(
    memory: Memory[str], context: template.Context, name: str, made_of: tuple[Any, ...]
) -> SafeString:
    now = timezone.now()
    key = (
        name,
        fingerprint(context["community"]),
        context["open_features"],
        get_language(),
        get_script_prefix(),
        *[(value, distance(value, now)) if isinstance(value, datetime) else value for value in made_of],
    )
    text = memory.peek(key)
    if text is None:
        with context.push(csrf_token=TOKEN):
            text = _drawn(context, name, HERE)
        if HERE in text or TOKEN in text:
            return _of_this_request(context, name)
        memory.put(key, text)
    return SafeString(text)


def _of_this_request(context: template.Context, name: str) -> SafeString:
    problem = NotAlone(f"{name} shows the address of its page or the token of a form, and is kept")
    if Strictness.is_strict:
        raise problem
    logger.error("a piece is not kept", exc_info=problem)
    request: HttpRequest | None = context.get("request")
    return _drawn(context, name, escape(request.get_full_path()) if request is not None else "")


@register.simple_tag(takes_context=True)
def breadcrumbs(context: template.Context) -> SafeString:
    """`{% breadcrumbs %}`: components/breadcrumbs.html, kept. Arguments, from the page: crumbs."""
    told = tuple([(crumb.get("url", ""), str(crumb["label"])) for crumb in context["crumbs"]])
    return kept_piece(context, "components/breadcrumbs.html", told)


@register.simple_tag(takes_context=True)
def tabs(context: template.Context) -> SafeString:
    """`{% tabs %}`: components/tabs.html, kept: for views that are the same on page after page. Arguments, from the
    page: label, tabs."""
    told = [(tab["url"], str(tab["label"]), tab["current"], tab.get("count", 0)) for tab in context["tabs"]]
    return kept_piece(context, "components/tabs.html", str(context["label"]), tuple(told))


# What says where one can go on to from a page of a list.
_WAYS = ("newer_url", "older_url", "newer", "older", "position")


@register.simple_tag(takes_context=True)
def pager(context: template.Context) -> SafeString:
    """`{% pager %}`: components/pager.html, kept, and nothing where there is one page. Arguments, from the page: its
    own."""
    told = [context.get(name) for name in _WAYS]
    if not told[0] and not told[1]:
        return SafeString("")
    return kept_piece(context, "components/pager.html", *[one and str(one) for one in told])


# What the lines of a page that is shared say beside its community.
_SHARED = (
    "page_title",
    "page_description",
    "canonical_url",
    "share_image",
    "share_type",
    "share_width",
    "share_height",
    "LANGUAGE_CODE",
)


@register.simple_tag(takes_context=True)
def share_lines(context: template.Context) -> SafeString:
    """`{% share_lines %}`: components/share.html, kept where the page is a community’s. Arguments: its own."""
    if context.get("community") is None:
        return _drawn(context, "components/share.html", "")
    told = [context.get(name) for name in _SHARED]
    return kept_piece(context, "components/share.html", *[one and str(one) for one in told])


def piece(context: template.Context, name: str) -> SafeString:
    """A template drawn with this context, for tags that keep it for some readers and not for all."""
    return _drawn(context, name, "")


class _Places(tuple[Hashable, ...]):
    """What a part shows of the frame, whose number in a dictionary is computed once."""

    def __new__(cls, values: Iterable[Hashable]) -> _Places:
        made = super().__new__(cls, values)
        made._hash = hash(tuple(made))
        return made

    _hash: int

    def __hash__(self) -> int:
        return self._hash


def _places_of(frame: Frame, name: str) -> Hashable:
    """For visitors kept by what it follows from: on each page of theirs it would be put together again."""
    if frame.reader is not Who.VISITOR:
        return _told_places(frame, name)
    key = (name, fingerprint(frame.community), frame.reading, frame.request.path, *frame.asked)
    return _visitors_places.keep(key, lambda: _told_places(frame, name))


def _told_places(frame: Frame, name: str) -> _Places:
    return _Places([_told(getattr(frame, part)) for part in _MADE_OF[name]])


def _told(places: Any) -> Hashable:
    return tuple(places) if isinstance(places, list) else places


def _drawn(context: template.Context, name: str, here: str) -> SafeString:
    assert context.template is not None
    with context.push(here=SafeString(here)):
        return context.template.engine.get_template(name).render(context)
