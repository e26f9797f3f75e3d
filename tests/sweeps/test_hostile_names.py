"""Somebody writes a script into everything that has a name; it is shown as text everywhere, and runs nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils.html import escape

from communities.content import services
from communities.content.models import Attachment, Space, Tag, Thread
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from communities.texts.services import adopt
from tests.factories import make_reply, make_rules, make_thread
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import OPENS
from tests.sweeps.hostility import MARK, SCRIPT
from tests.sweeps.parsing import parse
from tests.sweeps.walking import visit
from tests.sweeps.world import World

READERS = ("visitor", "member", "owner")
PAGES = [route for route, address in COMMUNITY.items() if any(address.get[role] == OPENS for role in READERS)]
PROGRAM = re.compile(r"\s*(javascript|vbscript|data:text)", re.I)


@pytest.fixture
def hostile(world: World) -> Iterator[World]:
    """The world with another name for everything; written past the forms, which would refuse some of it."""
    named = {"name": SCRIPT[:80], "description": SCRIPT}
    legal = dict.fromkeys(
        ("publisher", "form", "address", "contact", "publication_director", "host", "dpo"), SCRIPT
    )
    with world.here.scope():
        Community.objects.filter(pk=world.here.community.pk).update(
            name=SCRIPT[:80],
            tagline=SCRIPT,
            about=SCRIPT,
            sender_name=SCRIPT[:80],
            legal=legal,
        )
        make_rules(SCRIPT, reason=SCRIPT)
        for kind in ("about", "welcome", "privacy"):
            adopt(world.here.community, kind, {"en": f"{SCRIPT}\n\n{{publisher}} {{place}}"}, by=None)
        Membership.objects.update(display_name=SCRIPT[:80], headline=SCRIPT, place=SCRIPT[:80], bio=SCRIPT)
        Space.objects.update(**named, prompt=SCRIPT)
        Tag.objects.filter(pk=world.tag.pk).update(name=SCRIPT[:60])
        Thread.objects.update(title=SCRIPT)
        Attachment.objects.update(alt=SCRIPT)
        _write(world)
    forget_all()
    yield world
    forget_all()


def _write(world: World) -> None:
    body = f'<p>{SCRIPT}<a href="javascript:alert(1)" onclick="x()" {MARK}="1">here</a></p>'
    picture = f'<p><img src="x" onerror="x()" alt="{escape(SCRIPT)}"><svg onload="x()"></svg></p>'
    for text, fmt in (
        (body, "html"),
        (SCRIPT, "markdown"),
        (f"[x](javascript:alert(1)) ![{SCRIPT}](x)", "markdown"),
        (picture, "html"),
    ):
        make_reply(world.thread, by=world.here.ambassador, body=text, body_format=fmt)
        make_thread(
            world.blog, by=world.here.member, title=SCRIPT, body=text, body_format=fmt, tags=[SCRIPT[:50]]
        )
    services.edit_post(world.post, by=world.here.member, body=body)


@pytest.mark.slow
def test_it_runs_nowhere(hostile: World) -> None:
    """One test for all pages: making the world costs more than reading it."""
    found = []
    for route in PAGES:
        address = COMMUNITY[route]
        path = hostile.here.prefix + address.path(route, hostile).replace("q=sails", "q=canary")
        for role in READERS:
            if address.get[role] == OPENS:
                seen = visit(hostile, role, "GET", path, OPENS)
                if not seen.response.streaming:
                    found += [f"{path} as {role}: {danger}" for danger in dangers(seen.response)]
    assert found == []


def test_it_runs_in_no_mail(hostile: World) -> None:
    with hostile.here.scope():
        community = Community.objects.get(pk=hostile.here.community.pk)
        one = Notification.objects.select_related(
            "membership__member", "thread__space", "post__author", "actor"
        )
        mail = build_mail(community, one.latest("id"))
    assert mail is not None
    assert "\n" not in mail.subject
    assert "\n" not in mail.from_email
    html = str(mail.alternatives[0].content)
    assert MARK in html
    assert list(_in_markup(html)) == []


def dangers(response: Any) -> list[str]:
    """What in an answer could run, or could not be read by the machine it is for."""
    kind = response.headers.get("Content-Type", "")
    text = response.content.decode(errors="replace")
    if "html" in kind:
        return list(_in_markup(text))
    if "xml" in kind:
        return list(_in_xml(response.content))
    if "json" in kind:
        json.loads(text)
    return []


def _in_markup(text: str) -> Iterator[str]:
    for one in parse(text).iter():
        if not isinstance(one.tag, str):
            continue
        if one.tag == "script" and one.get("type") == "application/ld+json":
            json.loads(one.text)
        for name, value in one.attrib.items():
            if name == MARK or str(name).startswith("on"):
                yield f"<{one.tag} {name}>"
            if name in ("href", "src", "action", "formaction", "srcset") and PROGRAM.match(value):
                yield f"{name}={value[:80]}"
        if one.tag == "a" and "54439" in (one.text or "") and "{{7" in text:
            yield "a template was filled in"


def _in_xml(content: bytes) -> Iterator[str]:
    tree = ElementTree.fromstring(content)
    yield from (f"<{one.tag}>" for one in tree.iter() if MARK in one.attrib)
    # Entries carry texts as HTML within, which a reader's program shows; what a channel says of itself is text.
    within = [one for entry in tree.iter("item") for one in entry]
    for one in [*tree.iter(), *within]:
        name = one.tag.rsplit("}", 1)[-1]
        if one.text and (
            one.get("type") == "html" or name == "encoded" or (one in within and name == "description")
        ):
            yield from _in_markup(one.text)
