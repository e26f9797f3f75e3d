"""Pages that are kept until something has changed: each equals the page drawn anew, after whatever happens."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.blogs.models import Article
from communities.content import audiences, services
from communities.content.models import Post, Reaction, Space, State, Tag, Thread
from communities.drawing import Drawing, noted_in
from communities.forums import services as forum_services
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.promotions.models import Banner
from communities.promotions.showing import banner_for
from tests import factories
from tests.conftest import Cast, make_cast


@pytest.fixture(autouse=True)
def keeping(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VISITOR_PAGES = 64
    # Nothing is remembered for a second meanwhile.
    monkeypatch.setattr("communities.memory.LIFETIME", 0.0)


class Place:
    """A place with something of everything, and its pages that are kept."""

    def __init__(self, here: Cast) -> None:
        self.here = here
        with here.scope():
            self.question = factories.make_thread(here.forum, by=here.member, kind="question", tags=["Rope"])
            self.answer = factories.make_reply(self.question, by=here.ambassador)
            self.quiet = factories.make_thread(here.forum, by=here.ambassador)
            self.earlier = factories.make_thread(here.blog, by=here.owner, kind="article")
            self.article = factories.make_thread(here.blog, by=here.owner, kind="article")
            factories.make_reply(self.article, by=here.member)
            # Far enough for its date to be said as a date.
            Thread.objects.update(published_at=timezone.now() - datetime.timedelta(days=30))
            self.paths = [
                "/",
                "/forums/f/rigging/",
                "/feed.xml",
                *(thread.get_absolute_url() for thread in (self.question, self.quiet, self.article)),
            ]

    def seen(self) -> dict[str, tuple[int, bytes]]:
        return {path: self._get(path) for path in self.paths}

    def drawn(self, settings: Any) -> dict[str, tuple[int, bytes]]:
        """With nothing at hand that was drawn before, neither pages nor parts of them."""
        settings.VISITOR_PAGES = 0
        forget_all()
        seen = self.seen()
        settings.VISITOR_PAGES = 64
        return seen

    def _get(self, path: str) -> tuple[int, bytes]:
        answer = Client().get(self.here.url(path))
        # The page of an error has a number of its own.
        return answer.status_code, answer.content if answer.status_code == 200 else b""

    def seen_by(self, reader: Membership) -> list[str]:
        """What somebody who is signed in sees, without what is another each time."""
        client = self.here.sign_in(reader)
        pages = [client.get(self.here.url(path)).content.decode() for path in self.paths]
        return [re.sub(r'(csrfmiddlewaretoken|submission)" value="[^"]*', "", page) for page in pages]


def _article(thread: Thread, **changes: Any) -> None:
    Article.objects.update_or_create(thread=thread, defaults=changes)


Act = Callable[[Place], Any]
ACTS: dict[str, Act] = {
    "reply": lambda p: factories.make_reply(p.question, by=p.here.owner, body="<p>Longer bury.</p>"),
    "edit": lambda p: Post.objects.filter(pk=p.answer.pk).update(
        body_html="<p>Other.</p>", edited_at=timezone.now()
    ),
    "say that it was rewarded": lambda p: Post.objects.filter(pk=p.answer.pk).update(rewarded=True),
    "say that an article was rewarded": lambda p: Post.objects.filter(thread=p.article).update(rewarded=True),
    "hide": lambda p: Post.objects.filter(pk=p.answer.pk).update(state=State.HIDDEN),
    "delete": lambda p: services.delete_post(p.answer, by=p.here.ambassador),
    "react": lambda p: services.react_to_post(p.answer, by=p.here.owner, kind=Reaction.Kind.USEFUL),
    "accept": lambda p: forum_services.accept_answer(p.question, post=p.answer, by=p.here.member),
    "follow": lambda p: services.follow_thread(p.quiet, by=p.here.owner),
    "lock": lambda p: services.lock_thread(p.question, by=p.here.moderator, reason="Said."),
    "pin": lambda p: services.pin_thread(p.quiet, by=p.here.moderator),
    "score of a former site": lambda p: Thread.objects.filter(pk=p.question.pk).update(vote_score=7),
    "rename the article before": lambda p: Thread.objects.filter(pk=p.earlier.pk).update(title="Other words"),
    "a drawing for the article before": lambda p: _article(p.earlier, cover_drawing="rope"),
    "longer to read": lambda p: _article(p.earlier, reading_minutes=9),
    "an excerpt": lambda p: _article(p.article, excerpt="In short."),
    "no more replies to an article": lambda p: _article(p.article, comments_open=False),
    "withdraw a thread": lambda p: Thread.objects.filter(pk=p.question.pk).update(state=State.HIDDEN),
    "rename a thread": lambda p: Thread.objects.filter(pk=p.question.pk).update(title="Other words"),
    "rename a tag": lambda p: Tag.objects.filter(name="Rope").update(name="Lines"),
    "rename a person": lambda p: Membership.objects.filter(pk=p.here.ambassador.pk).update(display_name="Io"),
    "give a role": lambda p: Membership.objects.filter(pk=p.here.member.pk).update(role="ambassador"),
    "forget a person": lambda p: Post.objects.filter(pk=p.answer.pk).update(author=None),
    "rename a space": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(name="Ropes"),
    "say what a space is for": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(
        description="Lines."
    ),
    "name the language of a space": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(language="fr"),
    "ask in a space": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(asks=True),
    "let the team alone begin": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(posting="team"),
    "another order of a space": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(
        settings={"order": "new"}
    ),
    "close a space": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(audience="members"),
    "archive a space": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(archived=True),
    "rename the place": lambda p: Community.objects.filter(pk=p.here.community.pk).update(name="Elsewhere"),
    "close a part": lambda p: Community.objects.filter(pk=p.here.community.pk).update(
        open_features=["forums", "blogs", "questions"]
    ),
    "close the forums": lambda p: Community.objects.filter(pk=p.here.community.pk).update(
        open_features=["blogs"]
    ),
    "suspend the place": lambda p: Community.objects.filter(pk=p.here.community.pk).update(
        suspended_at=timezone.now()
    ),
    "prepare the place": lambda p: Community.objects.filter(pk=p.here.community.pk).update(state="draft"),
    "whole texts in feeds": lambda p: Community.objects.filter(pk=p.here.community.pk).update(
        settings={"feed_texts": "whole"}
    ),
    "show a banner": lambda p: Banner.objects.create(
        placement="home", text="Saturday.", button="Come", target="/forums/", drawing="sea-wide"
    ),
}


@pytest.fixture
def place(here: Cast) -> Place:
    return Place(here)


@pytest.mark.parametrize("act", ACTS)
def test_a_kept_page_is_the_page_drawn_anew(place: Place, settings: Any, act: str) -> None:
    before = place.seen()
    assert place.seen() == before
    with place.here.scope():
        ACTS[act](place)
    seen = place.seen()
    assert seen == place.drawn(settings)
    assert seen != before, "an act that shows nowhere proves nothing"


def _silence(place: Place) -> None:
    until = timezone.now() + datetime.timedelta(days=1)
    Membership.objects.filter(pk=place.here.member.pk).update(read_only_until=until)


# What shows to those who are signed in: their own frame, and menus laid over what is kept of each text. Done one after
# the other at one place: those come last that take something from a page.
OWN_ACTS: dict[str, Act] = {
    name: ACTS[name]
    for name in (
        "reply",
        "edit",
        "react",
        "accept",
        "pin",
        "rename a thread",
        "rename a tag",
        "rename the article before",
        "longer to read",
        "rename a person",
        "rename a space",
    )
} | {
    "react oneself": lambda p: services.react_to_post(p.answer, by=p.here.member, kind=Reaction.Kind.THANKS),
    "get a portrait": lambda p: Membership.objects.filter(role="member").update(drawing="p3"),
    "be told": lambda p: Membership.objects.filter(role="member").update(unread_count=2, news_version=9),
    "other reactions": lambda p: Community.objects.filter(pk=p.here.community.pk).update(
        settings={"reactions": {"offered": ["idea"]}}
    ),
    "a menu of its own": lambda p: Community.objects.filter(pk=p.here.community.pk).update(
        settings={"menu": [{"label": "Shop", "url": "https://shop.example/"}]}
    ),
    "lock": ACTS["lock"],
    "hide": ACTS["hide"],
    "only the team replies": lambda p: Space.objects.filter(pk=p.here.forum.pk).update(replying="team"),
    "be silenced": _silence,
    "look after it": lambda p: Membership.objects.filter(role="member").update(
        role="moderator", role_spaces=[p.here.forum.pk]
    ),
}


@pytest.mark.slow
def test_what_is_kept_of_a_member_s_page_is_what_is_drawn_anew(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reader is shown what was kept for those before; who is shown it anew last has it kept for the next act."""
    # What was written just now was so however long this takes.
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    readers = (place.here.moderator, place.here.ambassador, place.here.member)
    for reader in readers:
        place.seen_by(reader)
    for name, act in OWN_ACTS.items():
        with place.here.scope():
            act(place)
        kept = [page for reader in readers for page in place.seen_by(reader)]
        drawn: list[str] = []
        for reader in readers:
            forget_all()
            drawn += place.seen_by(reader)
        for one, other in zip(kept, drawn, strict=True):
            assert one.replace("><", ">\n<") == other.replace("><", ">\n<"), name


def test_pages_are_kept_for_a_form_s_token_too_and_read_no_more_than_they_are_made_of(
    place: Place, queries: Any
) -> None:
    for path in place.paths:
        first = Client().get(place.here.url(path))
        again = Client()
        again.cookies["csrftoken"] = "x" * 32
        with CaptureQueriesContext(connection) as asked:
            second = again.get(place.here.url(path))
        assert second.content == first.content
        assert second.context is None, f"{path} was drawn again"
        # One of them for calls that take applications now, one for threads that are featured now.
        assert len(asked) <= 10, path


def test_a_page_ends_when_its_words_do(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.here.scope():
        post = factories.make_reply(place.quiet, by=place.here.owner)
        post.refresh_from_db()
    url = place.here.url(place.quiet.get_absolute_url())
    assert b"just now" in Client().get(url).content
    now = post.published_at + datetime.timedelta(seconds=90)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert b"1 min ago" in Client().get(url).content


def test_nobody_who_is_known_gets_or_leaves_a_kept_page(place: Place) -> None:
    url = place.here.url(place.question.get_absolute_url())
    mine = place.here.sign_in(place.here.member).get(url)
    assert place.here.member.display_name.encode() in mine.content
    visitors = Client().get(url)
    assert visitors.context is not None, "what was drawn for a member is kept for nobody"
    assert place.here.sign_in(place.here.member).get(url).context is not None
    assert place.here.sign_in(place.here.owner).get(url).context is not None


def test_the_door_to_a_reply_is_that_of_who_comes(place: Place) -> None:
    stranger = factories.make_person()
    for thread in (place.question, place.article):
        url = place.here.url(thread.get_absolute_url())
        for _time in range(2):
            assert b"Sign in to reply" in Client().get(url).content
            signed_in = Client()
            signed_in.force_login(stranger)
            page = signed_in.get(url).content
            assert b"Join to reply" in page
            assert b"Sign in to reply" not in page
            member = place.here.sign_in(place.here.member).get(url).content
            assert b"Post reply" in member


def test_places_and_hosts_keep_pages_apart(place: Place) -> None:
    other = make_cast(slug=f"{place.here.community.slug}-b")
    with other.scope():
        thread = factories.make_thread(other.forum, by=other.member, title="Elsewhere")
        Thread.objects.filter(pk=thread.pk).update(slug=place.quiet.slug)
    assert b"Elsewhere" not in Client().get(place.here.url(place.quiet.get_absolute_url())).content
    assert b"Elsewhere" in Client().get(other.url(place.quiet.get_absolute_url())).content


def test_a_page_is_not_kept_with_a_frame_that_is_older_than_what_it_says(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered for a second ends at different moments: the frame’s may come last."""
    monkeypatch.setattr("communities.memory.LIFETIME", 60.0)
    blog = place.here.blog

    def bar(path: str) -> str:
        page = Client().get(place.here.url(path)).content.decode()
        return page.partition('<nav class="nav')[2].partition("</nav>")[0]

    assert blog.name in bar(place.quiet.get_absolute_url()), "the only blog is named there"
    with place.here.scope():
        Space.objects.filter(pk=blog.pk).update(name="Tidings")
    audiences._spaces.forget()
    assert "Tidings" in bar(place.question.get_absolute_url())


def test_a_link_of_the_menu_never_carries_the_token_of_its_reader(place: Place) -> None:
    url = "https://shop.example/?\ue000\ue002"
    with place.here.scope():
        Community.objects.filter(pk=place.here.community.pk).update(
            settings={"menu": [{"label": "Shop", "url": url}]}
        )
    page = place.here.sign_in(place.here.member).get(place.here.url("/")).content.decode()
    assert f'href="{url}"' in page


def test_the_longest_pages_are_kept_by_nobody(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("redrawing", "middleware", "packing"):
        monkeypatch.setattr(f"communities.{module}.LARGEST", 100)
    monkeypatch.setattr("communities.memory.LIFETIME", 60.0)
    url = place.here.url(place.question.get_absolute_url())
    first, second = (Client().get(url, headers={"accept-encoding": "gzip"}) for _time in range(2))
    assert second.context is not None
    assert (first.status_code, second.headers["Content-Encoding"]) == (200, "gzip")


def test_a_page_ends_when_a_banner_does(place: Place) -> None:
    now = timezone.now().replace(second=10)
    soon = now + datetime.timedelta(seconds=20)
    with place.here.scope():
        Banner.objects.create(
            placement="home", text="Saturday.", button="Come", target="/forums/", starts_at=soon
        )
        drawing = Drawing(now)
        with noted_in(drawing):
            shown = banner_for(place.here.community, "home", language="en", page="/", now=now)
    assert shown is None
    assert drawing.until == soon
