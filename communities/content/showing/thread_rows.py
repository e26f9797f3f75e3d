"""Rows of a list of threads: like those of posts made by string formatting, and kept by all that they are made of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from html import escape
from operator import itemgetter
from typing import Any

from django.template import Context
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communities.content.models import Thread
from communities.content.showing.feet import short_number
from communities.found import Found, Told
from communities.memory import Memory
from communities.models import Community, Membership, fingerprint
from communities.templatetags.parvis import distance, icon, portrait, when

# About 1 kB each, and half as much for what each is made of.
_kept: Memory[str] = Memory(lambda: "", size=2048, lifetime=600.0, told=True)
_ASKED = ("author.role_until", "last_author.role_until", "last_activity_at", "space_id", "id")


class ThreadRows:
    """Renders threads for one reader; `news` says what is new to them (see `reading.news_in`)."""

    def __init__(
        self,
        *,
        community: Community,
        news: Mapping[int, int] | None = None,
        tags: bool = True,
        spaces: Mapping[int, str] | None = None,
    ) -> None:
        self.news = news or {}
        self.tags = tags
        self.spaces = spaces or {}
        self.prefix = get_script_prefix()
        self.now = timezone.now()
        self._page = (fingerprint(community), get_language(), self.prefix)
        self._clock = Context({"community": community})
        # Where the columns are that each row is asked for, in the rows of one read.
        self._columns: dict[str, int] = {}
        self._asked: Callable[[Any], Any] = itemgetter(0)

    # What rows are drawn with: a list of which all are at hand needs none of it.
    @cached_property
    def _states(self) -> dict[str, str]:
        return {
            "pinned": self._state("pin", _("Pinned"), "is-accent"),
            "locked": self._state("lock", _("Locked")),
            "solved": self._state("solved", _("Solved"), "is-good"),
            "double": self._state("merge", _("Asked before")),
            "open": self._state("clock", _("Unanswered"), "is-warn"),
        }

    @cached_property
    def _former(self) -> str:
        return escape(_("Former member"))

    @cached_property
    def _written_by(self) -> str:
        return escape(_("by %(name)s"))

    @cached_property
    def _unread(self) -> str:
        unread = escape(_("Unread:"))
        return f'<span class="vh">{unread} </span>'

    def render(self, threads: Sequence[Thread]) -> str:
        if not isinstance(threads, Found):
            return "".join(map(self.row, threads))
        return "".join([self._row_of(told) or self.row(threads[n]) for n, told in enumerate(threads.told)])

    def _row_of(self, told: Told) -> str:
        """Kept by the whole row, without an instance; empty where somebody’s role depends on the clock."""
        values = told.values
        if told.columns is not self._columns:
            self._columns = told.columns
            self._asked = itemgetter(*[told.columns[name] for name in _ASKED])
        role_until, last_role_until, active_at, space_id, number = self._asked(values)
        if role_until is not None or last_role_until is not None:
            return ""
        key = (
            self._page,
            told.key,
            active_at and distance(active_at, self.now),
            self.spaces.get(space_id),
            self.tags,
            self.news.get(number),
        )
        return _kept.peek(key) or _kept.keep(key, lambda: self._row(told.make(values)))

    def row(self, thread: Thread) -> str:
        return _kept.keep((self._page, *self._made_of(thread)), lambda: self._row(thread))

    def _made_of(self, thread: Thread) -> tuple[Hashable, ...]:
        author, last, at = thread.author, thread.last_author or thread.author, thread.last_activity_at
        return (
            (thread.get_absolute_url(), thread.title, thread.language, thread.reply_count),
            (thread.pinned, thread.locked, thread.solved, thread.is_double, thread.awaits_answer),
            at and (at, distance(at, self.now)),
            author and (author.display_name, author.handle),
            last and (last.display_name, last.handle, last.portrait, last.drawing),
            self.spaces.get(thread.space_id),
            self.tags and tuple(map(tuple, getattr(thread, "tag_pairs", ()))),
            self.news.get(thread.pk),
        )

    def _row(self, thread: Thread) -> str:
        fresh, new = self._news(thread)
        lang = f' lang="{escape(thread.language)}"'
        last = thread.last_author or thread.author
        start = '<li class="is-new"><span class="dot-new"></span>' if fresh else "<li><span></span>"
        replies = ngettext("reply", "replies", thread.reply_count)
        return (
            f"{start}<div><h3>{self._unread if fresh else ''}"
            f'<a{lang} href="{thread.get_absolute_url()}">'
            f"{escape(thread.title)}</a></h3>"
            f'<p class="meta">{self._facts(thread)}</p></div>'
            f'<p class="n-col is-num"><span><b>{short_number(thread.reply_count)}</b> <span class="phone-only">'
            f"{escape(replies)}</span></span>{new}</p>"
            f'<p class="n-col">{portrait(last, size="s wide-only")}<span>{self._name(last)}<br class="wide-only"> '
            f"{when(self._clock, thread.last_activity_at)}</span></p></li>"
        )

    def _facts(self, thread: Thread) -> str:
        states = self._states
        parts = [states["pinned"]] if thread.pinned else []
        if thread.locked:
            parts.append(states["locked"])
        if thread.solved or thread.is_double or thread.awaits_answer:
            parts.append(states["solved" if thread.solved else "double" if thread.is_double else "open"])
        parts.append(f"<span>{self._written_by % {'name': self._name(thread.author)}}</span>")
        if thread.space_id in self.spaces:
            parts.append(f"<span>{escape(self.spaces[thread.space_id])}</span>")
        pairs = getattr(thread, "tag_pairs", ()) if self.tags else ()
        if pairs:
            links = "".join(
                f'<a class="tag" href="{self.prefix}tags/{escape(slug)}/">{escape(name)}</a>'
                for name, slug in pairs
            )
            parts.append(f'<span class="tags">{links}</span>')
        return "".join(parts)

    def _news(self, thread: Thread) -> tuple[bool, str]:
        """Whether there is something unread, and “3 new” where the thread was opened before."""
        count = self.news.get(thread.pk)
        if not count:
            return count is not None, ""
        text = ngettext("%(n)s new", "%(n)s new", count) % {"n": short_number(count)}
        return True, f'<span class="micro">{escape(text)}</span>'

    def _name(self, membership: Membership | None) -> str:
        return escape(membership.display_name or membership.handle) if membership else self._former

    def _state(self, name: str, text: str, kind: str = "") -> str:
        classes = f"status {kind}".strip()
        return f'<span class="{classes}">{icon(name, size="s")}{escape(text)}</span>'
