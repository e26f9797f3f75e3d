"""The order of spaces, archiving and restoring, deleting what is empty; who may, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communities.console.spaces.queries import space_lines
from communities.content.models import Space
from communities.content.services.shelving import archive_space
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from tests.communities.console.spaces.conftest import Team
from tests.conftest import Cast
from tests.factories import make_space, make_thread

PAGES = ("/manage/spaces/", "/manage/spaces/new/", "/manage/menu/", "/manage/modules/")


@pytest.fixture
def row(here: Cast) -> list[Space]:
    with here.scope():
        Space.objects.all().delete()
        return [make_space(slug=name, name=name.title(), place=place) for place, name in enumerate("abcd")]


def names(here: Cast) -> str:
    with here.scope():
        return "".join(Space.objects.filter(archived=False).in_order().values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("moved", "where", "order"),
    [
        (1, "up", "bacd"),
        (1, "down", "acbd"),
        (3, "first", "dabc"),
        (0, "last", "bcda"),
        (0, "up", "abcd"),
        (3, "down", "abcd"),
        (2, "sideways", "abcd"),
    ],
)
def test_buttons_move_a_space_without_scripts(
    here: Cast, team: Team, row: list[Space], moved: int, where: str, order: str
) -> None:
    sent = {"order": [space.pk for space in row], "move": f"{row[moved].pk}:{where}"}
    assert team.post("/manage/spaces/order/", sent).status_code == 302
    assert names(here) == order


@pytest.mark.parametrize(
    ("moved", "where", "order"),
    [
        # The list shows a, with b and c in it, then d.
        ("d", "up", "dabc"),
        ("a", "down", "dabc"),
        ("a", "last", "dabc"),
        ("d", "first", "dabc"),
        ("c", "up", "acbd"),
        ("c", "first", "acbd"),
        ("b", "up", "abcd"),
        ("c", "down", "abcd"),
        ("a", "up", "abcd"),
    ],
)
def test_buttons_move_a_space_among_those_beside_it(
    here: Cast, team: Team, row: list[Space], moved: str, where: str, order: str
) -> None:
    with here.scope():
        Space.objects.filter(slug__in="bc").update(parent=row[0])
        shown = [line.space.pk for line in space_lines(here.community)]
    sent = {"order": shown, "move": f"{row['abcd'.index(moved)].pk}:{where}"}
    assert team.post("/manage/spaces/order/", sent).status_code == 302
    with here.scope():
        assert "".join(line.space.slug for line in space_lines(here.community)) == order


def test_rows_as_they_were_dragged_and_back_again(here: Cast, team: Team, row: list[Space]) -> None:
    team.post("/manage/spaces/order/", {"order": [row[2].pk, row[0].pk, "77777", "x"]})
    assert names(here) == "cabd", "what is not named follows as it stood"
    page = here.sign_in(None).get(here.url("/forums/")).content.decode()
    assert sorted("abcd", key=lambda name: page.index(f"/forums/f/{name}/")) == list("cabd")
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert change.after["order"] == ["C", "A", "B", "D"]
        undo(change, here.owner)
    assert names(here) == "abcd"


def test_what_is_restored_stands_where_it_stood(here: Cast, row: list[Space]) -> None:
    with here.scope():
        archive_space(row[1], by=here.owner, community=here.community)
        undo(Change.objects.latest("pk"), here.owner)
    assert names(here) == "abcd"


def test_archived_is_read_by_nobody_and_restored_as_it_was(here: Cast, team: Team) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Quokka")
    asked = team.get(f"/manage/spaces/{here.forum.pk}/archive/").content.decode()
    assert "1 thread leaves search engines" in asked
    assert "members will not read it any more" in asked
    assert team.post(f"/manage/spaces/{here.forum.pk}/archive/", {}).status_code == 302
    forget_all()
    path = here.url(thread.get_absolute_url())
    assert [here.sign_in(who).get(path).status_code for who in (None, here.member)] == [404, 404]
    assert (
        "Rigging" not in team.get("/manage/spaces/").content.decode().split("<main")[1].split("archived")[0]
    )
    assert "Rigging" in team.get("/manage/spaces/?show=archived").content.decode()
    assert team.post(f"/manage/spaces/{here.forum.pk}/restore/", {}).status_code == 302
    forget_all()
    assert [here.sign_in(who).get(path).status_code for who in (None, here.member)] == [200, 200]
    with here.scope():
        acts = list(Change.objects.newest().values_list("act", flat=True))[:2]
        assert acts == ["restore_space", "archive_space"]
        restored = Change.objects.newest().first()
        assert restored is not None
        undo(restored, here.owner)
        assert Space.objects.get(pk=here.forum.pk).archived


def test_a_name_taken_meanwhile_keeps_a_space_archived(here: Cast, team: Team) -> None:
    team.post(f"/manage/spaces/{here.forum.pk}/archive/", {})
    with here.scope():
        make_space(slug="other", name="Rigging")
    answer = team.post(f"/manage/spaces/{here.forum.pk}/restore/", {})
    assert answer["Location"].endswith(f"/manage/spaces/{here.forum.pk}/edit/")
    page = team.get(f"/manage/spaces/{here.forum.pk}/edit/").content.decode()
    assert "There is a space called “Rigging” already." in page
    assert team.fresh(here.forum).archived


def test_only_an_empty_space_is_deleted_and_the_page_says_why(here: Cast, team: Team) -> None:
    with here.scope():
        make_thread(here.forum, by=here.manager, state="draft")
    page = team.get(f"/manage/spaces/{here.forum.pk}/delete/").content.decode()
    assert "It still contains 1 thread, drafts and removed ones included. Move it first." in page
    assert f"/manage/spaces/{here.forum.pk}/move-threads/" in page
    assert team.post(f"/manage/spaces/{here.forum.pk}/delete/", {}).status_code == 422
    with here.scope():
        empty = make_space(slug="empty")
    team.edit(empty, slug="void")
    assert team.post(f"/manage/spaces/{empty.pk}/delete/", {}).status_code == 302
    forget_all()
    for path in ("/forums/f/void/", "/forums/f/empty/"):
        assert here.sign_in(here.member).get(here.url(path)).status_code == 404
    with here.scope():
        assert not Space.objects.filter(pk=empty.pk).exists()


def test_the_list_costs_the_same_with_many_spaces(here: Cast, queries: Callable[..., Any]) -> None:
    client = here.sign_in(here.owner)
    path = here.url("/manage/spaces/")
    client.get(path)
    with queries(most=12):
        client.get(path)
    with here.scope():
        for number in range(30):
            make_space(name=f"Space {number}", posting="authors")
    forget_all()
    client.get(path)
    with queries(most=12):
        client.get(path)
