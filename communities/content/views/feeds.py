from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from communities.content.addresses import absolute_address
from communities.content.insets import told_insets
from communities.content.kinds import KINDS, Kind
from communities.content.managers import ThreadQuerySet
from communities.content.models import Post, Space, Tag, Thread
from communities.content.showing.syndication import (
    ENTRIES,
    Entry,
    Source,
    atom,
    post_entry,
    rss,
    thread_entry,
)
from communities.content.signing import co_signed_by, names_beside, with_names_beside
from communities.content.viewers import Viewer, public_viewer, readable_spaces
from communities.launch.features import is_open
from communities.middleware import CommunityRequest
from communities.models import Community, Membership
from communities.permissions import can_see_directory, public_page
from communities.reads import CompiledRead
from communities.redrawing import redrawn_when_changed

FORMATS = {"xml": (atom, "application/atom+xml"), "rss": (rss, "application/rss+xml")}
# Readers' programmes ask often; a quarter of an hour late is early enough.
CACHE = "public, max-age=900"


@dataclass(frozen=True)
class Chosen:
    """What a feed is about and where its page is."""

    about: str
    title: str
    address: str
    entries: list[Entry]
    description: str = ""
    language: str = ""


Chooser = Callable[[Community, Viewer, str], Chosen]


@public_page
@require_safe
def show_feed(request: CommunityRequest, suffix: str, kind: str = "", **about: str) -> HttpResponse:
    """The newest public things of the community, a kind, a space, a thread, a tag or a member; the same for everybody.
    304 if the client has this very document: one that lost an entry has no newer date.

    A kind's own URLconf names it as `kind`.
    """
    response = _feed(request, suffix, kind, **about)
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


@redrawn_when_changed
def _feed(request: CommunityRequest, suffix: str, kind: str, **about: str) -> HttpResponse:
    if suffix not in FORMATS:
        raise Http404
    community = request.community
    choose = _chooser(kind, about)
    chosen = choose(community, public_viewer(community), next(iter(about.values()), ""))
    write, content_type = FORMATS[suffix]
    source = Source(
        title=chosen.title,
        address=absolute_address(community, chosen.address),
        feed_address=absolute_address(community, request.path),
        about=chosen.about,
        description=chosen.description or community.tagline,
        language=chosen.language or community.language,
    )
    return _answer(write(community, source, chosen.entries), content_type)


def _chooser(kind: str, about: dict[str, str]) -> Chooser:
    if not kind:
        return next((chooser for name, chooser in _CHOOSERS.items() if name in about), _everything)
    of_a_kind = next((_OF_A_KIND[name] for name in about if name in _OF_A_KIND), _of_kind)
    return of_a_kind(KINDS[kind])


def _answer(document: bytes, content_type: str) -> HttpResponse:
    etag = f'"{hashlib.sha256(document).hexdigest()[:24]}"'
    response = HttpResponse(document, content_type=f"{content_type}; charset=utf-8")
    response.headers["Cache-Control"] = CACHE
    response.headers["ETag"] = etag
    return response


def _everything(community: Community, viewer: Viewer, _name: str) -> Chosen:
    entries = _entries(community, viewer, _newest(viewer))
    return Chosen("all", community.name, get_script_prefix(), entries)


def _of_kind(kind: Kind) -> Chooser:
    def choose(community: Community, viewer: Viewer, _name: str) -> Chosen:
        spaces = readable_spaces(community, viewer, kind.name)
        if not spaces:
            raise Http404
        entries = _entries(community, viewer, _newest(_within(viewer, spaces)))
        return Chosen(f"kind {kind.name}", f"{kind.label_many} – {community.name}", kind.list_url(), entries)

    return choose


def _of_space(kind: Kind) -> Chooser:
    def choose(community: Community, viewer: Viewer, slug: str) -> Chosen:
        for space in readable_spaces(community, viewer, kind.name):
            if space.slug == slug:
                entries = _entries(community, viewer, _newest(_within(viewer, [space])))
                title = f"{space.name} – {community.name}"
                about = f"space {space.pk}"
                return Chosen(
                    about, title, space.get_absolute_url(), entries, space.description, space.language
                )
        raise Http404

    return choose


def _of_thread(kind: Kind) -> Chooser:
    def choose(community: Community, viewer: Viewer, slug: str) -> Chosen:
        visible = Thread.objects.visible_to(viewer).of_kind(*kind.thread_names).select_related("space")
        thread: Thread = get_object_or_404(visible, slug=slug)
        posts = _latest_posts(thread.pk)
        told = told_insets([thread], community).get(thread.pk, "")
        entries = [post_entry(community, thread, post, told if post.is_body else "") for post in posts]
        title = f"{thread.title} – {community.name}"
        return Chosen(
            f"thread {thread.pk}", title, thread.get_absolute_url(), entries, language=thread.language
        )

    return choose


def _of_tag(community: Community, viewer: Viewer, slug: str) -> Chosen:
    if not is_open(community, None, "tags"):
        raise Http404
    tag: Tag = get_object_or_404(Tag.objects.seen_by(viewer), slug=slug)
    threads = Thread.objects.visible_to(viewer).tagged_before(tag.pk)
    entries = _entries(community, viewer, list(_for_feed(threads)))
    return Chosen(f"tag {tag.pk}", f"{tag.name} – {community.name}", tag.get_absolute_url(), entries)


def _of_member(community: Community, viewer: Viewer, handle: str) -> Chosen:
    open_here = is_open(community, None, "member_pages") and can_see_directory(community, None)
    person: Membership | None = Membership.objects.shown().with_handle(handle).first() if open_here else None
    if person is None:
        raise Http404
    threads, signed = Thread.objects.visible_to(viewer), co_signed_by(person)
    threads = threads.filter(Q(author=person) | Q(pk__in=signed)) if signed else threads.started_by(person.pk)
    address = f"{get_script_prefix()}members/{person.handle}/"
    return Chosen(
        f"member {person.pk}",
        f"{person.display_name} – {community.name}",
        address,
        _entries(community, viewer, list(_for_feed(threads.published_before()))),
    )


def _within(viewer: Viewer, spaces: list[Space]) -> Viewer:
    """The same reader, limited to some of the spaces that they may read."""
    return replace(viewer, space_ids=tuple(space.pk for space in spaces))


# What an entry says of its thread; the rest stays in the database.
_SAID = (
    "community",
    "space",
    "kind",
    "slug",
    "title",
    "inset",
    "published_at",
    "edited_at",
    "author",
    "author__community",
    "author__display_name",
)


def _for_feed(threads: ThreadQuerySet) -> ThreadQuerySet:
    return with_names_beside(threads.select_related("author").only(*_SAID).with_tags())[:ENTRIES]


_newest: CompiledRead[Thread] = CompiledRead(
    lambda viewer: _for_feed(Thread.objects.visible_to(viewer).published_before())
)
_bodies: CompiledRead[Post] = CompiledRead(
    lambda thread_ids: Post.objects.bodies_of(thread_ids).only(
        "community", "thread", "public_id", "body_html", "rewarded", "edited_at"
    )
)
_latest_posts: CompiledRead[Post] = CompiledRead(
    lambda thread_id: Post.objects.latest_in(thread_id).select_related("author")[:ENTRIES]
)


def _entries(community: Community, viewer: Viewer, rows: list[Thread]) -> list[Entry]:
    """The entries of these threads, with their first posts: one statement more."""
    spaces = {space.pk: space for space in readable_spaces(community, viewer)}
    bodies: dict[Any, Post] = {
        post.thread_id: post for post in _bodies(tuple([thread.pk for thread in rows]))
    }
    for thread in rows:
        thread.space = spaces[thread.space_id]
    told = told_insets(rows, community)
    return [
        thread_entry(
            community,
            thread,
            bodies.get(thread.pk),
            told.get(thread.pk, ""),
            names_beside(thread),
        )
        for thread in rows
    ]


def entries_of(community: Community, viewer: Viewer, threads: ThreadQuerySet) -> list[Entry]:
    """The newest of these threads as entries, for feeds that a kind brings."""
    return _entries(community, viewer, list(_for_feed(threads)))


def register_feed_of(name: str, chooser: Callable[[Kind], Chooser]) -> None:
    """A feed of one kind about something else than a space or a thread: `name` is what its address calls that.

    Raises ValueError for a name that another one has.
    """
    if _OF_A_KIND.setdefault(name, chooser) is not chooser:
        raise ValueError(f"feeds about {name!r} are there already")


_CHOOSERS: dict[str, Chooser] = {"tag": _of_tag, "handle": _of_member}
_OF_A_KIND: dict[str, Callable[[Kind], Chooser]] = {"space": _of_space, "thread": _of_thread}
