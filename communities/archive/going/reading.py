"""The pages to read of an export: plain HTML without scripts, that any browser opens from the disk.

What visitors could read stands at the top; what only members, roles or the team could read stands under `inside/`, so
that the first part can be put on a web server as it is. Drafts and what was held or withdrawn are in neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from communities.archive.going.files import FOLDER, to_name
from communities.content.attachments import path_of
from communities.content.models import Attachment, Post, Space, State, Thread
from communities.content.nesting import nested
from communities.content.showing.syndication import told_html
from communities.content.viewers import public_viewer
from communities.models import Community
from communities.queries import community_root
from communities.scoping import community_scope

# Threads on a list, and posts on a page.
THREADS_PER_PAGE = 200
POSTS_PER_PAGE = 200
HTML = "html"
INSIDE = "inside"
_PICTURE = re.compile(r"/~/media/([0-9a-f-]{36})/([\w.-]+)")


@dataclass(frozen=True)
class Page:
    name: str
    text: str


class Reader:
    """Makes the pages of one community, each list of threads in a transaction of its own."""

    def __init__(self, community: Community, made_on: str) -> None:
        self.community = community
        self.root = community_root(community)
        self.made_on = made_on

    def pages(self) -> Iterator[Page]:
        with community_scope(self.community):
            public = set(public_viewer(self.community).space_ids)
            spaces = nested(Space.objects.in_order())
            yield Page(f"{HTML}/style.css", render_to_string("archive/read/style.css"))
        for within, chosen in (
            ("", [one for one in spaces if one.pk in public]),
            (f"{INSIDE}/", [one for one in spaces if one.pk not in public]),
        ):
            yield self._page(f"{within}index.html", "index", within, spaces=chosen, rest=not within)
            for space in chosen:
                yield from self._space(space, within)

    def _space(self, space: Space, within: str) -> Iterator[Page]:
        number, after = 1, None
        while True:
            with community_scope(self.community):
                threads = self._threads(space, after)
                rows, more = threads[:THREADS_PER_PAGE], len(threads) > THREADS_PER_PAGE
                newer = _list_name(space, number - 1) if number > 1 else ""
                older = _list_name(space, number + 1) if more else ""
                yield self._page(
                    f"{within}spaces/{_list_name(space, number)}",
                    "space", within, 1, space=space, threads=rows, newer=newer, older=older,
                )  # fmt: skip
                for thread in rows:
                    yield from self._thread(thread, space, within)
            if not more:
                return
            after, number = rows[-1], number + 1

    def _threads(self, space: Space, after: Thread | None) -> list[Thread]:
        found = space.threads.filter(state=State.PUBLISHED, published_at__isnull=False)
        if after is not None:
            found = found.filter(published_at__lte=after.published_at).exclude(
                published_at=after.published_at, pk__gte=after.pk
            )
        newest = found.select_related("author").order_by("-published_at", "-pk")
        return list(newest[: THREADS_PER_PAGE + 1])

    def _thread(self, thread: Thread, space: Space, within: str) -> Iterator[Page]:
        posts = Post.objects.filter(thread=thread, state=State.PUBLISHED).select_related("author")
        after, number = 0, 1
        while True:
            found = list(posts.filter(position__gt=after).order_by("position")[: POSTS_PER_PAGE + 1])
            rows, more = found[:POSTS_PER_PAGE], len(found) > POSTS_PER_PAGE
            older = f"{thread.slug}-p{number + 1}.html" if more else ""
            name = thread.slug if number == 1 else f"{thread.slug}-p{number}"
            yield self._page(
                f"{within}threads/{name}.html",
                "thread", within, 1,
                thread=thread, space=space, list_name=_list_name(space, 1), number=number, older=older,
                posts=list(self._shown(rows, within)),
            )  # fmt: skip
            if not more:
                return
            after, number = rows[-1].position, number + 1

    def _shown(self, posts: list[Post], within: str) -> Iterator[dict[str, Any]]:
        up = "../" * (2 + bool(within))
        pictures = self._pictures(posts)

        def shown(match: re.Match[str]) -> str:
            attachment = pictures.get(match[1])
            path = path_of(attachment, match[2]) if attachment else None
            return (
                f"{up}{FOLDER}/{to_name(path, self.community.pk)}"
                if path
                else f"{self.root}media/{match[1]}/{match[2]}"
            )

        for post in posts:
            with translation.override(self.community.language):
                said = told_html(post)
            html = _PICTURE.sub(shown, said).replace('"/~/', f'"{self.root}')
            # Bodies are sanitised when they are stored.
            yield {"post": post, "html": mark_safe(html)}  # noqa: S308

    def _pictures(self, posts: Iterable[Post]) -> dict[str, Attachment]:
        ids = {match[1] for post in posts for match in _PICTURE.finditer(post.body_html)}
        return {str(one.pk): one for one in Attachment.objects.filter(pk__in=ids)} if ids else {}

    def _page(self, name: str, template: str, within: str, depth: int = 0, **context: Any) -> Page:
        top = "../" * depth
        shared = {
            "community": self.community,
            "root": self.root,
            "made_on": self.made_on,
            "top": top,
            "style": f"{top}{'../' if within else ''}style.css",
            "within": within,
        }
        return Page(f"{HTML}/{name}", render_to_string(f"archive/read/{template}.html", shared | context))


def _list_name(space: Space, number: int) -> str:
    return f"{space.slug}.html" if number == 1 else f"{space.slug}-p{number}.html"
