"""Posts as HTML, made by string formatting: a template loop costs most of a thread page's time.

Everything that a person typed is escaped here, except `body_html`, which was sanitised when it was written.
The markup is that of templates/components/post_head.html and tombstone.html; a test compares them. What stands under
a post is in `feet`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property
from html import escape
from operator import attrgetter

from django.template import Context
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.content.addresses import to_shown
from communities.content.audiences import looks_after
from communities.content.models import Post, State, Thread
from communities.content.permissions import (
    can_edit_post,
    can_restore_post,
    shows_body,
)
from communities.content.showing.feet import PostFeet, act_button
from communities.content.showing.files import as_read
from communities.content.showing.readings import Reading, short_id
from communities.content.showing.rewards import label_html
from communities.content.showing.waits import held_notice
from communities.content.showing.wikis import wiki_note
from communities.found import Found, Told
from communities.memory import LARGEST, Memory
from communities.models import Community, Membership, fingerprint
from communities.templatetags.parvis import distance, icon, portrait, short_date, when

# What a row shows of a text, and of its author. A text’s number too, which buttons send: after an import was taken back
# and made again it is another one.
_of_post = attrgetter(
    "id",
    "public_id",
    "position",
    "language",
    "body_html",
    "is_comment",
    "rewarded",
    "wiki_from",
    "edited_at",
    "published_at",
)
_of_author = attrgetter(
    "id", "handle", "display_name", "role", "portrait", "drawing", "place", "status", "unclaimed"
)
# About 3 kB each, for a reader with menus. Its key is all that a row is made of, so that it is never another one.
_kept: Memory[str] = Memory(lambda: "", size=2048, lifetime=600.0, told=True)
# The posts of a whole page, for visitors.
_kept_sections: Memory[str] = Memory(lambda: "", size=64, lifetime=600.0, told=True)


class _Words:
    """What rows say of any post, in the language of the page."""

    def __init__(self) -> None:
        self.post_by = escape(_("Post by %(name)s"))
        self.comment_by = escape(_("Comment by %(name)s"))
        comment = escape(_("Comment"))
        self.comment = f'<p class="small quiet">{comment}</p>'
        self.former = escape(_("Former member"))
        edited, asked = escape(_("edited")), escape(_("Asked"))
        self.edited = f'<span class="small quiet">{edited}</span> '
        self.asked = f'<span class="role">{asked}</span>'
        self.rewarded = label_html()
        self.report = escape(_("Report"))
        self.roles = dict(Membership.Role.choices)


class PostRows:
    """Renders posts of one thread for one reader."""

    def __init__(self, reading: Reading, thread: Thread) -> None:
        self.reading = reading
        self.thread = thread
        self.prefix = get_script_prefix()
        self.by = reading.membership
        self.member_pages = "member_pages" in reading.features
        self._heads: dict[int | None, tuple[str, str, str]] = {}
        self._icons: dict[str, str] = {}
        self._in_comments = False
        self._moved = list(reading.moved)
        self._clock = Context({"community": reading.community})
        self.now = timezone.now()

    # What rows are drawn with: a page of which all are at hand needs none of it.
    @cached_property
    def _words(self) -> _Words:
        return _Words()

    @cached_property
    def _feet(self) -> PostFeet:
        return PostFeet(self.reading, self.thread)

    def render(self, posts: Sequence[Post]) -> str:
        posts = self._with_an_end(posts)
        if self.by is None and isinstance(posts, Found):
            return self._for_visitors(posts)
        parts = []
        lines = self._lines()
        for post in posts:
            parts.append(self._comments_begin(post.is_comment))
            parts.append(self._moved_before(post.position))
            if post.position and post.position > (self.reading.read_to or post.position):
                parts.append(next(lines, ""))
            parts.append(self.row(post))
            if post.position == 1:
                parts.append(self.reading.solution)
            parts.append(self.reading.under.get(post.id, ""))
            if post.id == self.reading.helped_id:
                parts.append(self.reading.helped)
        return "".join([*parts, *self._moved_after(posts)])

    def _moved_after(self, posts: Sequence[Post]) -> list[str]:
        """The lines for what stood below the last of them, or was all there was; what waits for a place has none."""
        return [line for _place, line in self._moved] if not posts or posts[0].position else []

    def _moved_before(self, position: int | None) -> str:
        """The lines for what stood before a place, or came to it; by use, all of them under the first text."""
        said = ""
        while (
            self._moved
            and position
            and (self._moved[0][0] <= position or (self.reading.is_sorted and position > 1))
        ):
            said += self._moved.pop(0)[1]
        return said

    def _lines(self) -> Iterator[str]:
        """The unread line: one by date, after which all is new; else one above each text that is."""
        text = escape(self.reading.unread_text)
        if text:
            yield f'<p class="unread-line" id="new">{text}</p>'
            while self.reading.is_sorted:
                yield f'<p class="unread-line">{text}</p>'

    def _comments_begin(self, is_comment: bool) -> str:
        if not is_comment or not self.reading.is_sorted or self._in_comments:
            return ""
        self._in_comments = True
        return self.reading.comments

    def _for_visitors(self, posts: Found[Post]) -> str:
        """The same by the rows themselves: a page of which all are at hand makes no instances."""
        keys = [self._visitors_key(told) for told in posts.told]
        if None in keys:
            return self._visitors_rows(posts, keys)
        reading = self.reading
        said = (
            tuple(reading.under.items()),
            *(reading.solution, reading.helped_id, reading.helped, reading.moved),
            reading.is_sorted and reading.comments,
        )
        key = (self._page, tuple(keys), said)
        text = _kept_sections.peek(key)
        if text is None:
            text = self._visitors_rows(posts, keys)
            # As of whole pages: not as many of the longest as of others.
            if len(text) <= LARGEST:
                _kept_sections.put(key, text)
        return text

    def _visitors_rows(self, posts: Found[Post], keys: Sequence[Hashable | None]) -> str:
        parts = []
        for number, (told, key) in enumerate(zip(posts.told, keys, strict=True)):
            values, at = told.values, told.columns
            parts.append(self._comments_begin(values[at["is_comment"]]))
            parts.append(self._moved_before(values[at["position"]]))
            parts.append(self.row(posts[number]) if key is None else self._visitors_row(told, key))
            if values[at["position"]] == 1:
                parts.append(self.reading.solution)
            parts.append(self.reading.under.get(values[at["id"]], ""))
            if values[at["id"]] == self.reading.helped_id:
                parts.append(self.reading.helped)
        return "".join([*parts, *(line for _place, line in self._moved)])

    def _visitors_row(self, told: Told, key: Hashable) -> str:
        return _kept.keep((self._page, key), lambda: self._row(self._made(told)))

    def _visitors_key(self, told: Told) -> Hashable | None:
        """What a published post is kept by, beside its page: its whole row; None for one that depends on more than
        that: on what becomes of its author’s role by the clock, too."""
        values, at, reading = told.values, told.columns, self.reading
        if values[at["state"]] != State.PUBLISHED or values[at["author.role_until"]] is not None:
            return None
        return (
            told.key,
            distance(values[at["published_at"]] or values[at["created_at"]], self.now),
            values[at["id"]] == reading.accepted_id,
            reading.accepted_id is None,
            bool(reading.menu_of) and short_id(uuid.UUID(str(values[at["public_id"]]))) == reading.menu_of,
        )

    def _made(self, told: Told) -> Post:
        post: Post = told.make(told.values)
        post.thread = self.thread
        return post

    def _with_an_end(self, posts: Sequence[Post]) -> Sequence[Post]:
        """A line stands where a post was when something follows it; at the thread's end nothing does."""
        # Of rows one looks at the state alone: nothing is made of a post that is there.
        if isinstance(posts, Found) and [*posts.column("state")][-1:] == [State.PUBLISHED]:
            return posts
        if posts and (self.reading.is_sorted or posts[-1].position == self.thread.last_position):
            while len(posts) > 1 and posts[-1].is_withdrawn and not shows_body(self.by, posts[-1]):
                posts = posts[:-1]
        return posts

    def row(self, post: Post) -> str:
        """One post: its text, or the line left where it was. A published one is kept by all that it is made of."""
        if not post.is_published:
            return self._row(post)
        return _kept.keep((self._page, *self._made_of(post)), lambda: self._row(post))

    @cached_property
    def _page(self) -> Hashable:
        """What the rows of a page have in common: who reads, in which language, and what the page offers."""
        by, reading, thread = self.by, self.reading, self.thread
        return (
            fingerprint(reading.community),
            get_language(),
            self.prefix,
            reading.features,
            (reading.own_address, reading.may_quote, reading.accept_url, reading.unaccept_url),
            reading.confirmed_by,
            (thread.asks, thread.language, thread.author_id),
            by and (by.can_write, by.is_active, looks_after(by, thread.space_id)),
        )

    def _made_of(self, post: Post) -> tuple[Hashable, ...]:
        author, by, reading = post.author, self.by, self.reading
        return (
            _of_post(post),
            distance(post.published_at or post.created_at, self.now),
            tuple(post.reactions.items()),
            tuple(getattr(post, "mine", None) or ()),
            author and _of_author(author),
            by is not None and post.author_id == by.id,
            (
                post.id == reading.accepted_id,
                reading.accepted_id is None,
                short_id(post.public_id) == reading.menu_of,
            ),
            # A thread’s text may have more than one author, and members edit a wiki.
            (post.position == 1 or post.wiki_from is not None) and can_edit_post(by, post),
            getattr(post, "wiki_by", None),
        )

    def _row(self, post: Post) -> str:
        anchor = f"p-{post.position}" if post.position else f"w-{post.public_id}"
        shown = post.is_published or not post.is_withdrawn or shows_body(self.by, post)
        note = "" if post.is_published else self.tombstone(post)
        if not shown:
            return f'<div id="{anchor}">{note}</div>'
        name, faces, head = self._head(post)
        accepted = post.pk == self.reading.accepted_id
        # One that came into a topic with others is a text like them.
        comment = post.is_comment and self.thread.asks
        kind = '"post-accepted post"' if accepted else '"post post-comment"' if comment else "post"
        label = self._words.comment_by if comment else self._words.post_by
        return (
            f'<article class={kind} id="{anchor}"'
            f' aria-label="{label % {"name": name}}">{faces}<div>'
            f"<header>{head}{self._words.rewarded if post.rewarded else ''}<small>{self._words.edited if post.edited_at else ''}"
            f'<a href="{self._link(post)}">{when(self._clock, post.published_at or post.created_at)}</a>{self._visitors_report(post)}</small></header>'
            f"{note}{wiki_note(post, self.by, self.prefix)}{self._words.comment if comment else self._accepted_mark() if accepted else ''}"
            f"<div class=prose-ui dir=auto{self._lang(post)}>{to_shown(as_read(post.body_html), member_pages=self.member_pages)}</div>{self._feet.foot(post)}</div></article>"
        )

    def tombstone(self, post: Post) -> str:
        """The line left where a post was; its author and the team see the text below it."""
        text = {
            State.DELETED: _("Deleted by its author."),
            State.REMOVED: _("Removed by moderation (rule %(rule)s).") % {"rule": post.ground}
            if post.ground.isdigit()
            else _("Removed by moderation."),
            State.HIDDEN: _("Hidden by moderation (rule %(rule)s).") % {"rule": post.ground}
            if post.ground.isdigit()
            else _("Hidden by moderation.")
            if post.ground
            else _("Hidden until a moderator has read it."),
            State.PENDING: self._waits(post) if post.state == State.PENDING else "",
        }.get(State(post.state), _("This post is no longer here."))
        name = "clock" if post.state == State.PENDING else "trash"
        restore = ""
        if can_restore_post(self.by, post):
            restore = " " + act_button(f"{self.prefix}p/{post.public_id}/restore/", _("Restore the post"))
        if (
            post.state in (State.REMOVED, State.HIDDEN)
            and self.by is not None
            and post.author_id == self.by.pk
        ):
            why = escape(_("Why, and what you can do"))
            restore = f' <a href="{self.prefix}me/decisions/?about={post.public_id}">{why}</a>'
        return f'<p class="tombstone small quiet">{icon(name, size="s")} {escape(text)}{restore}</p>'

    def _waits(self, post: Post) -> str:
        # Above a thread that waits as a whole its author reads how long that usually takes.
        is_said_above = self.thread.state == State.PENDING
        if is_said_above or (self.by is not None and post.author_id != self.by.pk):
            return _("Waiting for a moderator.")
        return held_notice(self.reading.community.pk)

    def _head(self, post: Post) -> tuple[str, str, str]:
        """Name, portrait and head of a post's author: the same for all their posts on the page."""
        known = self._heads.get(post.author_id)
        if known is None:
            author = post.author
            name = escape(author.display_name or author.handle) if author else self._words.former
            linked = name
            if author and author.status == "active" and not author.unclaimed and self.member_pages:
                linked = f'<a href="{self.prefix}members/{escape(author.handle)}/">{name}</a>'
            place = (
                f'<span class="small quiet">{escape(author.place)}</span>' if author and author.place else ""
            )
            head = f"<b>{linked}</b>{self._role(author)}{place}"
            known = self._heads[post.author_id] = (name, str(portrait(author)), head)
        return known

    def _role(self, author: Membership | None) -> str:
        if author is None:
            return ""
        if author.role != Membership.Role.MEMBER:
            return f'<span class="role">{escape(str(self._words.roles[author.role]))}</span>'
        return self._words.asked if self.thread.asks and author.pk == self.thread.author_id else ""

    def _link(self, post: Post) -> str:
        return f"#p-{post.position}" if post.position else f"#w-{post.public_id}"

    def _lang(self, post: Post) -> str:
        return "" if post.language == self.thread.language else f' lang="{escape(post.language)}"'

    def _accepted_mark(self) -> str:
        text = _("Accepted answer")
        if self.reading.confirmed_by:
            text = _("Accepted answer, confirmed by %(name)s") % {"name": self.reading.confirmed_by}
        return f'<p class="status is-good">{self._icon("solved")}{escape(text)}</p>'

    def _visitors_report(self, post: Post) -> str:
        """One word, no menu: a page of twenty posts stays light for those who only read."""
        if self.by is not None or not post.is_published:
            return ""
        return f' <a href="{self.prefix}report/post/{post.public_id}/">{self._words.report}</a>'

    def _icon(self, name: str) -> str:
        known = self._icons.get(name)
        if known is None:
            known = self._icons[name] = str(icon(name, size="s"))
        return known


def unread_since(moment: datetime.datetime | None, community: Community, now: datetime.datetime) -> str:
    """The words of the unread line: the hour today, the day of the week for six days, then the date."""
    if moment is None:
        return str(_("New"))
    local, today = moment.astimezone(community.zone), now.astimezone(community.zone)
    age = (today.date() - local.date()).days
    if age < 1:
        return _("New since %(time)s") % {"time": _format(local, "TIME_FORMAT")}
    if age < 7:
        return _("New since %(day)s") % {"day": _format(local, "l")}
    return _("New since %(date)s") % {"date": short_date(local)}


def _format(moment: datetime.datetime, form: str) -> str:
    return str(date_format(moment, form))
