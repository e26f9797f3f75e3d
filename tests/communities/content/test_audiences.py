"""Who reads a space and who looks after it: every way in gives the same answer, whatever gave the right.

The table is the oracle, written apart from the code that it judges.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from communities.content import audiences
from communities.content.audiences import Reach, Source, looks_after, may_read, readers_among
from communities.content.models import Post, Space, Subscription, Thread
from communities.content.permissions import can_lock_thread, can_reply_to_thread, can_start_thread
from communities.content.viewers import people_who_read, viewer_for
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.tasks import notify_of_post
from moderation.models import Case
from moderation.permissions import can_see_queue
from moderation.services import report_post
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread
from tests.mailing import delivered

TEAM = {"moderator", "marketing", "manager", "owner"}
INSIDE = {"member", "ambassador", "guest", "keeper", *TEAM}
# Space: who reads it, who looks after it. `den` is the team's, and read by a guest; `yard` is looked after by a keeper.
READ_BY = {
    "hall": {"visitor", *INSIDE},
    "club": INSIDE,
    "den": {"guest", *TEAM},
    "yard": {"keeper", *TEAM},
    "attic": set(),
}
JUDGES = {"moderator", "manager", "owner"}
LOOKED_AFTER_BY = {
    "hall": JUDGES,
    "club": JUDGES,
    "den": JUDGES,
    "yard": {"keeper", *JUDGES},
    "attic": set(),
}
AUDIENCES = {"hall": "public", "club": "members", "den": "team", "yard": "team", "attic": "team"}


class Lent(Source):
    """A test's own reason, kept nowhere: who was lent which spaces."""

    name = "lent"

    def __init__(self) -> None:
        self.readers: dict[int, set[int]] = {}
        self.keepers: dict[int, set[int]] = {}
        self.asked = 0

    def spaces_for(self, membership: Membership, spaces: Sequence[Space]) -> Reach:
        self.asked += 1
        living = {space.pk for space in spaces}
        return Reach(
            frozenset(self.readers.get(membership.pk, set()) & living),
            frozenset(self.keepers.get(membership.pk, set()) & living),
        )


@dataclass
class House:
    here: Cast
    people: dict[str, Membership]
    spaces: dict[str, Space]
    threads: dict[str, Thread]
    lent: Lent

    def client(self, who: str) -> Client:
        return self.here.sign_in(self.people.get(who))

    def page(self, who: str, path: str) -> str:
        return self.client(who).get(self.here.url(path)).content.decode()


@pytest.fixture
def lent() -> Iterator[Lent]:
    source = Lent()
    audiences.sources.register(source)
    yield source
    audiences.sources.unregister(source.name)


@pytest.fixture
def house(here: Cast, lent: Lent) -> House:
    roles = ("owner", "manager", "moderator", "marketing", "ambassador", "member")
    people = {role: getattr(here, role) for role in roles}
    with here.scope():
        people |= {name: make_membership(handle=name, trust_level=2) for name in ("guest", "keeper")}
        spaces = {
            name: make_space(slug=name, name=f"The {name}", audience=audience)
            for name, audience in AUDIENCES.items()
        }
        threads = {
            name: make_thread(space, by=here.manager, title=f"Quokka of the {name}")
            for name, space in spaces.items()
        }
        Space.objects.filter(pk=spaces["attic"].pk).update(archived=True)
        spaces["attic"].archived = True
    lent.readers = {people["guest"].pk: {spaces["den"].pk, spaces["attic"].pk}}
    lent.keepers = {people["keeper"].pk: {spaces["yard"].pk}}
    forget_all()
    return House(here, people, spaces, threads, lent)


def seen_by(house: House, looks: Callable[[str, str], bool]) -> dict[str, set[str]]:
    """For each space the people for whom `looks(person, space)` holds."""
    everybody = ("visitor", *house.people)
    return {space: {who for who in everybody if looks(who, space)} for space in house.spaces}


def test_the_page_of_a_thread_is_there_for_those_who_read_the_space(house: House) -> None:
    clients = {who: house.client(who) for who in ("visitor", *house.people)}

    def answers(who: str, space: str) -> bool:
        answer = clients[who].get(house.here.url(house.threads[space].get_absolute_url()))
        assert answer.status_code in (200, 404), answer.status_code
        return bool(answer.status_code == 200)

    assert seen_by(house, answers) == READ_BY


@pytest.mark.parametrize("path", ["/search/?q=quokka", "/forums/"])
def test_lists_and_search_show_what_one_reads(house: House, path: str) -> None:
    pages = {who: house.page(who, path) for who in ("visitor", *house.people)}
    mark = "of the {}<" if "search" in path else "The {}<"
    shown = seen_by(house, lambda who, space: mark.format(space) in pages[who].replace("</mark>", ""))
    assert shown == READ_BY


def test_the_home_page_shows_what_one_reads(house: House) -> None:
    pages = {who: house.page(who, "/") for who in ("visitor", *house.people)}
    assert seen_by(house, lambda who, space: f"Quokka of the {space}" in pages[who]) == READ_BY


def test_feed_and_sitemap_hold_what_everybody_reads_whoever_asks(house: House) -> None:
    for who in ("visitor", "guest", "owner"):
        feed = house.page(who, "/feed.xml")
        sitemap = house.page(who, "/sitemaps/threads-1.xml")
        for name, thread in house.threads.items():
            public = "visitor" in READ_BY[name]
            assert (thread.title in feed) == public, (who, name)
            assert (thread.get_absolute_url() in sitemap) == public, (who, name)


def test_notices_and_mails_go_to_those_who_read_the_space(house: House) -> None:
    here = house.here
    author = here.manager
    told: dict[str, set[str]] = {}
    mailed: dict[str, set[str]] = {}
    for name, thread in house.threads.items():
        with here.scope():
            # Everybody follows everything, as somebody does who was let in once and is no more.
            for person in house.people.values():
                Subscription.objects.update_or_create(
                    membership=person, thread=thread, defaults={"level": "follow"}
                )
            post = make_reply(thread, by=author) if name != "attic" else _reply_in_the_attic(house)
            notify_of_post(community_id=here.community.pk, post_id=post.pk)
            lines = set(Notification.objects.filter(thread=thread).values_list("membership_id", flat=True))
            told[name] = {who for who, person in house.people.items() if person.pk in lines}
            Notification.objects.filter(thread=thread).update(mail_due_at=timezone.now())
        mail.outbox.clear()
        write_waiting(here.community)
        letters = {address for letter in delivered() for address in letter.to}
        mailed[name] = {who for who, p in house.people.items() if p.member and p.member.email in letters}
    expected = {space: readers - {"visitor", "manager"} for space, readers in READ_BY.items()}
    assert told == expected
    assert mailed == expected


def _reply_in_the_attic(house: House) -> Post:
    """Written before the space was put away; the job comes late."""
    Space.objects.filter(slug="attic").update(archived=False)
    thread = Thread.objects.select_related("space").get(pk=house.threads["attic"].pk)
    post = make_reply(thread, by=house.here.manager)
    Space.objects.filter(slug="attic").update(archived=True)
    forget_all()
    return post


def test_predicate_list_and_twin_say_the_same(house: House) -> None:
    here, people = house.here, house.people
    with here.scope():
        ids = [person.pk for person in people.values()]
        twin = {
            name: {who for who, person in people.items() if person.pk in set(people_who_read(space, ids))}
            for name, space in house.spaces.items()
        }
        viewers = {who: viewer_for(here.community, people.get(who)) for who in ("visitor", *people)}
        lists = seen_by(house, lambda who, space: house.spaces[space].pk in viewers[who].space_ids)
        asked = seen_by(house, lambda who, space: may_read(people.get(who), house.spaces[space]))
        assert lists == asked == READ_BY
        assert twin == {space: readers - {"visitor"} for space, readers in READ_BY.items()}


def test_those_who_look_after_a_space_are_the_same_everywhere(house: House) -> None:
    here, people = house.here, house.people
    with here.scope():
        viewers = {who: viewer_for(here.community, people.get(who)) for who in ("visitor", *people)}
        threads = {name: Thread.objects.get(pk=thread.pk) for name, thread in house.threads.items()}
        listed = seen_by(house, lambda who, space: house.spaces[space].pk in viewers[who].staff_space_ids)
        asked = seen_by(house, lambda who, space: looks_after(people.get(who), house.spaces[space].pk))
        locks = seen_by(house, lambda who, space: can_lock_thread(people.get(who), threads[space]))
    assert listed == LOOKED_AFTER_BY
    living = {space: people for space, people in LOOKED_AFTER_BY.items() if space != "attic"}
    assert {space: asked[space] for space in living} == living
    assert {space: locks[space] for space in living} == living


def test_the_queue_holds_the_cases_of_the_spaces_one_looks_after(house: House) -> None:
    here = house.here
    living = [name for name in house.spaces if name != "attic"]
    with here.scope():
        for name in living:
            post = Post.objects.get(thread=house.threads[name], position=1)
            Post.objects.filter(pk=post.pk).update(author=here.member)
            report_post(Post.objects.get(pk=post.pk), by=here.owner, category="spam")
        refs = {name: Case.objects.get(space=house.spaces[name]).ref for name in living}
    forget_all()
    answers = {who: house.client(who).get(here.url("/moderation/")) for who in house.people}
    pages = {who: answer.content.decode() for who, answer in answers.items() if answer.status_code == 200}
    assert set(pages) == JUDGES | {"keeper"}
    assert all(answer.status_code == 403 for who, answer in answers.items() if who not in pages)
    for name in living:
        assert {who for who, page in pages.items() if refs[name] in page} == LOOKED_AFTER_BY[name]
        single = {who: house.client(who).get(here.url(f"/moderation/c/{refs[name]}/")) for who in pages}
        assert {who for who, one in single.items() if one.status_code == 200} == LOOKED_AFTER_BY[name]
    assert "/moderation/" in house.page("keeper", "/"), "the way to the queue stands in the header"
    assert "/moderation/" not in house.page("guest", "/")


def test_a_keeper_decides_in_their_space_and_nowhere_else(house: House) -> None:
    here = house.here
    keeper = house.client("keeper")
    with here.scope():
        cases = {}
        for name in ("yard", "hall"):
            post = make_reply(house.threads[name], by=here.ambassador if name == "hall" else here.manager)
            Post.objects.filter(pk=post.pk).update(author=here.member)
            report_post(Post.objects.get(pk=post.pk), by=here.owner, category="spam")
            cases[name] = Case.objects.get(post=post)
    for name, status in (("yard", 302), ("hall", 404)):
        sent = {"version": cases[name].version, "revision": 0, "ground": "courtesy", "reason": ""}
        answer = keeper.post(here.url(f"/moderation/c/{cases[name].ref}/decide/"), sent | {"act": "remove"})
        assert answer.status_code == status, (name, answer.content[:300])
    with here.scope():
        states = {name: Post.objects.get(pk=case.post_id).state for name, case in cases.items()}
    assert states == {"yard": "removed", "hall": "published"}


def test_posting_rights_know_those_who_look_after_a_space(house: House) -> None:
    with house.here.scope():
        yard, thread = house.spaces["yard"], house.threads["yard"]
        yard.posting = Space.Posting.TEAM
        assert can_start_thread(house.people["keeper"], yard)
        assert not can_start_thread(house.people["guest"], yard)
        yard.posting = Space.Posting.AUTHORS
        assert not can_start_thread(house.people["keeper"], yard), "named authors are named"
        thread.space.replying = "team"
        assert can_reply_to_thread(house.people["keeper"], thread)
        thread.locked = True
        assert can_reply_to_thread(house.people["keeper"], thread)
        assert not can_reply_to_thread(house.people["guest"], thread)


def test_what_the_launch_keeps_closed_no_source_opens(house: House) -> None:
    here = house.here
    here.community.open_features = [name for name in here.community.open_features if name != "forums"]
    here.community.launch = {
        "begun": True,
        "stages": [{"id": 1, "features": ["forums"], "audience": "team", "state": "open", "place": 1}],
    }
    here.community.save()
    forget_all()
    with here.scope():
        keeper = Membership.objects.get(handle="keeper")
        viewer = viewer_for(here.community, keeper)
        forums = {space.pk for space in house.spaces.values()}
        assert not forums & set(viewer.space_ids)
        assert viewer.staff_space_ids == ()
        told = people_who_read(house.spaces["yard"], [person.pk for person in house.people.values()])
        assert set(told) == {house.people[who].pk for who in TEAM}


def test_a_right_given_twice_is_one_and_a_left_member_has_none(house: House) -> None:
    with house.here.scope():
        house.lent.readers[house.people["owner"].pk] = {house.spaces["hall"].pk}
        owner = Membership.objects.get(pk=house.people["owner"].pk)
        ids = viewer_for(house.here.community, owner).space_ids
        assert len(ids) == len(set(ids))
        keeper = house.people["keeper"]
        keeper.status = Membership.Status.LEFT
        keeper.save()
        left = Membership.objects.get(pk=keeper.pk)
        assert not may_read(left, house.spaces["yard"])
        assert not looks_after(left, house.spaces["yard"].pk)


def test_whoever_is_suspended_looks_after_nothing(house: House) -> None:
    yard, keeper = house.spaces["yard"], house.people["keeper"]
    with house.here.scope():
        keeper.suspended_until = timezone.now() + datetime.timedelta(days=30)
        keeper.save()
        suspended = Membership.objects.get(pk=keeper.pk)
        assert not looks_after(suspended, yard.pk)
        assert not can_see_queue(suspended)
        assert keeper.pk not in readers_among(yard, [keeper.pk])


def test_a_source_is_asked_once_for_a_request(house: House) -> None:
    client = house.client("keeper")
    path = house.here.url(house.threads["yard"].get_absolute_url())
    client.get(path)
    house.lent.asked = 0
    assert client.get(path).status_code == 200
    assert house.lent.asked == 1


def test_roles_cost_no_query(here: Cast, queries: Any) -> None:
    with here.scope():
        viewer_for(here.community, here.moderator)  # the spaces, which a process remembers
        space = audiences.spaces_of(here.community.pk)[0]
        with queries(exactly=0):
            viewer_for(here.community, here.moderator)
            assert may_read(here.member, space)
            assert looks_after(here.moderator, space.pk)
            assert not looks_after(here.member, space.pk)
