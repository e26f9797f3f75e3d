"""The same for single texts, and for the order of Today."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from communities.animation.ambassadors.models import Programme, Term
from communities.animation.today.weights import Weights, weigh_matters
from communities.blogs.review.permissions import REVIEWED
from communities.blogs.review.services import edit_checklist
from communities.content.models import Post
from communities.content.services import (
    date_thread,
    mark_read,
    merge_threads,
    move_thread,
    retire_thread,
    set_comment,
    set_wiki,
    split_thread,
)
from communities.content.services.forwarding import forward
from communities.forums.featuring import feature_thread
from communities.forums.same import close_as_same, open_again
from communities.queries import local_path
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread
from tests.promises.undoable import DoIt
from tests.promises.undoable_automations import CASES, case

__all__ = ["CASES"]


@case("date_thread")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.forum, by=here.member, tags=["Jib"])
    at = timezone.now() - datetime.timedelta(days=400)
    return lambda: date_thread(thread, by=here.owner, at=at)


@case("date_thread:answered")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.blog, by=here.manager, replies=2)
    at = timezone.now() - datetime.timedelta(days=4)
    return lambda: date_thread(thread, by=here.moderator, at=at)


@case("today_weighed")
def _(here: Cast) -> DoIt:
    return lambda: weigh_matters(Weights(age=3, effort=0), by=here.owner, community=here.community)


@case("today_weighed:back to what is proposed")
def _(here: Cast) -> DoIt:
    weigh_matters(Weights(harm=9), by=here.owner, community=here.community)
    return lambda: weigh_matters(Weights(), by=here.owner, community=here.community)


@case("date_thread:typed")
def _(here: Cast) -> DoIt:
    """Time zone a place, as its page has it typed."""
    thread = make_thread(here.forum, by=here.member)
    at = datetime.datetime(2021, 5, 4, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    return lambda: date_thread(thread, by=here.owner, at=at)


@case("date_thread:rewarded")
def _(here: Cast) -> DoIt:
    """Into a term in which what its author published was rewarded."""
    thread = make_thread(here.forum, by=here.member)
    at = timezone.now() - datetime.timedelta(days=400)
    day = datetime.timedelta(days=1)
    programme = Programme.objects.create(kind="amb", name="Friends", rewarded=True)
    Term.objects.create(
        programme=programme,
        membership=here.member,
        state=Term.State.ENDED,
        started_at=at - day,
        until=at + day,
        ended_at=at + day,
    )
    return lambda: date_thread(thread, by=here.owner, at=at)


@case("move_thread")
def _(here: Cast) -> DoIt:
    thread, there = make_thread(here.forum, by=here.member, replies=2), make_space(slug="loft", name="Loft")
    return lambda: move_thread(thread, target=there, by=here.moderator)


@case("merge_threads")
def _(here: Cast) -> DoIt:
    source = make_thread(here.forum, by=here.member, tags=["Jib"], replies=2)
    target = make_thread(here.forum, by=here.ambassador, replies=2)
    mark_read(target, by=here.marketing, position=3)
    forward("/forums/t/older/", local_path(source.get_absolute_url()))
    return lambda: merge_threads(source, target, by=here.moderator)


@case("split_thread")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.forum, by=here.member, replies=3)
    mark_read(thread, by=here.marketing, position=4)
    posts = list(Post.objects.filter(thread=thread, position__gt=2).values_list("pk", flat=True))
    said = {"title": "Aside", "by": here.moderator, "community": here.community}
    return lambda: split_thread(thread, posts=posts, **said)


@case("wiki")
def _(here: Cast) -> DoIt:
    post = make_thread(here.forum, by=here.member).opening()
    return lambda: set_wiki(post, is_wiki=True, by=here.moderator)


@case("comment")
def _(here: Cast) -> DoIt:
    post = make_reply(make_thread(here.forum, by=here.member, kind="question"), by=here.ambassador)
    return lambda: set_comment(post, is_comment=True, by=here.moderator)


@case("feature_thread")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.forum, by=here.member)
    return lambda: feature_thread(thread, by=here.moderator, community=here.community)


@case("same_question")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.forum, by=here.member, kind="question")
    original = make_thread(here.forum, by=here.ambassador, kind="question")
    return lambda: close_as_same(thread, original=original, by=here.moderator, reason="Both ask it.")


@case("same_question:open")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.forum, by=here.member, kind="question")
    original = make_thread(here.forum, by=here.ambassador, kind="question")
    close_as_same(thread, original=original, by=here.moderator, reason="Both ask it.")
    return lambda: open_again(thread, by=here.moderator)


@case("edit_checklist")
def _(here: Cast) -> DoIt:
    space = make_space(kind="blog", slug="log", settings={"switches": [REVIEWED]})
    edit_checklist(space, by=here.owner, lines=["Sources are named"])
    return lambda: edit_checklist(space, by=here.owner, lines=["Links were opened"])


@case("retire_thread")
def _(here: Cast) -> DoIt:
    """At once, with its answers and its tags."""
    thread = make_thread(here.forum, by=here.member, tags=["Jib"], replies=2)
    return lambda: retire_thread(thread, by=here.owner, at=timezone.now())


@case("retire_thread:later")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.blog, by=here.manager)
    at = timezone.now() + datetime.timedelta(days=4)
    return lambda: retire_thread(thread, by=here.moderator, at=at)


@case("retire_thread:again")
def _(here: Cast) -> DoIt:
    thread = make_thread(here.blog, by=here.manager, replies=2)
    retire_thread(thread, by=here.owner, at=timezone.now())
    return lambda: retire_thread(thread, by=here.owner, at=None)
