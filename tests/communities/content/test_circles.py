"""Whom a space means: the table is the oracle; every way in, the predicate and its twin give the same answer."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from communities.content.audiences import may_read, readers_among
from communities.content.circles import CIRCLES, Circle, register_circle
from communities.content.models import Space, Thread
from communities.content.permissions import can_reply_to_thread, can_start_thread
from communities.content.readers import Readers, change_of_readers
from communities.content.viewers import people_who_read, viewer_for
from communities.memory import forget_all
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_space, make_thread

JUDGES = {"moderator", "manager", "owner"}
ALL = {"member", "ambassador", "marketing", "breton", "parisian", "moderator", "manager", "owner"}
CIRCLE_OF = {
    "crew": ("roles", {"roles": ["ambassador"]}, {"ambassador", *JUDGES}),
    "office": ("roles", {"roles": ["ambassador", "marketing"]}, {"ambassador", "marketing", *JUDGES}),
    "harbour": ("field", {"field": "town", "words": ["brést", "Nantes"]}, {"breton", *JUDGES}),
    "club": ("field", {"field": "interests", "options": [2, 5]}, {"parisian", *JUDGES}),
    "lost": ("unheard", {}, JUDGES),
    "nobody": ("roles", {}, JUDGES),
}


@pytest.fixture
def people(here: Cast) -> dict[str, Membership]:
    named = {name: getattr(here, name) for name in ALL & set(Membership.Role.values)}
    with here.scope():
        make_field("text", "Town", key="town")
        make_field("several", "Interests", key="interests", options=["knots", "sails"])
        named["breton"] = make_membership(profile={"town": "Brest", "interests": [1]})
        named["parisian"] = make_membership(profile={"town": "Paris", "interests": [2, 7]})
    return named


@pytest.fixture
def spaces(here: Cast, people: dict[str, Membership]) -> dict[str, Space]:
    with here.scope():
        made = {
            name: make_space(slug=name, name=f"The {name}", audience=circle, let_in={"read": said})
            for name, (circle, said, _who) in CIRCLE_OF.items()
        }
        for name, space in made.items():
            make_thread(space, by=here.manager, title=f"Quokka of the {name}")
    forget_all()
    return made


def test_reading_follows_the_circle_on_every_way_in(
    here: Cast, people: dict[str, Membership], spaces: dict[str, Space]
) -> None:
    expected = {name: who for name, (_circle, _said, who) in CIRCLE_OF.items()}
    ids = [person.pk for person in people.values()]
    with here.scope():
        viewers = {who: viewer_for(here.community, person) for who, person in people.items()}
        listed = {
            name: {who for who in people if space.pk in viewers[who].space_ids}
            for name, space in spaces.items()
        }
        asked = {
            name: {who for who, person in people.items() if may_read(person, space)}
            for name, space in spaces.items()
        }
        twin = {
            name: {who for who, person in people.items() if person.pk in set(people_who_read(space, ids))}
            for name, space in spaces.items()
        }
        public = viewer_for(here.community, None).space_ids
    assert listed == asked == twin == expected
    assert not set(public) & {space.pk for space in spaces.values()}


@pytest.mark.parametrize("path", ["/search/?q=quokka", "/forums/", "/"])
def test_pages_show_what_the_circle_reads(
    here: Cast, people: dict[str, Membership], spaces: dict[str, Space], path: str
) -> None:
    for who in ("breton", "ambassador", "parisian"):
        page = here.sign_in(people[who]).get(here.url(path)).content.decode().replace("</mark>", "")
        mark = "The {}<" if path == "/forums/" else "of the {}"
        shown = {name for name in spaces if mark.format(name) in page}
        assert shown == {name for name, (_c, _s, readers) in CIRCLE_OF.items() if who in readers}, who
    visitor = here.sign_in(None).get(here.url(path)).content.decode()
    assert "of the crew" not in visitor


def test_a_change_of_role_or_profile_shows_at_once(
    here: Cast, people: dict[str, Membership], spaces: dict[str, Space]
) -> None:
    client = here.sign_in(people["breton"])
    path = here.url(spaces["harbour"].get_absolute_url())
    assert client.get(path).status_code == 200
    with here.scope():
        Membership.objects.filter(pk=people["breton"].pk).update(profile={"town": "Paris"})
    assert client.get(path).status_code == 404


def test_reading_by_a_circle_costs_no_query_more(
    here: Cast, people: dict[str, Membership], spaces: dict[str, Space], queries: Callable[..., Any]
) -> None:
    with here.scope(), queries(exactly=1):  # the living spaces, remembered
        viewer_for(here.community, people["breton"])
        viewer_for(here.community, people["ambassador"])
    with here.scope(), queries(exactly=1):
        readers_among(spaces["harbour"], [person.pk for person in people.values()])


def test_whoever_is_suspended_is_in_no_circle(
    here: Cast, people: dict[str, Membership], spaces: dict[str, Space]
) -> None:
    with here.scope():
        for name, space in (("breton", "harbour"), ("ambassador", "crew")):
            person = people[name]
            person.suspended_until = timezone.now() + datetime.timedelta(days=1)
            person.save()
            assert not may_read(person, spaces[space])
            assert readers_among(spaces[space], [person.pk]) == set()


@pytest.mark.parametrize(("name", "circle"), CIRCLE_OF.items())
def test_the_condition_for_counting_agrees_with_the_predicate(
    here: Cast, people: dict[str, Membership], name: str, circle: tuple[str, dict[str, Any], set[str]]
) -> None:
    kind, said, who = circle
    if kind not in CIRCLES or name == "harbour":  # accents are left to the predicate
        return
    with here.scope():
        counted = set(Membership.objects.filter(CIRCLES[kind].people(said)).values_list("pk", flat=True))
        assert counted == {people[one].pk for one in who}


def test_starting_and_replying_have_circles_of_their_own(here: Cast, people: dict[str, Membership]) -> None:
    with here.scope():
        space = make_space(
            posting="roles",
            replying="field",
            let_in={
                "start": {"roles": ["ambassador"]},
                "reply": {"field": "town", "words": ["Brest"]},
            },
        )
        thread = make_thread(space, by=here.manager)
        thread = Thread.objects.select_related("space").get(pk=thread.pk)
        starts = {who for who, person in people.items() if can_start_thread(person, space)}
        replies = {who for who, person in people.items() if can_reply_to_thread(person, thread)}
    assert starts == {"ambassador", *JUDGES}
    assert replies == {"breton", "marketing", *JUDGES}
    page = here.sign_in(here.member).get(here.url(thread.get_absolute_url())).content.decode()
    assert "Who replies in this space: Town: Brest." in page


class Knots(Circle):
    """A test's own circle, as one that joins later."""

    name, label = "knots", "Those who tie knots"  # type: ignore[assignment]

    def holds(self, membership: Membership, said: Any) -> bool:
        return 1 in membership.profile.get("interests", ())


def test_another_circle_needs_no_line_elsewhere(here: Cast, people: dict[str, Membership]) -> None:
    register_circle(Knots())
    try:
        with here.scope():
            space = make_space(posting="knots")
            assert can_start_thread(people["breton"], space)
            assert not can_start_thread(people["parisian"], space)
            assert space.starters == "Those who tie knots"
        answer = here.sign_in(here.owner).get(here.url(f"/manage/spaces/{space.pk}/edit/"))
        assert 'value="knots" selected' in answer.content.decode()
    finally:
        CIRCLES.unregister("knots")


def test_who_loses_a_space_is_counted_by_the_roles_of_today(here: Cast) -> None:
    with here.scope():
        before = change_of_readers(here.forum, Readers("team")).lost
        yesterday = timezone.now() - datetime.timedelta(days=1)
        Membership.objects.filter(pk=here.moderator.pk).update(role_until=yesterday)
        assert change_of_readers(here.forum, Readers("team")).lost == before + 1
