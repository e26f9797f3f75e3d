"""Spaces in spaces: the narrower readers win on every way in, and there is one level of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from communities.content.audiences import may_read, readers_among, spaces_of
from communities.content.models import Space, Subscription
from communities.content.nesting import nested
from communities.content.readers import KEPT, Readers, readers_of
from communities.content.services.following import follow_space
from communities.content.viewers import people_who_read, viewer_for
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.tasks import clear_bells, notify_of_post
from tests.communities.console.spaces.conftest import Team, form_of
from tests.conftest import Cast
from tests.factories import make_membership, make_space, make_thread

AMBASSADORS = {"read": {"roles": ["ambassador"]}}
CIRCLES: dict[str, dict[str, Any]] = {
    "everybody": {"audience": "public"},
    "members": {"audience": "members"},
    "crew": {"audience": "roles", "let_in": AMBASSADORS},
    "team": {"audience": "team"},
}
JUDGES = {"moderator", "manager", "owner"}
# Who reads a space with such readers that stands by itself; None is a visitor.
READ_BY: dict[str, set[str | None]] = {
    "everybody": {None, "member", "ambassador", "marketing", *JUDGES},
    "members": {"member", "ambassador", "marketing", *JUDGES},
    "crew": {"ambassador", *JUDGES},
    "team": {"marketing", *JUDGES},
}


def pairs() -> list[tuple[str, str]]:
    return [
        (above, below)
        for above in CIRCLES
        for below in CIRCLES
        if above == "everybody" or below != "everybody"
    ]


@pytest.fixture
def team(here: Cast) -> Team:
    return Team(here)


def two(here: Cast, above: str = "members", below: str = "members", **fields: Any) -> tuple[Space, Space]:
    upper = make_space(slug="sails", name="Sails", **CIRCLES[above])
    inner = make_space(slug="jibs", name="Jibs", parent=upper, **CIRCLES[below], **fields)
    return upper, inner


@pytest.mark.parametrize(("above", "below"), pairs())
def test_the_narrower_readers_win_on_every_way_in(here: Cast, above: str, below: str) -> None:
    people: dict[str | None, Membership | None] = {
        name: getattr(here, name) for name in ("member", "ambassador", "marketing", *JUDGES)
    }
    people[None] = None
    with here.scope():
        _upper, inner = two(here, above, below)
        make_thread(inner, by=here.manager, title="Quokka aloft")
        forget_all()
        ids = [person.pk for person in people.values() if person is not None]
        told = set(people_who_read(inner, ids))
        listed = {who for who, one in people.items() if inner.pk in viewer_for(here.community, one).space_ids}
        asked = {who for who, one in people.items() if may_read(one, inner)}
        twin = {who for who, one in people.items() if one is not None and one.pk in told}
    expected = READ_BY[above] & READ_BY[below]
    assert listed == asked == expected
    assert twin == expected - {None}
    for who in (None, "member", "ambassador"):
        client = here.sign_in(people[who])
        pages = [client.get(here.url(path)).content.decode() for path in ("/forums/", "/sitemap.xml", "/")]
        found = client.get(here.url("/search/?q=quokka")).content.decode()
        status = client.get(here.url("/forums/f/jibs/")).status_code
        assert (status == 200) == (who in expected)
        assert ("aloft" in found) == (who in expected)
        if who not in expected:
            assert not any("Jibs" in page or "aloft" in page for page in pages)


def test_who_looks_after_an_inner_space_reads_it(here: Cast) -> None:
    with here.scope():
        upper, inner = two(here, "crew", "members")
        local = make_membership(role="moderator", role_spaces=[inner.pk])
        forget_all()
        assert may_read(local, inner)
        assert not may_read(local, upper)
        assert inner.pk in viewer_for(here.community, local).space_ids
        assert people_who_read(inner, [local.pk, here.member.pk]) == [local.pk]


def test_who_reads_the_inner_space_alone_learns_nothing_of_the_upper_one(here: Cast) -> None:
    with here.scope():
        _upper, inner = two(here, "crew", "members")
        aloft = make_thread(inner, by=here.manager, title="Quokka aloft")
        local = make_membership(role="moderator", role_spaces=[inner.pk, here.forum.pk])
        here_thread = make_thread(here.forum, by=here.manager)
        forget_all()
    for person, says in ((local, False), (here.ambassador, True)):
        client = here.sign_in(person)
        for path in (
            "/forums/f/jibs/",
            f"/forums/f/{here.forum.slug}/",
            "/forums/f/jibs/new/",
            f"/forums/t/{aloft.slug}/",
            "/forums/new/",
            "/search/?q=quokka",
            "/me/drafts/",
        ):
            page = client.get(here.url(path)).content.decode()
            assert "Jibs" in page, path
            assert ("Sails" in page or "/f/sails/" in page) is says, path
    move = here.sign_in(local).get(here.url(f"/t/{here_thread.slug}/move/")).content.decode()
    assert "Jibs" in move
    assert "Sails" not in move


def test_no_statement_for_each_of_those_who_look_after_it(
    here: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with here.scope():
        _upper, inner = two(here, "crew", "members")
        locals_ = [make_membership(role="moderator", role_spaces=[inner.pk]).pk for _ in range(9)]
        forget_all()
        with django_assert_max_num_queries(4):
            assert readers_among(inner, [*locals_, here.member.pk]) == set(locals_)


def test_bells_forget_what_a_narrowed_upper_space_takes_from_those_within(here: Cast) -> None:
    with here.scope():
        upper, inner = two(here)
        follow_space(inner, by=here.member)
        thread = make_thread(inner, by=here.manager)
        notify_of_post(community_id=here.community.pk, post_id=thread.opening().pk)
        assert Notification.objects.filter(membership=here.member).unread().exists()
        forget_all()
        # A worker remembers spaces for a second: here, the upper one as it was.
        spaces_of(here.community.pk)
        Space.objects.filter(pk=upper.pk).update(audience="team")
        clear_bells(community_id=here.community.pk, space_id=inner.pk)
        assert not Notification.objects.filter(membership=here.member).unread().exists()


def test_words_for_its_readers_say_what_the_upper_space_narrows(here: Cast, team: Team) -> None:
    with here.scope():
        upper, inner = two(here, "team", "members")
        thread = make_thread(here.forum, by=here.manager)
        within = "Members, among those who read the space it is inside"
        assert Space.objects.get(pk=inner.pk).readers == within == readers_of(inner).words
        # What all members read narrows nothing for them.
        Space.objects.filter(pk=upper.pk).update(audience="members")
        free = Space.objects.get(pk=inner.pk)
        assert free.readers == readers_of(free).words == "Members"
        assert readers_of(free) == Readers("members")
        Space.objects.filter(pk=upper.pk).update(audience="team")
    assert within in team.get("/manage/spaces/").content.decode()
    assert within in team.get(f"/t/{thread.slug}/move/").content.decode()


def test_following_one_does_not_follow_the_other(here: Cast) -> None:
    with here.scope():
        upper, inner = two(here)
        follow_space(upper, by=here.member)
        thread = make_thread(inner, by=here.manager)
        notify_of_post(community_id=here.community.pk, post_id=thread.opening().pk)
        assert not Notification.objects.filter(membership=here.member).exists()
        assert Subscription.objects.get(membership=here.member, space=upper)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"audience": "public"}, "space_within_its_parent"),
        ({"kind": "blog"}, "space_within_its_parent"),
    ],
)
def test_the_database_refuses_what_goes_beyond(here: Cast, change: dict[str, Any], says: str) -> None:
    with here.scope():
        upper, inner = two(here)
        with pytest.raises(IntegrityError, match=r"goes beyond|would go"), transaction.atomic():
            Space.objects.filter(pk=inner.pk).update(**change)
        with pytest.raises(IntegrityError, match="would go beyond"), transaction.atomic():
            Space.objects.filter(pk=upper.pk).update(archived=True)


def test_the_database_refuses_a_second_level(here: Cast) -> None:
    with here.scope():
        upper, inner = two(here)
        other = make_space(audience="members")
        for space, parent in ((other, inner), (upper, other), (other, other)):
            with pytest.raises(IntegrityError, match="second level"), transaction.atomic():
                Space.objects.filter(pk=space.pk).update(parent=parent)


def test_the_database_knows_spaces_of_one_community_only(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        foreign = make_space().pk
    with here.scope():
        space = make_space()
        with pytest.raises(IntegrityError), transaction.atomic():
            Space.objects.filter(pk=space.pk).update(parent=foreign)


def test_a_space_and_what_stands_in_it_are_stored_in_one_statement(here: Cast) -> None:
    with here.scope():
        number = make_space().pk + 1000
        Space.objects.bulk_create(
            [
                Space(pk=number, kind="forum", slug="upper", name="Upper"),
                Space(pk=number + 1, kind="forum", slug="inner", name="Inner", parent_id=number),
            ]
        )
        with pytest.raises(IntegrityError, match="goes beyond"), transaction.atomic():
            Space.objects.bulk_create(
                [
                    Space(pk=number + 2, kind="forum", slug="shut", name="Shut", audience="team"),
                    Space(pk=number + 3, kind="forum", slug="open", name="Open", parent_id=number + 2),
                ]
            )


def test_a_manager_puts_a_space_into_another_one_and_undoes_it(here: Cast, team: Team) -> None:
    with here.scope():
        upper = make_space(slug="sails", name="Sails")
        inner = make_space(slug="jibs", name="Jibs")
    assert 'name="parent"' in team.get(f"/manage/spaces/{inner.pk}/edit/").content.decode()
    assert team.edit(inner, parent=upper.pk).status_code == 302
    visitor = here.sign_in(None)
    forum = visitor.get(here.url("/forums/")).content.decode()
    assert "In it:" in forum
    assert forum.count(">Jibs</a>") == 1
    above = visitor.get(here.url("/forums/f/sails/")).content.decode()
    assert "In this space" in above
    below = visitor.get(here.url("/forums/f/jibs/")).content.decode()
    assert f'href="{here.url("/forums/f/sails/")}"' in below
    start = here.sign_in(here.member).get(here.url("/forums/new/")).content.decode()
    assert "Sails › Jibs" in start
    assert "in “Sails”" in team.get("/manage/spaces/").content.decode()
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        undo(change, by=here.manager)
        assert Space.objects.get(pk=inner.pk).parent_id is None


def test_what_cannot_be_is_refused_in_words(here: Cast, team: Team) -> None:
    with here.scope():
        upper, inner = two(here, "everybody", "everybody")
        shut = make_space(slug="attic", name="Attic", audience="team")
        blog = make_space(kind="blog", name="Log")
        inner_public = inner.name
    for space, changes, words in (
        (upper, {"audience": "members", "parent": ""}, f"“{inner_public}” is inside it"),
        (inner, {"parent": shut.pk}, "“Attic” is not open to everybody"),
        (inner, {"parent": inner.pk}, "Select a valid choice"),
        (inner, {"parent": blog.pk}, "Select a valid choice"),
        (shut, {"parent": inner.pk}, "Select a valid choice"),
    ):
        answer = team.edit(space, **changes)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert 'name="parent"' not in team.get(f"/manage/spaces/{upper.pk}/edit/").content.decode()


def test_a_space_with_others_in_it_is_neither_archived_nor_deleted(here: Cast, team: Team) -> None:
    with here.scope():
        upper, inner = two(here)
    said = "Other spaces are inside it: Jibs. Take them out of it first, or {act} them."
    for act in ("archive", "delete"):
        page = team.get(f"/manage/spaces/{upper.pk}/{act}/").content.decode()
        assert said.format(act=act) in page
        assert team.post(f"/manage/spaces/{upper.pk}/{act}/", {}).status_code == 422
    assert team.post(f"/manage/spaces/{inner.pk}/archive/", {}).status_code == 302
    assert team.post(f"/manage/spaces/{upper.pk}/archive/", {}).status_code == 302
    answer = team.client.post(here.url(f"/manage/spaces/{inner.pk}/restore/"), follow=True)
    assert "Restore that one first" in answer.content.decode()
    assert team.fresh(inner).archived


def test_an_archived_space_stays_in_the_upper_one_and_comes_back_to_the_same_readers(
    here: Cast, team: Team
) -> None:
    with here.scope():
        upper, inner = two(here, "team", "members")
    assert team.edit(inner, description="First").status_code == 302
    with here.scope():
        earlier = Change.objects.newest().first()
        assert earlier is not None
    for space in (inner, upper):
        team.post(f"/manage/spaces/{space.pk}/archive/", {})
    # A form, and the journal, leave it where it stands.
    assert team.edit(inner, prompt="Which sail?").status_code == 302
    with here.scope():
        undo(earlier, by=here.manager)
    assert team.fresh(inner).parent_id == upper.pk
    # Taking it out is asked about, and so is what a wider upper space would do.
    answer = team.edit(inner, parent="")
    assert answer.status_code == 422
    assert "will read it who did not" in answer.content.decode()
    assert team.edit(upper, audience="members", sure=sure_of("members")).status_code == 302
    team.post(f"/manage/spaces/{upper.pk}/restore/", {})
    assert not team.fresh(upper).archived
    refused = team.client.post(here.url(f"/manage/spaces/{inner.pk}/restore/"), follow=True)
    assert "More people would read it than before" in refused.content.decode()
    assert team.fresh(inner).archived
    assert team.edit(inner).status_code == 422
    assert team.edit(inner, sure=sure_of("members", upper)).status_code == 302
    team.post(f"/manage/spaces/{inner.pk}/restore/", {})
    back = team.fresh(inner)
    assert (back.archived, back.parent_id, KEPT in back.settings) == (False, upper.pk, False)


def sure_of(audience: str, parent: Space | None = None) -> str:
    return json.dumps([audience, {}, parent.pk if parent else None])


def test_narrowing_the_upper_space_asks_with_what_stands_in_it(here: Cast, team: Team) -> None:
    with here.scope():
        upper, inner = two(here)
        make_thread(inner, by=here.manager)
        follow_space(inner, by=here.member)
    answer = team.edit(upper, audience="team")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 person follows it" in page


def test_only_those_who_may_arrange_spaces_put_one_into_another(here: Cast) -> None:
    with here.scope():
        upper, inner = two(here)
        sent = form_of(inner, parent="")
    for person in (here.member, here.moderator):
        answer = here.sign_in(person).post(here.url(f"/manage/spaces/{inner.pk}/edit/"), sent)
        assert answer.status_code == 403
    assert Team(here).fresh(inner).parent_id == upper.pk


def test_spaces_follow_the_one_they_stand_in(here: Cast) -> None:
    with here.scope():
        first, second = make_space(place=1, name="First"), make_space(place=2, name="Second")
        inner = make_space(place=9, name="Inner", parent=first)
        found = [space.name for space in nested(Space.objects.filter(pk__in=[first.pk, second.pk, inner.pk]))]
    assert found == ["First", "Inner", "Second"]


def test_a_row_is_dragged_into_a_space_and_out_of_it(here: Cast) -> None:
    """As the script sends it; where other people would read it, its own page asks, with that place chosen."""
    with here.scope():
        inner, other = make_space(slug="jibs", name="Jibs"), make_space(slug="mains", name="Mains")
        private = make_space(slug="loft", name="Loft", audience="members")
    client, at = here.sign_in(here.manager), here.url("/manage/spaces/order/")
    order = [str(one.pk) for one in (other, inner, here.forum)]
    assert client.post(at, {"order": order, "into": f"{inner.pk}:{here.forum.pk}"}).status_code == 302
    with here.scope():
        assert Space.objects.get(pk=inner.pk).parent_id == here.forum.pk
        places = dict(Space.objects.values_list("slug", "place"))
        assert places["mains"] < places[here.forum.slug]
    # Nothing stands in what stands in another one, and nothing of another kind.
    for moved, above in ((other, inner), (here.blog, here.forum)):
        said = client.post(at, {"order": order, "into": f"{moved.pk}:{above.pk}"}, follow=True)
        assert "It cannot be inside that space." in said.content.decode()
    asked = client.post(at, {"order": order, "into": f"{inner.pk}:{private.pk}"}, follow=True)
    assert "is not open to everybody" in asked.content.decode()
    with here.scope():
        Space.objects.filter(pk=inner.pk).update(audience="members")
    forget_all()
    assert client.post(at, {"order": order, "into": f"{inner.pk}:"}).status_code == 302
    with here.scope():
        assert Space.objects.get(pk=inner.pk).parent_id is None
    for path in ("x:1", "0:", f"{2**70}:"):
        assert client.post(at, {"order": order, "into": path}).status_code == 404
    member = here.sign_in(here.member).post(at, {"order": order, "into": f"{other.pk}:{here.forum.pk}"})
    assert member.status_code == 403


def test_where_others_would_read_it_its_own_page_asks(here: Cast) -> None:
    with here.scope():
        above = make_space(slug="loft", name="Loft", **CIRCLES["crew"])
        inner = make_space(slug="jibs", name="Jibs", **CIRCLES["members"])
    client = here.sign_in(here.manager)
    answer = client.post(here.url("/manage/spaces/order/"), {"into": f"{inner.pk}:{above.pk}"}, follow=True)
    page = answer.content.decode()
    assert "Other people would read it there. Check who does, and save it." in page
    assert f'<option value="{above.pk}" selected' in page
    with here.scope():
        assert Space.objects.get(pk=inner.pk).parent_id is None
