"""Everything the page of a thread shows, gathered once for its template."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.addresses import absolute_address
from communities.content.hearing import heard_on
from communities.content.insets import draw_inset
from communities.content.managers import POSTS_PER_PAGE
from communities.content.models import Thread
from communities.content.nesting import crumbs_of
from communities.content.permissions import (
    can_edit_thread,
    can_lock_thread,
    can_reply_to_thread,
    can_retire_thread,
    sees_end,
)
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.showing.by_use import BY_USE, can_be_sorted, read_by_use
from communities.content.showing.helped import ask_under, helpful_answer
from communities.content.showing.moved_posts import Lines, lines_in, undoable_in
from communities.content.showing.reading import follower_count, read_posts
from communities.content.showing.readings import Reading, asked_menu, own_address
from communities.content.showing.rewards import labelled
from communities.content.showing.rows import unread_since
from communities.content.showing.sharing import share_address
from communities.content.showing.summaries import has_summary
from communities.content.under_replies import draw_under
from communities.content.viewers import public_viewer, viewer_of
from communities.content.views.thread_pages import waiting_for
from communities.dates import read_day
from communities.forums.asking import asked_about
from communities.forums.assigning import assignment_of
from communities.forums.forms import LockForm
from communities.forums.permissions import can_accept_answer, can_ask_members, can_close_as_same
from communities.forums.queries import asked_before, solution_of
from communities.forums.structured_data import describe_thread, opening
from communities.launch.features import open_features
from communities.middleware import CommunityRequest
from communities.navigation import address_of

# The names of the orders in addresses.
USEFUL, DATE = "useful", "date"
# The position of the first reply.
NEXT = 2
# Characters of a day that are shown again.
MOST_TYPED = 40
# An accepted answer that was written, or changed, longer ago may hold no longer.
AGED_AFTER = datetime.timedelta(days=365)


class ThreadPage:
    """One page of a thread that was fetched with `thread_for_page`, for one reader."""

    def __init__(
        self, request: CommunityRequest, thread: Thread, page: int, form: ReplyForm | EmptyReply | None
    ) -> None:
        self.request = request
        self.thread = thread
        self.page = page
        self.form = form
        self.by = request.membership
        self.url = thread.get_absolute_url()
        self.solved = solution_of(thread) if thread.solved else None
        self.accepted = self.solved.post if self.solved else None
        self.sorting = sorting_of(request, thread)
        self.after = self.sorting.after
        self.more = ""
        if self.sorting.by_use:
            self.page = 1
            self.posts, self.more = read_by_use(thread, accepted=self.accepted, after=self.after, by=self.by)
        else:
            self.posts = read_posts(thread, page, by=self.by)
        self.waiting = waiting_for(self.request, self.thread)

    def context(self) -> dict[str, Any]:
        thread, by = self.thread, self.by
        page = f"?page={self.page}" if self.page > 1 else ""
        canonical = absolute_address(self.request.community, self.url + page)
        context: dict[str, Any] = {
            "thread": thread,
            "thread_url": self.url,
            "posts": self.posts,
            "reading": self._reading(),
            "waiting": self.waiting,
            "inset": "" if thread.was_shown else draw_inset(thread, self.request),
            "accepted": self.accepted,
            "form": self.form,
            "may_reply": can_reply_to_thread(by, thread),
            "may_edit": can_edit_thread(by, thread),
            "sees_end": sees_end(by, thread),
            "can_retire": bool(thread.retires_at) and can_retire_thread(by, thread),
            "heard": heard_on(thread, self.page, by),
            "lock_form": LockForm(auto_id="id_lock_%s") if can_lock_thread(by, thread) else None,
            **self._of_the_team(),
            **self._order(),
            "jump": self._jump() if thread.last_page > 1 else None,
            "read_to": self._read_to() or 0,
            "first_unread": self._first_unread(),
            "tags_open": "tags" in open_features(self.request.community, by),
            "canonical_url": canonical,
            "page_title": thread.title,
            "share_type": "article",
            "crumbs": self._crumbs(),
        }
        return context | self._for_machines(canonical)

    def _for_machines(self, canonical: str) -> dict[str, Any]:
        """What search engines and previews of links are told; none of them is ever signed in."""
        thread, by = self.thread, self.by
        context: dict[str, Any] = {}
        if self.posts and self.page == 1 and not self.after and by is None:
            context["page_description"] = labelled(self.posts[0], opening(self.posts[0].body_html, 200))
            context["structured"] = self._described(canonical)
        if thread.is_published and thread.space_id in public_viewer(self.request.community).space_ids:
            context["share_image"] = share_address(self.request.community, thread)
        if not thread.is_published or self.after:
            context["robots"] = "noindex"
        elif not thread.reply_count:
            context["followers"] = follower_count(thread)
        return context

    def _of_the_team(self) -> dict[str, Any]:
        """Why a question is closed, whether members were asked; and who is to answer it, which the team alone knows."""
        said: dict[str, Any] = {}
        if self.thread.is_double:
            said["before"] = asked_before(self.thread, viewer_of(self.request))
        if self.thread.asks:
            said["may_close"] = can_close_as_same(self.by, self.thread)
        if self.thread.awaits_answer and not self.thread.locked and can_ask_members(self.by, self.thread):
            said["asked"] = asked_about(self.thread)
            # Who knows its subject is told by its tags, as long as those are there.
            has_tags = "tags" in open_features(self.request.community, self.by)
            said["may_ask"] = not said["asked"] and has_tags and bool(getattr(self.thread, "tag_pairs", ()))
        if self.by is not None and self.by.is_staff:
            said["assignment"] = assignment_of(self.thread)
            said["undoable"] = undoable_in(self.thread, self.by)
        return said

    def _reading(self) -> Reading:
        thread, by = self.thread, self.by
        may_accept = can_accept_answer(by, thread)
        by_use = self.sorting.by_use
        first_new = self._first_new() if not by_use or thread.last_page == 1 else None
        helped = helpful_answer(thread, self.posts, self.accepted)
        return Reading(
            community=self.request.community,
            membership=by,
            features=open_features(self.request.community, by),
            own_address=own_address(self.request.path, self.url, self.page, self.sorting.query),
            may_quote=can_reply_to_thread(by, thread),
            menu_of=asked_menu(self.request),
            accepted_id=self.accepted.pk if self.accepted else None,
            accept_url=f"{self.url}accept/" if may_accept else "",
            unaccept_url=f"{self.url}unaccept/" if may_accept else "",
            confirmed_by=self.solved.confirmed_by if self.solved else "",
            read_to=first_new - 1 if first_new else None,
            is_sorted=by_use,
            comments=render_to_string("forums/comments_head.html") if by_use else "",
            solution=self._inset() + self._solution() + self._aged() + self._again() + self._answers_head(),
            under=draw_under(self.request, self.posts, self.waiting),
            moved=self._moved(),
            helped_id=helped.pk if helped else None,
            helped=ask_under(self.request, thread, helped) if helped else "",
            unread_text=unread_since(self._read_at(), self.request.community, timezone.now())
            if first_new
            else "",
        )

    def _moved(self) -> Lines:
        """Where posts of this page, or of its gaps, stand now; on the last page, all that stood further down."""
        thread, lines = (
            self.thread,
            lines_in(self.thread, viewer_of(self.request)) if self.thread.divided else (),
        )
        if self.sorting.by_use:
            return lines if not self.after else ()
        first, last = (self.page - 1) * POSTS_PER_PAGE + 1, self.page * POSTS_PER_PAGE
        is_last = self.page >= thread.last_page
        here = tuple(line for line in lines if first <= line[0] and (is_last or line[0] <= last))
        # A page of which nothing is left says it, too: the line before it is about that.
        return here if here or self.posts else tuple(line for line in lines if line[0] < first)[-1:]

    def _inset(self) -> str:
        """What stands under the first text, while that can be read: it goes and comes with it."""
        first = self.posts[0] if self.thread.inset and self.page == 1 and self.posts else None
        is_there = first is not None and first.position == 1 and first.is_published
        return draw_inset(self.thread, self.request) if is_there else ""

    def _solution(self) -> str:
        """The link to the accepted answer, under the question; left out if that answer comes next anyway."""
        if self.page > 1 or self.accepted is None or (self.accepted.position or 1) <= NEXT:
            return ""
        if self.sorting.by_use:
            return ""
        return render_to_string(
            "forums/solution.html",
            {
                "accepted": self.accepted,
                "accepted_url": self.thread.url_of(self.accepted.position or 1),
                "accepted_text": opening(self.accepted.body_html, 160),
            },
        )

    def _aged(self) -> str:
        """That the accepted answer is old, under the question: it may hold no longer."""
        answer = self.accepted if self.page == 1 else None
        written = (answer.edited_at or answer.published_at) if answer is not None else None
        if written is None or timezone.now() - written < AGED_AFTER:
            return ""
        return render_to_string("forums/aged.html", {"may_reply": can_reply_to_thread(self.by, self.thread)})

    def _again(self) -> str:
        """Who asked it after this one, under the question."""
        again = getattr(self.thread, "asked_again", None) if self.page == 1 else None
        return render_to_string("forums/asked_again.html", {"again": again}) if again else ""

    def _order(self) -> dict[str, Any]:
        """In which order the texts stand, and the ways on."""
        by_use = self.sorting.by_use
        return {
            "pages": [] if by_use else page_links(self.url, self.page, self.thread.last_page),
            "more_url": f"?order={USEFUL}&after={self.more}" if self.more else "",
            "answers_head": self._answers_head() if self.after else "",
            # By use, a page of several says nothing of how far one has read.
            "keeps_place": not by_use or self.thread.last_page == 1,
            "is_sorted": by_use,
            "page_size": POSTS_PER_PAGE,
            "slow_minutes": self.thread.space.slow_minutes if self.form is not None else 0,
        }

    def _answers_head(self) -> str:
        """How many answers there are, in which order, and the way to the other one."""
        if not can_be_sorted(self.thread):
            return ""
        answers = self.thread.reply_count - self.thread.comments
        other = DATE if self.sorting.by_use else USEFUL
        usual = USEFUL if self.thread.last_page == 1 else DATE
        return render_to_string(
            "forums/answers_head.html",
            {
                "answers": answers,
                "by_use": self.sorting.by_use,
                "other_url": self.url if other == usual else f"{self.url}?order={other}",
            },
        )

    def _read_to(self) -> int | None:
        return getattr(self.thread, "read_to", None)

    def _read_at(self) -> Any:
        return getattr(self.thread, "read_at", None)

    def _first_new(self) -> int | None:
        """The position of the first text that its reader has not seen; None where nothing is new."""
        return getattr(self.thread, "first_new", None)

    def _first_unread(self) -> str:
        """Where the first unread post stands; empty for those who have read everything, or nothing yet."""
        first_new = self._first_new()
        if not first_new:
            return ""
        page = self.thread.page_of(first_new)
        is_here = page == self.page and (not self.sorting.by_use or self.thread.last_page == 1)
        return "#new" if is_here else f"{self.url}{f'?page={page}' if page > 1 else ''}#new"

    def _jump(self) -> dict[str, Any]:
        """The ways through a thread of several pages: arithmetic, and what the page knows anyway."""
        first, last = (self.page - 1) * POSTS_PER_PAGE + 1, self.thread.last_position
        return {
            "first": 0 if self.sorting.by_use else first,
            "last": min(first + POSTS_PER_PAGE - 1, last),
            "start": self.thread.url_of(1),
            "end": self.thread.url_of(last),
            "summary": reverse("content:show-summary", args=[self.thread.slug])
            if has_summary(self.thread)
            else "",
            "accepted": self.thread.url_of(self.accepted.position or 1) if self.accepted else "",
            "asked": (asked := asked_day(self.request)),
            "refused": _why_no_day(asked) if asked else "",
        }

    def _crumbs(self) -> list[dict[str, str]]:
        return [
            {"label": _("Forum"), "url": address_of("forums:list-spaces")},
            *crumbs_of(self.thread.space, viewer_of(self.request).space_ids),
            {"label": self.thread.title},
        ]

    def _described(self, canonical: str) -> dict[str, Any] | None:
        first = self.posts[0]
        if not self.thread.is_published or not first.is_published:
            return None
        root = canonical.partition(self.url)[0]
        answers = self.thread.reply_count - self.thread.comments
        return describe_thread(
            self.thread,
            first,
            self.accepted,
            url=canonical,
            root=root,
            answers=answers,
            others=self.posts,
        )


class Sorting(NamedTuple):
    """In which order a thread is read: by date, unless `by_use`; `query` asked for it, empty where it is the usual one.

    Usual is by use where all fits on one page. On several, an old link to a text, which names its page by date only
    from the second on, would lead to a page without it.
    """

    by_use: bool = False
    query: str = ""
    after: str = ""


def sorting_of(request: HttpRequest, thread: Thread) -> Sorting:
    if not can_be_sorted(thread):
        return Sorting()
    asked = request.GET.get("order", "")
    by_use = asked == USEFUL or (asked != DATE and thread.last_page == 1)
    query = f"order={asked}" if asked in (USEFUL, DATE) else ""
    after = request.GET.get("after", "") if by_use and BY_USE.place(request.GET.get("after", "")) else ""
    return Sorting(by_use, f"{query}&after={after}" if after and query else query, after)


def asked_day(request: HttpRequest) -> str:
    """What somebody typed to be led to a day, as far as a day is ever so long."""
    return request.GET.get("on", "").replace("\0", "\ufffd").strip()[:MOST_TYPED]


def _why_no_day(typed: str) -> str:
    try:
        read_day(typed)
    except ValidationError as problem:
        return str(problem.messages[0])
    return ""


def page_links(url: str, current: int, last: int) -> list[dict[str, Any]]:
    """Numbers around the current page, the first and the last; a gap has no address. Arithmetic, no count."""
    if last <= 1:
        return []
    near = {1, last, *range(max(current - 1, 1), min(current + 1, last) + 1)}
    links: list[dict[str, Any]] = []
    before = 0
    for number in sorted(near):
        if number > before + 1:
            links.append({"gap": True})
        links.append(
            {
                "number": number,
                "url": f"{url}?page={number}" if number > 1 else url,
                "current": number == current,
            }
        )
        before = number
    return links
