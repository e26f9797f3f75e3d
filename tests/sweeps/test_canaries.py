"""Words hidden in what must not be seen are looked for in everything that others may see."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from communities.animation.calendar import feed
from communities.content import services
from communities.content.models import Post, State, Thread
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.tasks import notify_of_post
from communities.signals import screening
from members.aside import try_again
from moderation.services import decide_case, report_member
from moderation.services.statements import seen_revision
from tests.factories import make_membership, make_reply, make_thread
from tests.mailing import delivered
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.conftest import QUICK
from tests.sweeps.world import World

# Words of nobody's language, one for each hiding place; all share a beginning, so that one search asks for all.
STEM = "quokkazym"
PLACES = {
    name: f"{STEM}{name}zz"
    for name in (
        "draft", "scheduled", "pending", "pendingreply", "hidden", "hiddenreply", "removed", "removedreply",
        "deleted", "deletedreply", "team", "teamreply", "closed", "abroad", "abroadmember", "suspended", "gone",
        "revision", "cleared",
    )
}  # fmt: skip
# Members read what is for members; that is no leak.
OPEN_TO_MEMBERS = {"closed"}
# Keys: whoever has one reads as its owner does, here a manager. What others’ keys tell has a test of its own.
KEYS = frozenset({"manage/calendar/<str:token>.ics", "events/mine/<str:token>.ics"})


@pytest.fixture(scope="module")
def hidden_in_module(world_of_module: World, django_db_blocker: Any, media: Path) -> Iterator[World]:
    """The world, with a canary in every hiding place; hidden once for all who look."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=QUICK, MEDIA_ROOT=media, EMAIL_FILE_PATH=str(media / "mail")):
            _hide(world_of_module)
        yield world_of_module
        transaction.set_rollback(True)


@pytest.fixture
def hidden(hidden_in_module: World, world: World) -> World:
    return world


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


def asked_addresses(world: World) -> Iterator[str]:
    """Every address that can be read, and those that answer to a word or a second page."""
    for route, address in COMMUNITY.items():
        if route not in KEYS:
            yield world.here.prefix + address.path(route, world)
    for path in (
        f"/search/?q={STEM}", f"/search/?q={STEM}draftzz", f"/search/?q={STEM}&tab=posts",
        f"/search/?q={STEM}&tab=people",
        f"/search/suggest/?q={STEM}+title", f"/members/suggest/?q={STEM[:4]}", f"/members/?q={STEM}",
        f"/tags/{STEM}/", "/forums/t/mending-a-jib/?page=1", "/members/canary-keeper/",
        "/members/canary-cleared/", "/report/member/canary-cleared/",
        "/members/canary-keeper/?kind=replies", "/forums/f/sails-of-here/?filter=unanswered",
        "/sitemaps/members-1.xml", "/sitemaps/spaces-1.xml", "/sitemaps/tags-1.xml",
        f"/members/{PLACES['suspended']}/", f"/members/{PLACES['gone']}/", "/notifications/?show=unread",
    ):  # fmt: skip
        yield world.here.url(path)
    for word in PLACES.values():
        yield world.here.url(f"/forums/t/{word}-title/")
        yield world.here.url(f"/forums/t/{word}-title/feed.xml")
        yield world.here.url(f"/search/?q={word}")


def leaks(client: Client, world: World, allowed: set[str]) -> list[str]:
    found = []
    words = {name: word for name, word in PLACES.items() if name not in allowed}
    for path in asked_addresses(world):
        response = client.get(path)
        if response.status_code != 200 or response.streaming:
            continue
        body = response.content.decode(errors="replace").replace(path, "").lower()
        # What was asked for is repeated on a page of results; that tells nobody anything.
        asked = path.partition("q=")[2].partition("&")[0].replace("+title", "")
        found += [f"{name} at {path}" for name, word in words.items() if word in body and word != asked]
    return found


@pytest.mark.parametrize("role", ["visitor", "newcomer", "foreigner", "member", "ambassador", "marketing"])
def test_hidden_words_are_found_nowhere(hidden: World, role: str) -> None:
    inside = role in ("member", "ambassador", "marketing")
    allowed = set(OPEN_TO_MEMBERS) if inside else set()
    if role == "marketing":
        allowed |= {"team", "teamreply"}
    found = leaks(hidden.client(role), hidden, allowed)
    assert not found, "\n".join(found)


def test_a_key_tells_what_its_owner_may_see(hidden: World) -> None:
    """And no more, although whoever asks has not signed in; the control: a manager’s tells of what is scheduled."""
    here = hidden.here
    with here.scope():
        key = feed.token_of(feed.make_feed(by=here.marketing))
    told = Client().get(here.url(f"/manage/calendar/{key}.ics")).content.decode()
    unfolded = told.replace("\r\n ", "").lower()
    assert {name for name, word in PLACES.items() if word in unfolded} <= {"team", "teamreply", "closed"}
    by_manager = Client().get(here.url(f"/manage/calendar/{hidden.calendar_token}.ics")).content.decode()
    assert PLACES["scheduled"] in by_manager.replace("\r\n ", "")


def test_the_team_finds_what_it_looks_after(hidden: World) -> None:
    """The control: the canaries are there, and whoever may see them does."""
    found = " ".join(leaks(hidden.client("moderator"), hidden, set()))
    assert all(f"{name} at" in found for name in ("team", "hidden", "removedreply", "closed"))


def test_search_results_count_nothing_hidden(hidden: World) -> None:
    for word in PLACES.values():
        page = hidden.client("visitor").get(hidden.here.url(f"/search/?q={word}"))
        assert page.context["found"].total == 0, word
        assert page.context["found"].tags == [], word


def test_mails_tell_nothing_hidden(hidden: World) -> None:
    here = hidden.here
    with here.scope():
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(minutes=5))
        write_waiting(here.community)
    # The world has its mails set aside for a minute.
    try_again(hidden.things["aside"])
    told = [message.to[0] for message in delivered()]
    assert here.member.member.email in told
    team = {
        here.owner.member.email,
        here.manager.member.email,
        here.moderator.member.email,
        here.marketing.member.email,
    }
    for message in delivered():
        text = f"{message.subject} {message.body} {message.alternatives}"
        allowed = {"closed", "revision"} | ({"team", "teamreply"} if message.to[0] in team else set())
        assert [name for name, word in PLACES.items() if word in text and name not in allowed] == [], (
            message.to
        )
