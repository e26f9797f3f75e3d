"""Every request that a script sends: by itself, or because somebody pressed; and what time can bring about between a
page and what it sends."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from communities.archive.models import Coming, Export
from communities.console.operator.opening import COOKIE, pass_for
from communities.content.models import State, Thread, UnsentText
from communities.content.services.keeping_unsent import MOST_UNSENT
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.transfer.models import Import
from moderation.services import decide_case
from tests.sweeps.world import World, a_picture

Change = Callable[[World], object]


@dataclass(frozen=True)
class Unasked:
    """What a page sends by itself: from which script, as whom, to a route of the tables of addresses. `gone`: what the
    thing that it is about may have become meanwhile."""

    script: str
    role: str
    route: str
    args: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] | None = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, Change] = field(default_factory=dict)
    on_platform: bool = False


def _decided(world: World) -> object:
    facts = {"act": "approve", "version": 1, "revision": 0, "ground": "", "reason": ""}
    return decide_case(world.case, by=world.here.moderator, **facts)


def _threads(**fields: Any) -> Change:
    def change(world: World) -> object:
        numbers = [world.thread.pk, world.draft.pk]
        return Thread.objects.filter(pk__in=numbers).update(**fields)

    return change


def _moved(world: World) -> object:
    return Thread.objects.filter(pk=world.thread.pk).update(space=world.office)


def _saved_elsewhere(world: World) -> object:
    return Thread.objects.filter(pk=world.draft.pk).update(version=41)


def _published(world: World) -> object:
    return Thread.objects.filter(pk=world.draft.pk).update(state=State.PUBLISHED, published_at=timezone.now())


def _full_of_drafts(world: World) -> object:
    rows = [UnsentText(membership=world.here.member, page="", path="") for _one in range(MOST_UNSENT)]
    return UnsentText.objects.bulk_create(rows)


def _full_and_locked(world: World) -> object:
    _full_of_drafts(world)
    return Thread.objects.filter(pk=world.thread.pk).update(locked=True)


DELETED = _threads(state=State.DELETED)
UNSENT = {
    "body": "Some words",
    "body_format": "markdown",
    "form_action": "/",
    "written_on": "/",
    "unsent": "",
}
WORDS = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html", "version": "0"}

UNASKED = (
    Unasked(
        "moderation.mjs",
        "moderator",
        "moderation/c/<slug:ref>/claim/",
        {"ref": "case.ref"},
        {},
        gone={"decided": _decided},
    ),
    Unasked(
        "posts.mjs",
        "member",
        "forums/t/<words:slug>/read/",
        {"slug": "thread.slug"},
        {"position": "1"},
        gone={"deleted": DELETED, "moved": _moved},
    ),
    Unasked("viewable.mjs", "visitor", "banners/seen/", data={"served": "1", "viewable": "1"}),
    Unasked(
        "write.mjs",
        "member",
        "drafts/<int:id>/",
        {"id": "draft.pk"},
        WORDS,
        gone={"published": _published, "deleted": DELETED, "saved elsewhere": _saved_elsewhere},
    ),
    Unasked("write.mjs", "member", "drafts/<int:id>/", {"id": "draft.pk"}, WORDS | {"title": ""}),
    Unasked("similar.mjs", "member", "search/suggest/", query="?q=mending"),
    Unasked("similar.mjs", "visitor", "search/suggest/", query="?q=mending"),
    Unasked(
        "editor/keeping.mjs",
        "member",
        "me/drafts/keep/",
        data=UNSENT,
        query="?about=reply:1",
        headers={"x-editor": "1"},
        gone={"deleted": DELETED, "full": _full_of_drafts},
    ),
    Unasked(
        "kept.mjs",
        "manager",
        "me/drafts/keep/",
        data={"source_en": "Words of ours", "form_action": "/", "written_on": "/", "unsent": ""},
        query="?about=form:0",
        headers={"x-editor": "1"},
        gone={"full": _full_of_drafts},
    ),
    Unasked("kept.mjs", "manager", "me/drafts/keep/", query="?about=form:0&path=/"),
    Unasked("hear.mjs", "member", "hear/", query="?t=bell"),
    Unasked(
        "away.mjs",
        "member",
        "forums/t/<words:slug>/reply/",
        {"slug": "thread.slug"},
        UNSENT,
        headers={"x-queued": "1"},
        gone={"deleted": DELETED, "moved": _moved, "locked": _threads(locked=True), "full": _full_and_locked},
    ),
    Unasked("away.mjs", "member", "offline/"),
    Unasked("door/keeping.mjs", "moderator", "events/e/<words:slug>/door/phone/", {"slug": "event.slug"}),
    Unasked(
        "door/ticks.mjs",
        "moderator",
        "events/e/<words:slug>/door/ticks/",
        {"slug": "event.slug"},
        {"tick": "1-1790000000000"},
    ),
    Unasked("finder.mjs", "member", "search/find/", query="?q=mending"),
    Unasked("finder.mjs", "visitor", "search/find/", query="?q=mending"),
    Unasked("editor/mentions.mjs", "member", "members/suggest/", query="?q=ha"),
    Unasked("tags.mjs", "member", "search/tags/", query="?q=ji"),
    Unasked("editor/signs.mjs", "member", "editor/<slug:version>.json", {"version": "=signs-en-old"}),
    Unasked("editor/start.mjs", "member", "editor/<slug:version>.json", {"version": "=en-old"}),
    Unasked("editor/start.mjs", "visitor", "editor/<slug:version>.json", {"version": "=xx"}),
    Unasked(
        "editor/rich.mjs", "member", "preview/", data={"body": "Some *words*", "body_format": "markdown"}
    ),
    Unasked("editor/rich.mjs", "member", "preview/", data={"body": "", "body_format": "markdown"}),
    Unasked(
        "editor/rich.mjs",
        "manager",
        "manage/texts/preview/<slug:language>/",
        {"language": "=fr"},
        {"body": "De {place}, {nonsense}.", "body_format": "markdown"},
    ),
    # What is no picture is refused in words.
    Unasked("editor/waiting.mjs", "member", "uploads/", data={}),
    Unasked("brand.mjs", "manager", "manage/brand/tones/", query="?colour=%2300a3a1"),
    Unasked("brand.mjs", "manager", "manage/brand/tones/", query="?colour=%2300a"),
    Unasked("brand_files.mjs", "manager", "manage/brand/colours/", data={"logo": a_picture}),
    Unasked("brand_files.mjs", "manager", "manage/brand/colours/", data={}),
    Unasked("watching.mjs", "manager", "manage/import/"),
    Unasked(
        "watching.mjs",
        "manager",
        "manage/import/<int:id>/",
        {"id": "brought.pk"},
        gone={"deleted": lambda _w: Import.objects.all().delete()},
    ),
    # The page that an act refused stands at the act’s address.
    Unasked("watching.mjs", "manager", "manage/import/<int:id>/run/", {"id": "rehearsed.pk"}),
    Unasked(
        "watching.mjs", "owner", "manage/export/", gone={"deleted": lambda _w: Export.objects.all().delete()}
    ),
    Unasked(
        "watching.mjs",
        "operator",
        "operator/import/<uuid:public_id>/",
        {"public_id": "coming.public_id"},
        gone={"deleted": lambda _w: Coming.objects.all().delete()},
        on_platform=True,
    ),
    Unasked("looking.mjs", "owner", "manage/domains/"),
    Unasked("looking.mjs", "owner", "manage/sender/"),
)

# By what it is sent to, in the words of the script.
BY_ITSELF = {
    "away.mjs": ["one.path", "page"],
    "brand.mjs": ["`${form.dataset.tones}?${new URLSearchParams(query)}`"],
    "brand_files.mjs": ["form.dataset.colours"],
    "door/keeping.mjs": ["phone"],
    "door/ticks.mjs": ["send"],
    "editor/keeping.mjs": ["area.dataset.keep"],
    "editor/mentions.mjs": ["address"],
    "editor/rich.mjs": ["box.area.dataset.preview"],
    "editor/signs.mjs": ["box.config.urls.signs"],
    "editor/start.mjs": ["address"],
    "editor/waiting.mjs": ["upload"],
    "finder.mjs": ["`${address}?q=${encodeURIComponent(words)}`"],
    "hear.mjs": ["path"],
    "kept.mjs": [
        "`${state.address}?${new URLSearchParams(asked)}`",
        "`${state.address}?about=${encodeURIComponent(state.about)}`",
    ],
    "looking.mjs": ["location.href"],
    "moderation.mjs": ["page().dataset.claim"],
    "posts.mjs": ["list.dataset.read"],
    "similar.mjs": ["`${near.dataset.near}?q=${encodeURIComponent(words)}`"],
    "tags.mjs": ["address"],
    "viewable.mjs": ["address", "address"],
    "watching.mjs": ["location.href"],
    "write.mjs": ["address"],
}
# Somebody has just pressed, dropped or pasted, and is told what came of it.
PRESSED = {
    "acts.mjs": ["path"],
    "devices.mjs": ["section.dataset.key"],
    "kept.mjs": ["thrown"],
    "parvis.mjs": ["path"],
    "editor/pictures.mjs": ["address", "urls.fetch", "urls.upload"],
}


def _of_community(**fields: Any) -> Change:
    def change(world: World) -> object:
        return Community.objects.filter(pk=world.here.community.pk).update(**fields)

    return change


def _of_people(**fields: Any) -> Change:
    """Everybody here, whoever sends it."""

    def change(_world: World) -> object:
        return Membership.objects.update(**fields)

    return change


TOMORROW = timezone.now() + datetime.timedelta(days=1)
# What the place and its people may have become.
CHANGES: dict[str, Change] = {
    "as it was": lambda _world: None,
    "suspended by the operator": _of_community(suspended_at=timezone.now()),
    "read-only": _of_community(state="read_only"),
    "closed": _of_community(state="closed"),
    "in preparation": _of_community(state="draft"),
    "about to be deleted": _of_community(state="read_only", deletes_at=TOMORROW),
    "all parts closed": _of_community(open_features=[]),
    "may only read": _of_people(read_only_until=TOMORROW),
    "blocked": _of_people(suspended_until=TOMORROW),
    "banned": _of_people(status="banned"),
    "without a role": _of_people(role="member"),
}
# Who sends it by now, or how.
SENDERS = ("signed out", "somebody else", "an old token", "in a preview", "the operator inside")


def sender(world: World, role: str, state: str) -> Client:
    """The browser of `role`, after what `state` says has happened in it."""
    client = Client(
        headers={"accept-language": "en", "x-unasked": "1"}, enforce_csrf_checks=state == "an old token"
    )
    by = {"signed out": "visitor", "somebody else": "newcomer", "in a preview": "manager"}.get(state, role)
    by = "visitor" if state == "the operator inside" else by
    client.cookies = type(client.cookies)(world.client(by).cookies.output(header="", sep=";"))
    if state == "in a preview":
        path = f"/manage/launch/stages/{world.stage.place}/preview/"
        assert client.post(world.here.url(path), {"audience": "visitor"}).status_code == 302
    if state == "the operator inside":
        client.cookies[COOKIE] = pass_for(world.opening_by_operator)
    forget_all()
    return client
