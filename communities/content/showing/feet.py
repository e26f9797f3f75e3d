"""What can be done with a post, in the line under it: reactions, quoting, accepting an answer, a menu.

A page has twenty of these lines, so each says what it must and no more, without quotes around single words. How they
look, icons too, is in the stylesheet (components/post.css, components/reaction.css); buttons send the page's one form,
`#acts`; and the menu is in the page once (`shared_menu`), from where static/js/posts.mjs puts it under each post.
Without scripts, the link in its place leads to the same page with that one menu in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from html import escape

from django.urls import get_script_prefix
from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from communities.content.audiences import looks_after
from communities.content.models import Post, Reaction, Thread
from communities.content.permissions import (
    can_delete_post,
    can_edit_post,
    can_open_wiki,
    can_react_to_post,
    can_see_history,
    can_set_comment,
)
from communities.content.reactions import offered_reactions, reaction_name
from communities.content.showing.readings import Reading, short_id
from communities.memory import Memory
from communities.models import Membership
from communities.templatetags.parvis import icon

# What a menu can hold, in its order: its icon, and its address with the post's public id in the place of the braces.
_ACTS = {
    "link": ("send", "p/{}/"),
    "report": ("flag", "report/post/{}/"),
    "edit": ("edit", "p/{}/edit/"),
    "history": ("clock", "p/{}/history/"),
    "wiki": ("users", "p/{}/wiki/"),
    "as-comment": ("talk", "p/{}/as-comment/"),
    "as-answer": ("reply", "p/{}/as-answer/"),
    "moderate": ("shield", "moderation/p/{}/"),
    "delete": ("trash", "p/{}/delete/"),
}
_PRESSED = frozenset({"as-comment", "as-answer"})
# What most readers can do with most posts, so that their links need not say it; sharing is in every menu.
_USUAL = ["report"]


# By what they offer: the same on page after page.
_shared_menus: Memory[str] = Memory(lambda: "", size=256, lifetime=600.0, told=True)


class PostFeet:
    """Renders the lines under the posts of one thread for one reader."""

    def __init__(self, reading: Reading, thread: Thread) -> None:
        self.reading = reading
        self.thread = thread
        self.by = reading.membership
        self.prefix = get_script_prefix()

    # Members alone are offered them.
    @cached_property
    def quote(self) -> str:
        return escape(_("Quote"))

    @cached_property
    def more(self) -> str:
        return escape(_("More actions"))

    def foot(self, post: Post) -> str:
        shows_reactions = "reactions" in self.reading.features and post.is_published
        reacts = self.reactions(post) if shows_reactions else ""
        acts = "" if self.by is None else f"{self._buttons(post)}{self._menu(post, by=self.by)}"
        return f"<footer>{reacts}{acts}</footer>" if reacts or acts else ""

    def reactions(self, post: Post) -> str:
        """Reactions as buttons for those who may react, as facts for the others."""
        asks = post.position == 1 and self.thread.asks
        offered = offered_reactions(self.reading.community, asks=asks)
        may = self.thread.is_published and can_react_to_post(self.by, post)
        mine: list[str] = getattr(post, "mine", None) or []
        others = [kind for kind in Reaction.Kind.values if kind not in offered and post.reactions.get(kind)]
        shown = [
            self._reaction(post, kind, may, kind in mine)
            for kind in (*offered, *others)
            if may or post.reactions.get(kind)
        ]
        return f"<p>{''.join(shown)}</p>" if shown else ""

    def _reaction(self, post: Post, kind: str, may: bool, mine: bool) -> str:
        count = post.reactions.get(kind)
        figure = f' <span class="num">{short_number(count)}</span>' if count else ""
        text = f"{escape(reaction_name(self.reading.community, kind))}{figure}"
        if not may:
            return f'<span class="{kind}">{text}</span>'
        how = f'formaction="{self.prefix}p/unreact/" aria-pressed=true' if mine else "aria-pressed=false"
        return f"<button form=acts name={kind} value={post.pk} {how}>{text}</button>"

    def _buttons(self, post: Post) -> str:
        """What is done again and again: quoting, accepting an answer."""
        reading, parts = self.reading, ""
        if not post.is_published:
            return parts
        if reading.may_quote:
            parts += f'<a href="{reading.own_address}quote={post.pk}#reply">{self.quote}</a>'
        if reading.accept_url and (post.position or 0) > 1 and not post.is_comment:
            if post.pk == reading.accepted_id:
                parts += act_button(reading.unaccept_url, _("Take back the acceptance"), "undo")
            elif reading.accepted_id is None:
                accept = f"{reading.accept_url}{post.public_id}/"
                parts += act_button(accept, _("Accept this answer"), "solved")
        return parts

    def _menu(self, post: Post, *, by: Membership) -> str:
        acts = list(self._acts(post, by=by))
        if not acts:
            return ""
        if short_id(post.public_id) == self.reading.menu_of:
            return self._panel("".join(self._item(act, post) for act in acts), " open")
        named = [act for act in acts if act != "link"]
        which = "" if named == _USUAL else f' data-acts="{" ".join(named)}"'
        anchor = f"p-{post.position}" if post.position else f"w-{post.public_id}"
        address = f"{self.reading.own_address}menu={short_id(post.public_id)}#{anchor}"
        return f'<a href="{address}"{which}>{self.more}</a>'

    def _acts(self, post: Post, *, by: Membership) -> Iterable[str]:
        # Of what was taken back with its thread nobody else could open the link, nor read a report.
        is_shown = post.is_published and self.thread.is_published
        if is_shown:
            yield "link"
        if is_shown and post.author_id != by.id:
            yield "report"
        if can_edit_post(by, post):
            yield "edit"
        if post.edited_at and can_see_history(by, post):
            yield "history"
        if can_open_wiki(by, post):
            yield "wiki"
        if can_set_comment(by, post) and post.id != self.reading.accepted_id:
            yield "as-answer" if post.is_comment else "as-comment"
        if looks_after(by, self.thread.space_id) and post.author_id != by.id:
            yield "moderate"
        if can_delete_post(by, post):
            yield "delete"

    def shared_menu(self, posts: Iterable[Post]) -> str:
        """The menu with all that it can hold under one of these posts, once for the page."""
        if self.by is None:
            return ""
        acts = frozenset(
            [act for post in self._of_each_sort(posts, self.by) for act in self._acts(post, by=self.by)]
        )
        key = (acts, self.prefix, get_language())

        def draw() -> str:
            items = "".join(self._item(act) for act in _ACTS if act in acts)
            return f'<template id="post-menu" data-block>{self._panel(items)}</template>'

        return _shared_menus.keep(key, draw)

    def _of_each_sort(self, posts: Iterable[Post], by: Membership) -> Iterable[Post]:
        """Those that may differ in what can be done with them: of the posts of others that are replies, published, not
        edited and no wikis, one stands for all."""
        seen = set()
        for post in posts:
            is_plain = post.is_published and not post.edited_at and (post.position or 0) > 1
            if is_plain and post.wiki_from is None and post.author_id != by.id:
                sort = (post.is_comment, post.id == self.reading.accepted_id)
                if sort in seen:
                    continue
                seen.add(sort)
            yield post

    def _panel(self, items: str, how: str = "") -> str:
        return (
            f'<details class="menu push"{how}><summary class="btn btn-plain btn-icon btn-s"'
            f' aria-label="{self.more}">{icon("more")}</summary><div class="menu-panel">{items}</div></details>'
        )

    def _item(self, act: str, post: Post | None = None) -> str:
        """One line of a menu: of that of `post`, or of the shared one, which has a script say of whose."""
        sign, path = _ACTS[act]
        address, known = f"{self.prefix}{path}", f' data-act="{act}"' if post is None else ""

        def leads(attribute: str) -> str:
            if post is None:
                return f'data-act="{act}" data-{attribute}="{address}"'
            return f'{attribute}="{address.format(post.public_id)}"'

        text = f"{icon(sign)}{escape(_label(act))}"
        if act == "link" and post is None:
            # Which post it is, static/js/reading.mjs sees where it is pressed.
            return f"<button data-share>{text}</button>"
        if act == "moderate":
            # A press, not a link: it may open a case.
            return f'<hr{known}><button form="acts" {leads("formaction")}>{text}</button>'
        if act in _PRESSED:
            return f'<button form="acts" {leads("formaction")}>{text}</button>'
        if act == "delete":
            return f'<hr{known}><a {leads("href")} class="is-bad" data-here>{text}</a>'
        # Where scripts run, one edits where the text stands.
        return f"<a {leads('href')}{' data-here' if act == 'edit' else ''}>{text}</a>"


def _label(act: str) -> str:
    return {
        "link": pgettext("verb", "Share"),
        "report": _("Report"),
        "edit": _("Edit"),
        "history": _("Versions"),
        "wiki": _("Who may edit it"),
        "as-comment": _("Make it a comment"),
        "as-answer": _("Make it an answer"),
        "moderate": _("Moderate"),
        "delete": _("Delete"),
    }[act]


def act_button(action: str, label: str, name: str = "") -> str:
    """A button of the page's one form of acts: it carries the token for all of them."""
    return (
        f'<button class="btn btn-plain btn-s" form="acts" formaction="{action}">'
        f"{icon(name, size='s') if name else ''}{escape(label)}</button>"
    )


def short_number(count: int) -> str:
    return str(count) if count < 1000 else str(number_format(count, use_l10n=True, force_grouping=True))
