"""Statements on content that the ORM cannot say, each with its community written out; and what a request asks
for that no view knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.urls import get_script_prefix

from communities.content.models import Redirect, Thread
from communities.content.redirect_hits import count_hit
from communities.content.viewers import Viewer, viewer_of
from communities.memory import Memory
from communities.queries import local_path
from communities.reads import CompiledRead
from communities.remembered_reads import RememberedRead

# Materialised, so that a planner without statistics (just after an import) does not count again for each row.
RECOUNTS = {
    "threads": """
        with real as materialized (
          select thread_id, count(*) filter (where position > 1 and state = 'published') as replies,
            coalesce(max(position), 0) as last
          from content_post where community_id = %(community)s and position is not null group by thread_id)
        update content_thread t set reply_count = real.replies, last_position = real.last
        from real where t.community_id = %(community)s and t.id = real.thread_id
          and (t.reply_count, t.last_position) is distinct from (real.replies::int, real.last)
    """,
    "tags": """
        with real as materialized (
          select g.id, count(l.id) filter (where l.published_at is not null) as threads
          from content_tag g left join content_taggedthread l on l.tag_id = g.id
          where g.community_id = %(community)s group by g.id)
        update content_tag g set thread_count = real.threads
        from real where g.id = real.id and g.thread_count <> real.threads
    """,
    "memberships": """
        with real as materialized (
          select p.author_id, count(*) as posts
          from content_post p join content_thread t on t.id = p.thread_id
          where p.community_id = %(community)s and p.author_id is not null
            and p.state = 'published' and t.state = 'published' group by p.author_id)
        update communities_membership m set post_count = coalesce(real.posts, 0)
        from communities_membership every left join real on real.author_id = every.id
        where every.community_id = %(community)s and m.community_id = %(community)s and m.id = every.id
          and m.post_count <> coalesce(real.posts, 0)
    """,
    "members": """
        update communities_community c set member_count = real.members
        from (select count(*) as members from communities_membership
              where community_id = %(community)s and status = 'active' and not unclaimed) real
        where c.id = %(community)s and c.member_count <> real.members
    """,
}


def recount_community(community_id: int) -> dict[str, int]:
    """Count everything again in the community in scope; which counters were wrong, and in how many rows."""
    wrong = {}
    with connection.cursor() as cursor:
        for name, statement in RECOUNTS.items():
            cursor.execute(statement, {"community": community_id})
            if cursor.rowcount:
                wrong[name] = cursor.rowcount
    return wrong


LONGEST_PATH = 400


def find_forwarding(request: HttpRequest) -> str | None:
    """Where the thing that stood at this address is now: a renamed or an imported one."""
    keys = _former_paths(request)
    if not keys:
        return None
    target = follow(keys, lambda: viewer_of(request))
    if not target or unquote(target) in keys:
        return None
    # A target is a path of this community; two slashes would make another host of it.
    return get_script_prefix() + target.lstrip("/")


def follow(keys: list[str], viewer: Viewer | Callable[[], Viewer] | None = None) -> str:
    """Where the first of these former addresses that is known leads to, and that somebody went there; or nothing.

    An address is made of a title: for this viewer, who is asked for once one is known, that of a thread which they may
    not open leads nowhere.
    """
    redirect = redirect_for(keys)
    if redirect is None:
        return ""
    target = _led_to(redirect, keys)
    reader = viewer() if callable(viewer) else viewer
    if reader is not None and _is_closed_to(reader, target):
        return ""
    count_hit(redirect)
    return target


def _is_closed_to(viewer: Viewer, target: str) -> bool:
    """Whether a path is that of a thread in a space which this viewer does not read."""
    path = unquote(target.partition("#")[0].partition("?")[0])
    thread = (
        Thread.objects.select_related("space").filter(slug=path.rstrip("/").rpartition("/")[2][:80]).first()
    )
    if thread is None or thread.space_id in viewer.space_ids:
        return False
    is_own = thread.author_id is not None and thread.author_id == viewer.membership_id
    return not is_own and unquote(local_path(thread.get_absolute_url())) == path


def redirect_for(keys: list[str]) -> Redirect | None:
    """The redirect of the first of these forms that is known; else of the nearest place above that moved as a whole."""
    above = _paths_above(keys[0]) if keys else []
    known = Redirect.objects.filter(Q(path__in=keys) | Q(path__in=above, below=True))
    return _nearest(keys, {redirect.path: redirect for redirect in known})


def _nearest(keys: list[str], known: Mapping[str, Redirect]) -> Redirect | None:
    """Of those that are known by their paths."""
    itself = next((known[key] for key in keys if key in known), None)
    if itself is not None or not keys:
        return itself
    return next((known[key] for key in _paths_above(keys[0]) if key in known and known[key].below), None)


def _led_to(redirect: Redirect, keys: list[str]) -> str:
    is_itself = redirect.path in keys
    return redirect.target if is_itself else redirect.target + keys[0].removeprefix(redirect.path)


def led_on(viewer: Viewer, paths: Iterable[str]) -> dict[str, str]:
    """Where each of these former addresses leads to, of those that lead elsewhere: one statement for all of them, which
    counts nothing. Where nobody goes there, nobody is asked whether they may: that is for the caller."""
    forms = {path: keys for path in paths if (keys := forms_of(path))}
    wanted = {key for keys in forms.values() for key in (*keys, *_paths_above(keys[0]))}
    if not wanted:
        return {}
    sought = tuple(sorted(wanted))
    rows = _redirects_again.get(viewer.community_id, sought) if viewer.is_member else _redirects(sought)
    known = {path: Redirect(path=path, target=target, below=below) for path, target, below in rows}
    found = {}
    for path, keys in forms.items():
        redirect = _nearest(keys, known)
        target = _led_to(redirect, keys) if redirect is not None else ""
        if target and unquote(target) not in keys:
            found[path] = target
    return found


def _at(paths: Any) -> Any:
    # Not how often somebody went there: pages are drawn from what is read.
    return Redirect.objects.filter(path__in=paths).values_list("path", "target", "below")


Row = tuple[str, str, bool]


# Of visitors’ pages, which are kept, it is one of the reads that they are drawn from.
_redirects: CompiledRead[Row] = CompiledRead(_at)
_redirects_read: RememberedRead[Row] = RememberedRead(_at)
_redirects_again: Memory[list[Row]] = Memory(lambda _community, paths: _redirects_read(paths), size=512)


def forms_of(path: str) -> list[str]:
    """With and without a slash at the end, the exact one first; nothing for what cannot be a former address."""
    if path in ("", "/") or len(path) > LONGEST_PATH or "\x00" in path:
        return []
    bare = path.rstrip("/")
    return list(dict.fromkeys([path, bare, f"{bare}/"]))


def _paths_above(path: str) -> list[str]:
    """What an address stands under, the nearest first: /blogs/journal/first/ under /blogs/journal/ and /blogs/."""
    parts = path.strip("/").split("/")[:-1]
    return [f"/{'/'.join(parts[:count])}/" for count in range(len(parts), 0, -1)]


def _former_paths(request: HttpRequest) -> list[str]:
    """The forms in which this address may be known, the exact one first."""
    for name in ("p", "page_id", "attachment_id"):
        number = request.GET.get(name, "")
        if request.path_info == "/" and number.isascii() and number.isdigit():
            return [f"/?{'attachment_id' if name == 'attachment_id' else 'p'}={number[:20]}"]
    return forms_of(request.path_info.removesuffix("/index.php"))
