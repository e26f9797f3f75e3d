"""Words hidden in what must not be seen: whoever sees one of them was shown what is none of theirs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.utils import timezone

from communities.content import services
from communities.content.models import Post, State, Thread
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.tasks import notify_of_post
from communities.signals import screening
from communities.trials.arranging import TrialWishes, edit_trial, release
from communities.trials.models import Feedback
from moderation.services import decide_case, report_member
from moderation.services.statements import seen_revision
from tests.factories import make_membership, make_reply, make_space, make_thread
from tests.sweeps.seeing import Seen
from tests.sweeps.world import World

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Words of nobody's language, one for each hiding place; all share a beginning, so that one search asks for all.
STEM = "quokkazym"
PLACES = {
    name: f"{STEM}{name}zz"
    for name in (
        "draft", "scheduled", "pending", "pendingreply", "hidden", "hiddenreply", "removed", "removedreply",
        "deleted", "deletedreply", "team", "teamreply", "closed", "abroad", "abroadmember", "suspended", "gone",
        "revision", "cleared", "tested", "testedreply", "testedenv",
    )
}  # fmt: skip
# What each may see after all: members read what is for members, and a marketing lead is of the team.
SEEN_BY: dict[str, set[str]] = {
    "visitor": set(),
    "newcomer": set(),
    "foreigner": set(),
    "member": {"closed"},
    "ambassador": {"closed"},
    "marketing": {"closed", "team", "teamreply"},
}
# Keys: whoever has one reads as its owner does, and the world’s are a manager’s and a member’s. What they tell of what
# their owner may not read has tests of its own: of the editorial calendar, and of one’s own events.
KEYS = frozenset({"manage/calendar/<str:token>.ics", "events/mine/<str:token>.ics"})


@contextmanager
def hidden_in(world: World, blocker: Any, media: Path) -> Iterator[World]:
    """The world, with a canary in every hiding place; hidden once for all who look."""
    with blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=QUICK, MEDIA_ROOT=media, EMAIL_FILE_PATH=str(media / "mail")):
            _hide(world)
        yield world
        transaction.set_rollback(True)


def leaked(response: HttpResponse, path: str, allowed: set[str]) -> list[str]:
    """The hiding places that an answer tells of."""
    if response.status_code != 200 or response.streaming:
        return []
    body = response.content.decode(errors="replace").replace(path, "").lower()
    if STEM not in body:
        return []
    # What was asked for is repeated on a page of results; that tells nobody anything.
    asked = path.partition("q=")[2].partition("&")[0].replace("+title", "")
    words = {name: word for name, word in PLACES.items() if name not in allowed}
    return [f"{name} at {path}" for name, word in words.items() if word in body and word != asked]


def nothing_hidden_is_seen(seen: Seen, route: str) -> None:
    if route in KEYS:
        return
    read = [one for one in seen.read if one.role in SEEN_BY]
    found = [
        f"{said} as {one.role}" for one in read for said in leaked(one.response, one.path, SEEN_BY[one.role])
    ]
    assert found == []


def _hide(world: World) -> None:
    here = world.here
    with here.scope():
        writer = make_membership(handle="canary-keeper", display_name="Keeper", trust_level=2)
        _hide_threads(world, writer)
        _hide_replies(world, writer)
        _hide_people()
        _clear_a_page(world)
        for number in (
            Post.objects.filter(state=State.PUBLISHED).order_by("-pk").values_list("pk", flat=True)[:30]
        ):
            notify_of_post(community_id=here.community.pk, post_id=number)
    with world.elsewhere.scope():
        make_thread(
            world.elsewhere.forum, title=PLACES["abroad"], body=f"<p>{PLACES['abroad']}</p>", tags=[STEM]
        )
        make_membership(handle=PLACES["abroadmember"][:40], display_name=PLACES["abroadmember"])
    forget_all()


def _text(place: str) -> dict[str, str]:
    return {"title": f"{PLACES[place]} title", "body": f"<p>{PLACES[place]} body</p>"}


def _hide_threads(world: World, writer: Membership) -> None:
    """Tagged like what is public, so that tag pages and counts are asked too."""
    here, space = world.here, world.space
    make_thread(space, by=writer, state=State.DRAFT, tags=["Jib"], **_text("draft"))
    planned = make_thread(space, by=writer, state=State.DRAFT, tags=["Jib"], **_text("scheduled"))
    services.schedule_thread(planned, by=writer, at=timezone.now() + datetime.timedelta(days=1))
    with _screened():
        make_thread(space, by=writer, tags=["Jib"], **_text("pending"))
    for place in ("hidden", "removed"):
        thread = make_thread(space, by=writer, tags=["Jib"], **_text(place))
        Thread.objects.filter(pk=thread.pk).update(state=place)
        Post.objects.filter(thread=thread).update(state=place)
    deleted = make_thread(space, by=writer, **_text("deleted"))
    services.delete_post(deleted.posts.get(position=1), by=writer)
    make_thread(world.office, by=here.manager, **_text("team"))
    make_thread(world.hall, by=writer, **_text("closed"))
    _hide_in_a_test(world, writer)


def _hide_in_a_test(world: World, writer: Membership) -> None:
    """Feedback in the private space of an announced test, which none of those who look has a place in."""
    space = make_space(kind="trials", slug="quiet-test", name="Quiet test", audience="testers")
    wishes = TrialWishes(product="A quiet thing", pledge="I keep it to myself.")
    trial = edit_trial(space, wishes, by=world.here.manager, announces=True)
    forget_all()
    thread = make_thread(space, by=world.here.manager, tags=["Jib"], **_text("tested"))
    Feedback.objects.filter(pk=thread.pk).update(environment=PLACES["testedenv"])
    make_reply(thread, by=world.here.manager, body=f"<p>{PLACES['testedreply']} @{writer.handle}</p>")
    release(trial, name=PLACES["tested"][:40], changes=PLACES["tested"], by=world.here.manager)


def _hide_replies(world: World, writer: Membership) -> None:
    thread, here = world.thread, world.here
    make_reply(
        world.office_thread, by=here.manager, body=f"<p>{PLACES['teamreply']} @{here.member.handle}</p>"
    )
    with _screened():
        make_reply(thread, by=writer, body=f"<p>{PLACES['pendingreply']} @{here.member.handle}</p>")
    for place in ("hidden", "removed"):
        post = make_reply(thread, by=writer, body=f"<p>{PLACES[place + 'reply']} @{here.member.handle}</p>")
        notify_of_post(community_id=here.community.pk, post_id=post.pk)
        Post.objects.filter(pk=post.pk).update(state=place)
    post = make_reply(thread, by=writer, body=f"<p>{PLACES['deletedreply']}</p>")
    services.delete_post(post, by=writer)
    post = make_reply(thread, by=writer, body=f"<p>{PLACES['revision']}</p>")
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - datetime.timedelta(hours=1))
    services.edit_post(post, by=writer, body="<p>Nothing to see.</p>")


def _clear_a_page(world: World) -> None:
    word = PLACES["cleared"]
    said = dict.fromkeys(("bio", "headline", "place"), word)
    person = make_membership(handle="canary-cleared", profile={"boat": word}, **said)
    case = report_member(person, by=world.here.owner, category="spam").case
    sent = {"version": case.version, "revision": seen_revision(case), "ground": "courtesy"}
    decide_case(case, by=world.here.moderator, act="clear", **sent)


def _hide_people() -> None:
    about = {"bio": "A bio", "headline": "A headline"}
    for place, status in (("suspended", "suspended"), ("gone", "left")):
        word = PLACES[place]
        make_membership(status=status, handle=word, display_name=word, **dict.fromkeys(about, word))


class _screened:
    """Everything written meanwhile is held."""

    def __enter__(self) -> None:
        screening.connect(self._hold, weak=False)

    def __exit__(self, *_failure: object) -> None:
        screening.disconnect(self._hold)

    @staticmethod
    def _hold(sender: object, verdict: services.Verdict, **_rest: object) -> None:
        verdict.hold("a test")
