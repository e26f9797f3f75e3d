"""Limits by trust: each act that writes, sends or asks has one, said in words on the page that was sent from."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from communities import limits
from communities.content import services
from communities.content.models import Post, Reaction, SpaceAuthor, Subscription, Thread
from communities.content.services.verdicts import writing_history
from communities.limits import DAY, MINUTES, TABLE, Limited, TooFast, Trust, Window, count_act
from communities.models import Membership
from communities.people.fields.files import send_file
from communities.signals import arrived_by_link
from config import caches
from config.turns import Turns
from tests.communities.blogs.conftest import typed
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db

WORDS = "You can continue at"


@pytest.fixture(autouse=True)
def turned_on(settings: Any) -> None:
    settings.LIMITS_BY_TRUST = True


def at_most(monkeypatch: pytest.MonkeyPatch, act: Limited, most: int) -> None:
    windows = (Window(most, MINUTES),)
    monkeypatch.setitem(TABLE, act, dict.fromkeys(Trust, windows))


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (12, 12), (20, 120, 60)).save(file, "PNG")
    return SimpleUploadedFile("boat.png", file.getvalue(), "image/png")


def is_refused(answer: Any, *said: str) -> bool:
    """Told in words, with how long to wait; `said` is what stays in the form."""
    page = answer.content.decode()
    assert answer.status_code == 429, (answer.status_code, page[:400])
    assert 0 < int(answer["Retry-After"]) <= MINUTES
    assert all(words in page for words in (WORDS, *said)), page
    return True


def test_the_table_gives_each_act_to_everybody_and_never_less_to_those_trusted_more() -> None:
    members = (Trust.NEW, Trust.KNOWN, Trust.REGULAR)
    for act in Limited:
        assert set(members) <= set(TABLE[act])
        assert act in limits.DONE
        for trust in members:
            assert all(window.most > 1 and window.seconds in limits.PERIODS for window in TABLE[act][trust])
        for less, more in ((Trust.NEW, Trust.KNOWN), (Trust.KNOWN, Trust.REGULAR)):
            pairs = zip(TABLE[act][less], TABLE[act][more], strict=True)
            assert all(a.most <= b.most and a.seconds == b.seconds for a, b in pairs)
    # Whoever may ask without a membership.
    assert all(Trust.VISITOR in TABLE[act] for act in (Limited.SEARCH, Limited.SUGGEST))


def test_a_newcomer_is_told_what_they_did_and_when_they_may_go_on(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime.datetime(2026, 11, 3, 14, 22, 10, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    with here.scope(), timezone.override("UTC"):
        new = make_membership(trust_level=0)
        for _time in range(TABLE[Limited.REPLY][Trust.NEW][0].most):
            count_act(new, Limited.REPLY)
        with pytest.raises(TooFast) as refusal:
            count_act(new, Limited.REPLY)
    assert str(refusal.value) == "You have posted 10 replies in 10 minutes. You can continue at 14:33."
    assert refusal.value.seconds == MINUTES


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "You can continue in 1 second."),
        (59, "You can continue in 59 seconds."),
        (60, "You can continue at 14:24."),
        (DAY, "You can continue on 4 November 2026 at 14:23."),
    ],
)
def test_never_sooner_than_it_is_true(seconds: int, said: str) -> None:
    with timezone.override("UTC"):
        moment = datetime.datetime(2026, 11, 3, 14, 22, 10, tzinfo=datetime.UTC)
        assert limits._again(moment, seconds) == said


def test_the_team_and_texts_of_long_ago_are_not_counted(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at_most(monkeypatch, Limited.REPLY, 2)
    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
        for who in (here.owner, here.manager, here.moderator, here.marketing):
            for _time in range(4):
                make_reply(thread, by=who)
        with writing_history():
            for _time in range(4):
                make_reply(thread, by=here.member)
        for _time in range(2):
            make_reply(thread, by=here.member)
        for who in (here.member, here.ambassador):
            # The ambassador has written nothing before; the member as much as they may.
            left = 2 if who is here.ambassador else 0
            for _time in range(left):
                make_reply(thread, by=who)
            with pytest.raises(TooFast):
                make_reply(thread, by=who)


def test_another_community_and_another_person_have_counts_of_their_own(
    here: Cast, elsewhere: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_most(monkeypatch, Limited.REPLY, 2)
    for place in (here, elsewhere):
        with place.scope():
            there = (
                here.member
                if place is here
                else make_membership(here.member.member, role="member", trust_level=2)
            )
            thread = make_thread(place.forum, by=place.owner)
            for _time in range(2):
                make_reply(thread, by=there)
            with pytest.raises(TooFast):
                make_reply(thread, by=there)
            make_reply(thread, by=make_membership(trust_level=2))


def test_what_is_refused_stores_nothing_and_a_second_press_counts_nothing(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_most(monkeypatch, Limited.REPLY, 2)
    number = "7b1c7d2e-8b1f-4a80-9d35-111111111111"
    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
    client, address = here.sign_in(here.member), here.url(f"{_path(thread)}reply/")
    for _time in range(4):
        assert client.post(address, {"body": "Once", "submission": number}).status_code == 302
    assert client.post(address, {"body": "Twice"}).status_code == 302
    assert is_refused(client.post(address, {"body": "Thrice is what stays"}), "Thrice is what stays")
    with here.scope():
        assert Post.objects.filter(thread=thread).count() == 3
        assert Thread.objects.get(pk=thread.pk).reply_count == 2


def _path(thread: Thread) -> str:
    return f"/forums/t/{thread.slug}/"


Send = Callable[[Client, Cast], Any]


def start(client: Client, here: Cast) -> Any:
    said = {"title": "What was typed", "body": "A long text.", "kind": "topic"}
    return client.post(here.url("/forums/f/rigging/new/"), said)


def write(client: Client, here: Cast) -> Any:
    with here.scope():
        SpaceAuthor.objects.get_or_create(space=here.blog, membership=here.member)
    said = typed(title="What was typed")
    return client.post(here.url("/blogs/journal/new/"), said)


def edit(client: Client, here: Cast) -> Any:
    with here.scope():
        post = Post.objects.filter(author=here.member, position__isnull=False).first() or make_reply(
            make_thread(here.forum, by=here.owner), by=here.member
        )
        post.refresh_from_db()
    said = {"body": f"What was typed {post.revision_count}", "revision": post.revision_count}
    return client.post(here.url(f"/p/{post.public_id}/edit/"), said)


def rename(client: Client, here: Cast) -> Any:
    with here.scope():
        thread = Thread.objects.filter(author=here.member).first() or make_thread(here.forum, by=here.member)
    said = {"title": f"What was typed {thread.slug}"[:60], "tags": ""}
    return client.post(here.url(f"{_path(thread)}edit/"), said)


def introduce(client: Client, here: Cast) -> Any:
    said = {"display_name": "What was typed", "handle": here.member.handle, "bio": "What was typed"}
    return client.post(here.url("/me/profile/"), said)


def look(client: Client, here: Cast) -> Any:
    return client.get(here.url("/search/?q=What+was+typed"))


def find(client: Client, here: Cast) -> Any:
    return client.get(here.url("/members/?q=What+was+typed"))


PREVIEWED = {"body": "What was typed", "body_format": "markdown"}


def preview(client: Client, here: Cast) -> Any:
    return client.post(here.url("/preview/"), PREVIEWED | {"form_action": here.url("/me/")})


FORMS: list[tuple[Limited, Send]] = [
    (Limited.START, start),
    (Limited.START, write),
    (Limited.EDIT, edit),
    (Limited.EDIT, rename),
    (Limited.EDIT, introduce),
    (Limited.SEARCH, look),
    (Limited.SEARCH, find),
    (Limited.PREVIEW, preview),
]


@pytest.mark.parametrize(("act", "send"), FORMS, ids=[send.__name__ for _act, send in FORMS])
def test_each_form_says_so_and_keeps_what_was_typed(
    here: Cast, monkeypatch: pytest.MonkeyPatch, act: Limited, send: Send
) -> None:
    at_most(monkeypatch, act, 2)
    client = here.sign_in(here.member)
    taken = [send(client, here).status_code for _time in range(2)]
    assert set(taken) <= {200, 302}, taken
    assert is_refused(send(client, here), "What was typed")


def test_pictures_are_counted_wherever_they_are_sent(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at_most(monkeypatch, Limited.UPLOAD, 3)
    client = here.sign_in(here.member)
    assert client.post(here.url("/uploads/"), {"file": picture()}).status_code == 201
    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
        field = make_field("file")
        send_file(field.key, SimpleUploadedFile("licence.pdf", b"%PDF-1.7 x"), by=here.member)
    profile = {"display_name": "Jane", "handle": here.member.handle, "picture": picture()}
    assert client.post(here.url("/me/profile/"), profile).status_code == 302
    answer = client.post(here.url("/uploads/"), {"file": picture()})
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert answer.json()["error"].startswith("You have sent 3 files in 10 minutes. You can continue at ")
    reply = {"body": "With a picture", "picture": picture()}
    assert is_refused(client.post(here.url(f"{_path(thread)}reply/"), reply), "With a picture")
    with here.scope():
        assert Thread.objects.get(pk=thread.pk).reply_count == 0


def test_what_a_script_asks_is_answered_quietly(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at_most(monkeypatch, Limited.SUGGEST, 2)
    at_most(monkeypatch, Limited.DRAFT, 2)
    visitor, member = Client(), here.sign_in(here.member)
    assert [_quiet(visitor, here.url("/search/suggest/?q=halyard")) for _time in range(3)] == [200, 200, 429]
    asked = ["/members/suggest/?q=na", "/search/suggest/?q=halyard", "/members/suggest/?q=na"]
    assert [_quiet(member, here.url(path)) for path in asked] == [200, 200, 429]
    with here.scope():
        draft = make_thread(here.forum, by=here.member, state="draft")
    said = {"title": "A draft", "body": "Grows", "version": ""}
    saved = [member.post(here.url(f"/drafts/{draft.pk}/"), said) for _time in range(3)]
    assert [answer.status_code for answer in saved] == [200, 200, 429]
    assert WORDS in saved[-1].json()["error"]


def _quiet(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer["Content-Type"] == "application/json"
    assert (answer.status_code == 429) == ("Retry-After" in answer)
    return answer.status_code


def test_one_press_too_many_is_told_where_it_was_pressed(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at_most(monkeypatch, Limited.REACT, 2)
    at_most(monkeypatch, Limited.FOLLOW, 2)
    client = here.sign_in(here.member)
    with here.scope():
        threads = [make_thread(here.forum, by=here.owner) for _time in range(3)]
        posts = [thread.opening() for thread in threads]
    for post in posts[:2]:
        # A second press of the same button gives nothing, and counts nothing.
        for _time in range(2):
            _press(client, here, "/p/react/", "", thanks=str(post.pk))
    said = _press(client, here, "/p/react/", _path(threads[2]), thanks=str(posts[2].pk))
    assert said.startswith("You have reacted 2 times in 10 minutes. You can continue at ")
    quick = client.post(here.url("/p/react/"), {"thanks": posts[2].pk}, headers={"HX-Request": "true"})
    assert (quick.status_code, quick.content) == (429, b"")
    assert quick["Retry-After"]
    assert json.loads(quick["HX-Trigger"])["toast"] == said
    with here.scope():
        assert [Post.objects.get(pk=post.pk).reaction_count for post in posts] == [1, 1, 0]
        assert Reaction.objects.filter(membership=here.member).count() == 2
    # What takes something back is never refused.
    assert _press(client, here, "/p/unreact/", "", thanks=str(posts[0].pk)) == ""

    for thread in threads[:2]:
        _press(client, here, f"{_path(thread)}follow/", "")
    words = "You have followed 2 threads and spaces in 10 minutes."
    for path in (_path(threads[2]), "/forums/f/rigging/", "/blogs/journal/"):
        assert _press(client, here, f"{path}follow/", path).startswith(words)
    for path in (*map(_path, threads), "/forums/f/rigging/"):
        assert words not in _press(client, here, f"{path}unfollow/", "")
    with here.scope():
        assert not Subscription.objects.following().filter(membership=here.member).exists()


def _press(client: Client, here: Cast, path: str, back: str, **said: str) -> str:
    """What the page says to which one press leads; `back` is the page that it has to be."""
    answer = client.post(here.url(path), said, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].startswith(here.url(back or "/"))
    return "".join(str(message) for message in answer.context["messages"])


def test_who_comes_through_a_link_into_a_space_follows_it_whatever_is_full(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_most(monkeypatch, Limited.FOLLOW, 1)
    with here.scope():
        services.follow_space(here.blog, by=here.member)
        arrived_by_link.send(sender=Membership, membership=here.member, space_id=here.forum.pk)
        assert Subscription.objects.filter(membership=here.member, space=here.forum).exists()


def test_visitors_are_counted_by_where_they_come_from(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at_most(monkeypatch, Limited.SEARCH, 2)
    address = here.url("/search/?q=halyard")
    answers = [Client(REMOTE_ADDR="192.0.2.1").get(address) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert is_refused(answers[-1], "halyard")
    assert Client(REMOTE_ADDR="192.0.2.2").get(address).status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.1").get(here.url("/search/")).status_code == 200, "asks for nothing"


def test_an_article_is_limited_like_a_text_and_keeps_its_former_words(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_most(monkeypatch, Limited.EDIT, 1)
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.owner), by=here.member)
        services.edit_post(post, by=here.member, body="<p>Second</p>")
        with pytest.raises(TooFast):
            services.edit_post(post, by=here.member, body="<p>Third</p>")
        assert Post.objects.get(pk=post.pk).body_html == "<p>Second</p>"


def test_without_redis_it_is_counted_all_the_same(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "turns_behind", Turns())
    monkeypatch.setattr(caches, "trouble", caches._Trouble())
    monkeypatch.setattr(caches.trouble, "rests_until", float("inf"))
    at_most(monkeypatch, Limited.REPLY, 2)
    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
    client, address = here.sign_in(here.member), here.url(f"{_path(thread)}reply/")
    answers = [client.post(address, {"body": f"Number {number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]


def test_a_level_that_grows_gives_room_at_once(here: Cast) -> None:
    with here.scope():
        new: Membership = make_membership(trust_level=0)
        for _time in range(TABLE[Limited.START][Trust.NEW][0].most):
            count_act(new, Limited.START)
        with pytest.raises(TooFast):
            count_act(new, Limited.START)
        new.trust_level = 1
        count_act(new, Limited.START)
