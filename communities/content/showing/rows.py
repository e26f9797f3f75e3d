"""Posts as HTML, made by string formatting: a template loop costs most of a thread page's time.

Everything that a person typed is escaped here, except `body_html`, which was sanitised when it was written.
The markup is that of templates/components/post_head.html, reaction.html and tombstone.html; a test compares them.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.template import Context
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.content.addresses import to_shown
from communities.content.audiences import looks_after
from communities.content.models import Post, State, Thread
from communities.content.permissions import (
    can_delete_post,
    can_edit_post,
    can_react_to_post,
    can_restore_post,
    can_see_history,
    shows_body,
)
from communities.content.reactions import offered_reactions, reaction_name
from communities.content.showing.waits import held_notice
from communities.memory import Memory
from communities.models import Community, Membership, fingerprint
from communities.templatetags.parvis import distance, icon, portrait, short_date, when

REACTION_ICONS = {"useful": "check", "thanks": "heart", "same_here": "users", "agree": "hand", "idea": "idea"}


# What a row shows of its author.
_OF_AUTHORS = (
    "handle",
    "display_name",
    "role",
    "portrait",
    "drawing",
    "place",
    "status",
    "unclaimed",
)
# About 3 kB each, for a reader with menus. Its key is all that a row is made of, so that it is never another one.
_kept: Memory[str] = Memory(lambda: "", size=2048, lifetime=600.0, told=True)


@dataclass(frozen=True)
class Reading:
    """Who reads posts, and what the page around them offers."""

    community: Community
    membership: Membership | None = None
    features: frozenset[str] = frozenset()
    reply_url: str = ""  # where a quotation begins; empty where one cannot reply
    accepted_id: int | None = None
    accept_url: str = ""  # ends before the post's number; empty for those who may not accept
    unaccept_url: str = ""
    confirmed_by: str = ""
    read_to: int | None = None  # the last position read; a line is drawn after it
    unread_text: str = ""
    solution: str = ""  # markup to stand after the first post


class PostRows:
    """Renders posts of one thread for one reader."""

    def __init__(self, reading: Reading, thread: Thread) -> None:
        self.reading = reading
        self.thread = thread
        self.prefix = get_script_prefix()
        self.by = reading.membership
        self.post_by = escape(_("Post by %(name)s"))
        self.comment_by = escape(_("Comment by %(name)s"))
        comment = escape(_("Comment"))
        self.comment = f'<p class="small quiet">{comment}</p>'
        self.former = escape(_("Former member"))
        edited, asked = escape(_("edited")), escape(_("Asked"))
        self.edited = f'<span class="small quiet">{edited}</span> '
        self.asked = f'<span class="role">{asked}</span>'
        self.report = escape(_("Report"))
        self.reactions = "reactions" in reading.features
        self.member_pages = "member_pages" in reading.features
        self._heads: dict[int | None, tuple[str, str, str]] = {}
        self._labels = dict(Membership.Role.choices)
        self._icons: dict[str, str] = {}
        self._clock = Context({"community": reading.community})
        self.now = timezone.now()

    def render(self, posts: Iterable[Post]) -> str:
        parts = []
        read_to = self.reading.read_to
        line = bool(read_to and self.reading.unread_text)
        for post in self._with_an_end(list(posts)):
            if line and post.position and post.position > (read_to or 0):
                line = False
                parts.append(f'<p class="unread-line" id="new">{escape(self.reading.unread_text)}</p>')
            parts.append(self.row(post))
            if post.position == 1:
                parts.append(self.reading.solution)
        return "".join(parts)

    def _with_an_end(self, posts: list[Post]) -> list[Post]:
        """A line stands where a post was when something follows it; at the thread's end nothing does."""
        if posts and posts[-1].position == self.thread.last_position:
            while len(posts) > 1 and posts[-1].is_withdrawn and not shows_body(self.by, posts[-1]):
                posts.pop()
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
            (self.reactions, self.member_pages),
            (reading.reply_url, reading.accept_url, reading.unaccept_url, reading.confirmed_by),
            (thread.asks, thread.language, thread.author_id),
            by and (by.can_write, by.is_active, looks_after(by, thread.space_id)),
        )

    def _made_of(self, post: Post) -> tuple[Hashable, ...]:
        author, by, reading = post.author, self.by, self.reading
        return (
            (post.public_id, post.position, post.language, post.body_html, post.is_comment, post.edited_at),
            (post.published_at, distance(post.published_at or post.created_at, self.now)),
            tuple(post.reactions.items()),
            tuple(getattr(post, "mine", None) or ()),
            author and (author.pk, *[getattr(author, name) for name in _OF_AUTHORS]),
            by is not None and post.author_id == by.pk,
            (post.pk == reading.accepted_id, reading.accepted_id is None),
            # A thread’s text may have more than one author.
            post.position == 1 and can_edit_post(by, post),
        )

    def _row(self, post: Post) -> str:
        anchor = f"p-{post.position}" if post.position else f"w-{post.public_id}"
        shown = post.is_published or not post.is_withdrawn or shows_body(self.by, post)
        note = "" if post.is_published else self.tombstone(post)
        if not shown:
            return f'<div id="{anchor}">{note}</div>'
        name, faces, head = self._head(post)
        accepted = post.pk == self.reading.accepted_id
        kind = "post-accepted post" if accepted else "post post-comment" if post.is_comment else "post"
        label = self.comment_by if post.is_comment else self.post_by
        return (
            f'<article class="{kind}" id="{anchor}"'
            f' aria-label="{label % {"name": name}}">{faces}<div class="post-body">'
            f'<header class="post-head">{head}<span class="post-when">{self.edited if post.edited_at else ""}'
            f'<a href="{self._link(post)}">{when(self._clock, post.published_at or post.created_at)}</a>{self._visitors_report(post)}</span></header>'
            f"{note}{self.comment if post.is_comment else self._accepted_mark() if accepted else ''}"
            f'<div class="prose-ui" dir="auto"{self._lang(post)}>{to_shown(post.body_html, member_pages=self.member_pages)}</div>{self._foot(post)}</div></article>'
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
            restore = " " + self._act(f"p/{post.public_id}/restore/", _("Restore the post"))
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

    def reaction_buttons(self, post: Post) -> str:
        """Reactions as buttons for those who may react, as facts for the others."""
        asks = post.position == 1 and self.thread.asks
        offered = offered_reactions(self.reading.community, asks=asks)
        may = can_react_to_post(self.by, post)
        mine: list[str] = getattr(post, "mine", None) or []
        others = [kind for kind in REACTION_ICONS if kind not in offered and post.reactions.get(kind)]
        shown = [
            self._reaction(post, kind, may, kind in mine)
            for kind in (*offered, *others)
            if may or post.reactions.get(kind)
        ]
        if not shown:
            return ""
        target = ' data-hx-target="closest .reacts" data-hx-swap="outerHTML"' if may else ""
        return f'<div class="row-tight reacts"{target}>{"".join(shown)}</div>'

    def _reaction(self, post: Post, kind: str, may: bool, mine: bool) -> str:
        count = post.reactions.get(kind)
        figure = f' <span class="num">{short_number(count)}</span>' if count else ""
        text = (
            f"{self._icon(REACTION_ICONS[kind])}{escape(reaction_name(self.reading.community, kind))}{figure}"
        )
        if not may:
            return f'<span class="react">{text}</span>'
        act = f"{self.prefix}p/{post.public_id}/{'unreact' if mine else 'react'}/"
        pressed = "true" if mine else "false"
        return (
            f'<button class="react" form="acts" formaction="{act}" data-hx-post="{act}" name="kind" value="{kind}"'
            f' aria-pressed="{pressed}">{text}</button>'
        )

    def _head(self, post: Post) -> tuple[str, str, str]:
        """Name, portrait and head of a post's author: the same for all their posts on the page."""
        known = self._heads.get(post.author_id)
        if known is None:
            author = post.author
            name = escape(author.display_name or author.handle) if author else self.former
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
            return f'<span class="role">{escape(str(self._labels[author.role]))}</span>'
        return self.asked if self.thread.asks and author.pk == self.thread.author_id else ""

    def _link(self, post: Post) -> str:
        return f"#p-{post.position}" if post.position else f"#w-{post.public_id}"

    def _lang(self, post: Post) -> str:
        return "" if post.language == self.thread.language else f' lang="{escape(post.language)}"'

    def _accepted_mark(self) -> str:
        text = _("Accepted answer")
        if self.reading.confirmed_by:
            text = _("Accepted answer, confirmed by %(name)s") % {"name": self.reading.confirmed_by}
        return f'<p class="status is-good">{self._icon("solved")}{escape(text)}</p>'

    def _foot(self, post: Post) -> str:
        reacts = self.reaction_buttons(post) if self.reactions and post.is_published else ""
        acts = self._acts(post)
        return f'<div class="post-foot">{reacts}{acts}</div>' if reacts or acts else ""

    def _acts(self, post: Post) -> str:
        if self.by is None:
            return ""
        parts, items = self._buttons(post), self._menu_items(post, by=self.by)
        if items:
            label = escape(_("More actions"))
            parts.append(
                f'<details class="menu push"><summary class="btn btn-plain btn-icon btn-s" aria-label="{label}">'
                f'{icon("more")}</summary><div class="menu-panel">{"".join(items)}</div></details>'
            )
        return "".join(parts)

    def _buttons(self, post: Post) -> list[str]:
        """What is done again and again: quoting, accepting an answer."""
        here, parts = f"p/{post.public_id}/", []
        if self.reading.reply_url and post.is_published:
            quote = escape(_("Quote"))
            parts.append(
                f'<a class="btn btn-plain btn-s" href="{self.reading.reply_url}?quote={post.public_id}#reply" data-quote'
                f' data-post="{post.public_id}" data-permalink="{self.prefix}{here}" data-author="{self._head(post)[0]}"'
                f' rel="nofollow">{self._icon("quote")}<span class="lbl">{quote}</span></a>'
            )
        if self.reading.accept_url and post.is_published and (post.position or 0) > 1:
            if post.pk == self.reading.accepted_id:
                parts.append(self._act(self.reading.unaccept_url, _("Take back the acceptance"), "undo"))
            elif self.reading.accepted_id is None:
                parts.append(
                    self._act(
                        f"{self.reading.accept_url}{post.public_id}/", _("Accept this answer"), "solved"
                    )
                )
        return parts

    def _menu_items(self, post: Post, *, by: Membership) -> list[str]:
        here, items = f"p/{post.public_id}/", []
        if post.is_published and post.author_id != by.pk:
            items.append(self._item(f"report/post/{post.public_id}/", "flag", _("Report"), quiet=True))
        if can_edit_post(by, post):
            items.append(self._item(f"{here}edit/", "edit", _("Edit")))
        if post.edited_at and can_see_history(by, post):
            items.append(self._item(f"{here}history/", "clock", _("Versions")))
        if looks_after(by, self.thread.space_id) and post.author_id != by.pk:
            # A press, not a link: it may open a case.
            act = f"{self.prefix}moderation/p/{post.public_id}/"
            label = escape(_("Moderate"))
            items.append(f'<hr><button form="acts" formaction="{act}">{icon("shield")}{label}</button>')
        if can_delete_post(by, post):
            items.append("<hr>" + self._item(f"{here}delete/", "trash", _("Delete"), bad=True))
        return items

    def _visitors_report(self, post: Post) -> str:
        """One word, no menu: a page of twenty posts stays light for those who only read."""
        if self.by is not None or not post.is_published:
            return ""
        return f' <a href="{self.prefix}report/post/{post.public_id}/">{self.report}</a>'

    def _item(self, path: str, name: str, label: str, *, bad: bool = False, quiet: bool = False) -> str:
        kind = ' class="is-bad"' if bad else ' rel="nofollow"' if quiet else ""
        return f'<a href="{self.prefix}{path}"{kind}>{icon(name)}{escape(label)}</a>'

    def _act(self, address: str, label: str, name: str = "") -> str:
        """A button of the page's one form of acts: it carries the token for all of them."""
        action = address if address.startswith("/") else f"{self.prefix}{address}"
        return (
            f'<button class="btn btn-plain btn-s" form="acts" formaction="{action}">'
            f"{self._icon(name) if name else ''}{escape(label)}</button>"
        )

    def _icon(self, name: str) -> str:
        known = self._icons.get(name)
        if known is None:
            known = self._icons[name] = str(icon(name, size="s"))
        return known


def short_number(count: int) -> str:
    return str(count) if count < 1000 else str(number_format(count, use_l10n=True, force_grouping=True))


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
