"""What the tests of moderation do again and again, through the real services. Called inside the community's scope."""

from __future__ import annotations

from typing import Any

from communities.content import services as content
from communities.content.models import Post, Thread
from communities.models import Community, Membership
from moderation import services
from moderation.models import Case, Decision
from moderation.services.statements import seen_revision
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread


def set_mode(cast: Cast, mode: str) -> None:
    Community.objects.filter(pk=cast.community.pk).update(moderation_mode=mode)
    cast.community.moderation_mode = mode


def held_reply(cast: Cast, *, by: Membership | None = None, body: str = "<p>A first hello.</p>") -> Post:
    """A newcomer's reply, waiting for a moderator."""
    thread = make_thread(cast.forum, by=cast.manager)
    set_mode(cast, Community.Mode.HYBRID)
    post = make_reply(thread, by=by or make_membership(), body=body)
    assert post.state == "pending"
    return post


def reported(
    cast: Cast, *, by: Membership | None = None, category: str = "spam", post: Post | None = None
) -> Case:
    """A member's published reply with one report."""
    post = post or make_reply(make_thread(cast.forum, by=cast.manager), by=cast.member)
    services.report_post(post, by=by or cast.ambassador, category=category)
    return Case.objects.open().about(post).get()


def case_of(post: Post) -> Case:
    found: Case = Case.objects.about(post).order_by("-id")[:1].get()
    return found


def decide(case: Case, *, by: Membership, act: str, **given: Any) -> Decision:
    """As from a page that was opened now."""
    case = Case.objects.get(pk=case.pk)
    post = Post.objects.filter(pk=case.post_id).first()
    given = {"version": case.version, "revision": post.revision_count if post else 0} | given
    if act in ("hide", "remove", "refuse"):
        given.setdefault("ground", "courtesy")
    if act == "restore":
        given.setdefault("reason", "We looked again.")
    return services.decide_case(case, by=by, act=act, **given)


def edit(post: Post, body: str) -> Post:
    assert post.author is not None
    return content.edit_post(post, by=post.author, body=body)


def fresh(post: Post) -> Post:
    found: Post = Post.objects.select_related("thread__space", "author").get(pk=post.pk)
    return found


def thread_path(thread: Thread) -> str:
    return f"/forums/t/{thread.slug}/"


def reported_page(person: Membership, *, by: Membership, category: str = "spam") -> Case:
    """The open case about a member's page, with one report more."""
    services.report_member(person, by=by, category=category)
    found: Case = Case.objects.open().about(person).get()
    return found


def decide_page(case: Case, *, by: Membership, act: str, **given: Any) -> Decision:
    """As from a page that was opened now."""
    case = Case.objects.select_related("person").get(pk=case.pk)
    given = {"version": case.version, "revision": seen_revision(case)} | given
    if act == "clear":
        given.setdefault("ground", "courtesy")
    if act == "restore":
        given.setdefault("reason", "We looked again.")
    return services.decide_case(case, by=by, act=act, **given)
