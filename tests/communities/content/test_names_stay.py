"""Whatever was ever given out as an address leads to the same thing, or says that it is gone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import feedparser
import pytest
from django.db import transaction
from django.test import Client

from communities.blogs.services import publish_article, unpublish_article
from communities.content import services
from communities.content.models import SpaceAuthor, Thread
from communities.launch.exceptions import HandleTaken
from communities.launch.services import free_handle, is_free
from communities.memory import forget_all
from communities.models import Membership
from communities.people.services import edit_profile, leave_community
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

TITLES = ["Парус", "Rope"]
HANDLES = ["ada", "bea"]
# Few names for few things, so that they meet.
MOST = 4
ACTS = ["topic", "article", *["retitle"] * 4, "unpublish", "join", *["rename"] * 3, "leave"]


@dataclass
class Place:
    """The oracle: what was given out first, and the words by which its thing is known."""

    cast: Cast
    threads: list[tuple[int, str]] = field(default_factory=list)
    people: list[tuple[int, str]] = field(default_factory=list)
    given_out: dict[str, str] = field(default_factory=dict)

    def act(self, what: str, which: int, words: int) -> None:
        title, handle = TITLES[words], HANDLES[words]
        mark = f"mark{len(self.threads)}x{len(self.people)}"
        if what in ("topic", "article") and len(self.threads) < MOST:
            body = f"<p>{mark}</p>"
            author = self.cast.ambassador
            thread = (
                make_thread(self.cast.forum, by=author, title=title, body=body)
                if what == "topic"
                else written(self.cast.blog, by=author, title=title, body=body)
            )
            self.threads.append((thread.pk, mark))
        elif what in ("retitle", "unpublish") and self.threads:
            self._change(Thread.objects.get(pk=self.threads[which % len(self.threads)][0]), what, title)
        elif what == "join" and len(self.people) < MOST:
            with_handle = handle if is_free(handle) else free_handle(handle)
            person = make_membership(handle=with_handle, display_name=mark)
            self.people.append((person.pk, mark))
        elif what in ("rename", "leave") and self.people:
            self._change_person(self.people[which % len(self.people)][0], what, handle)
        self._give_out()

    def _change(self, thread: Thread, what: str, title: str) -> None:
        author = self.cast.ambassador
        if what == "retitle":
            services.rename_thread(thread, by=author, title=title)
        elif thread.kind == "article" and thread.is_published:
            unpublish_article(thread, by=author)
        elif thread.kind == "article":
            publish_article(thread, by=author)

    def _change_person(self, pk: int, what: str, handle: str) -> None:
        person = Membership.objects.get(pk=pk)
        if not person.is_active:
            return
        if what == "leave":
            leave_community(person, by=person)
            return
        try:
            with transaction.atomic():
                edit_profile(person, by=person, handle=handle)
        except HandleTaken:
            pass

    def _give_out(self) -> None:
        for pk, mark in self.threads:
            thread = Thread.objects.select_related("space").get(pk=pk)
            if thread.is_published:
                address = thread.get_absolute_url()
                self.given_out.setdefault(address, mark)
                if thread.kind != "article":
                    self.given_out.setdefault(f"{address}feed.xml", mark)
        for pk, mark in self.people:
            person = Membership.objects.get(pk=pk)
            if person.is_active:
                self.given_out.setdefault(f"/members/{person.handle}/", mark)

    def strays(self) -> list[str]:
        client, found = Client(), []
        known = [mark for _pk, mark in (*self.threads, *self.people)]
        forget_all()
        for address, mark in self.given_out.items():
            bare = address.removesuffix("feed.xml")
            forms = (address, bare.rstrip("/"), f"{bare}?page=1&utm_source=flyer")
            form = address if "feed" in address else forms[len(mark + address) % 3]
            answer = client.get(self.cast.url(form), follow=True)
            said = answer.content.decode() if answer.status_code == 200 else ""
            others = [other for other in known if other != mark and other in _body(said)]
            if answer.status_code not in (200, 404, 410) or (said and mark not in said) or others:
                found.append(f"{form}: {mark} wanted, {answer.status_code} with {others}")
        return found


def _body(page: str) -> str:
    """Without lists of other things beside it."""
    return page.partition("data-post-body")[2].partition("</article>")[0]


def test_every_address_leads_to_the_same_thing_for_good(here: Cast) -> None:
    dice, place = random.Random("two"), Place(here)
    with here.scope():
        SpaceAuthor.objects.get_or_create(space=here.blog, membership=here.ambassador)
        for what in ("join", "topic", "article", *dice.choices(ACTS, k=26)):
            place.act(what, dice.randrange(MOST), dice.randrange(2))
    assert place.strays() == []
    assert len(place.given_out) > 8


def test_a_thread_never_takes_the_former_address_of_another(here: Cast) -> None:
    with here.scope():
        first = make_thread(here.forum, by=here.member, title="X")
        services.rename_thread(first, by=here.member, title="Y")
        second = make_thread(here.forum, by=here.member, title="X")
    assert second.slug == "x-2"
    for form in ("/forums/t/x/", "/forums/t/x", "/forums/t/x/?page=1", "/forums/t/x?utm_source=flyer"):
        query = form.partition("?")[2]
        answer = Client().get(here.url(form))
        assert answer.status_code == 301
        assert answer["Location"] == here.url("/forums/t/y/") + (f"?{query}" if query else "")


def test_a_thread_can_have_its_own_name_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="X")
        for title in ("Y", "X"):
            services.rename_thread(Thread.objects.get(pk=thread.pk), by=here.member, title=title)
        assert Thread.objects.get(pk=thread.pk).slug == "x"
    assert Client().get(here.url("/forums/t/y/"))["Location"] == here.url("/forums/t/x/")


def test_what_is_subscribed_to_under_a_former_name_is_found(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="X")
        for title in ("Y", "Z"):
            services.rename_thread(Thread.objects.get(pk=thread.pk), by=here.member, title=title)
    for former in ("x", "y"):
        answer = Client().get(here.url(f"/forums/t/{former}/feed.xml?utm_source=reader"))
        assert (answer.status_code, answer["Location"]) == (
            301,
            here.url("/forums/t/z/feed.xml?utm_source=reader"),
        )


def test_a_handle_is_nobody_elses_while_somebody_had_it(here: Cast) -> None:
    with here.scope():
        first = make_membership(handle="denis-un")
        text = make_thread(here.forum, by=here.member, body="<p>ask @denis-un</p>").opening().body_html
        edit_profile(first, by=first, handle="denis-deux")
        assert not is_free("denis-un")
        assert not is_free("Dénis-Un")
        assert free_handle("Denis Un") == "denis-un-2"
        assert is_free("denis-un", own=first)
        assert "/members/denis-un/" in text
        newcomer = make_membership(handle="denis-trois")
        with pytest.raises(HandleTaken):
            edit_profile(newcomer, by=newcomer, handle="denis-un")
    answer = Client().get(here.url("/members/denis-un/?utm_source=flyer"))
    assert (answer.status_code, answer["Location"]) == (
        301,
        here.url("/members/denis-deux/?utm_source=flyer"),
    )
    assert Client().get(here.url("/members/denis-un/feed.xml"))["Location"].endswith("/denis-deux/feed.xml")
    with here.scope():
        leave_community(Membership.objects.get(pk=first.pk), by=Membership.objects.get(pk=first.pk))
        assert not is_free("denis-un")
        assert not is_free("denis-deux")
    for handle in ("denis-un", "denis-deux"):
        gone = Client().get(here.url(f"/members/{handle}/"))
        assert (gone.status_code, b"Former member" in gone.content) == (410, True)


def test_a_feed_knows_its_entries_under_any_title(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Before")
    path = here.url("/forums/feed.xml")
    before = feedparser.parse(Client().get(path).content)
    with here.scope():
        services.rename_thread(thread, by=here.member, title="After")
    after = feedparser.parse(Client().get(path).content)
    assert [entry.id for entry in before.entries] == [entry.id for entry in after.entries]
    assert before.feed.id == after.feed.id
    assert before.entries[0].link != after.entries[0].link


@pytest.mark.parametrize(
    "handle",
    [
        "Administrator", "moderators", "support", "system", "staff", "help", "аdmin", "adm1n", "supp0rt", "ad-min",
        "s_t_a_f_f", "SYSTEM", "équipe", "modérateur", "aIl", "héIp", "ａｄｍｉｎ", "m0derator", "rnoderator", "all",
    ],
)  # fmt: skip
def test_nobody_is_called_like_the_team(here: Cast, handle: str) -> None:
    with here.scope():
        assert not is_free(handle)


def test_nobody_but_its_team_is_called_like_the_community(here: Cast) -> None:
    with here.scope():
        name = here.community.name.replace(" ", "-")
        assert not is_free(name)
        assert not is_free(name, own=here.member)
        assert is_free(name, own=here.owner)
        for fine in ("ail", "mo", "adminton", "helper", "teamwork", "ines", "allan"):
            assert is_free(fine)
