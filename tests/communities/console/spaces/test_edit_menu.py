"""The menu and the modules: what visitors and members see at the top of every page, and what exists at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from communities.console.spaces.menu import rows_of
from communities.journal.models import Change
from communities.journal.services import undo
from communities.launch.features import DOORS, chosen_features
from communities.memory import forget_all
from communities.models import Community
from tests.communities.console.spaces.conftest import Team
from tests.conftest import Cast
from tests.factories import make_thread

SHOP = ("link", "Shop", "https://shop.example/ropes?from=menu")
BLOGS, FORUM = ("blogs:list-blogs", "", ""), ("forums:list-spaces", "", "")


def sent(*rows: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    padded = [*rows, *[("", "", "")] * (5 - len(rows))]
    return {
        "what": [r[0] for r in padded],
        "label": [r[1] for r in padded],
        "url": [r[2] for r in padded],
        **more,
    }


def bar(here: Cast, who: Any) -> list[str]:
    """The words of the bar, without what stands under “More”."""
    forget_all()
    page = here.sign_in(who).get(here.url("/")).content.decode()
    nav = page.split('class="nav')[1].split("</nav>")[0].split("<details")[0]
    return [re.sub(r"<[^>]+>", "", link).strip() for link in re.findall(r"<a .*?</a>", nav, re.DOTALL)]


def test_the_menu_is_what_was_chosen_for_visitors_and_members(here: Cast, team: Team) -> None:
    assert bar(here, None)[:2] == ["Home", "Journal"]
    assert team.post("/manage/menu/", sent(FORUM, SHOP)).status_code == 302
    for who in (None, here.member):
        assert bar(here, who) == ["Home", "Forum", "Shop ↗"], who
    page = here.sign_in(None).get(here.url("/")).content.decode()
    assert 'href="https://shop.example/ropes?from=menu"' in page
    assert "More" in page, "what is not in the menu can still be reached"
    assert "2 of 5" in team.get("/manage/spaces/").content.decode()
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert change.act == "edit_menu"
        undo(change, here.owner)
    assert bar(here, None)[:2] == ["Home", "Journal"]


def test_rows_move_and_go_by_buttons(here: Cast, team: Team) -> None:
    team.post("/manage/menu/", sent(FORUM, SHOP, BLOGS, move="2:first"))
    assert bar(here, None) == ["Home", "Journal", "Forum", "Shop ↗"]
    team.post("/manage/menu/", sent(FORUM, SHOP, BLOGS, move="1:last"))
    assert bar(here, None) == ["Home", "Forum", "Journal", "Shop ↗"]
    team.post("/manage/menu/", {"usual": "1"})
    assert Community.objects.get(pk=here.community.pk).settings["menu"] == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("link", "Shop", "javascript:alert(1)"), "Write a whole address"),
        (("link", "Shop", "ftp://shop.example/"), "Write a whole address"),
        (("link", "Shop", "//shop.example/"), "Write a whole address"),
        (("link", "Shop", "https://user:word@shop.example/"), "Write a whole address"),
        (("link", "Shop", "https://shop.example/\n<script>"), "Write a whole address"),
        (("link", "Shop", "https://shop.example/\0"), "Write a whole address"),
        (("link", "Shop", ""), "Write a whole address"),
        (("link", "", "https://shop.example/"), "Say in a word or two where it leads."),
        (("link", "\u202e \u200b", "https://shop.example/"), "Say in a word or two where it leads."),
        (("link", "S" * 40, "https://shop.example/"), "24 letters at most"),
        (("nowhere:at-all", "", ""), "This place no longer exists."),
        (FORUM, "It is already in the menu."),
    ],
)
def test_what_cannot_stand_in_a_menu_is_refused_and_kept(
    here: Cast, team: Team, row: tuple[str, str, str], said: str
) -> None:
    answer = team.post("/manage/menu/", sent(FORUM, row))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "menu" not in Community.objects.get(pk=here.community.pk).settings
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]


def test_two_at_once_lose_nothing(here: Cast, team: Team) -> None:
    team.post("/manage/menu/", sent(FORUM, started_from="[]"))
    answer = team.post("/manage/menu/", sent(SHOP, started_from="[]"))
    assert answer.status_code == 409
    assert "shop.example" in answer.content.decode()
    assert bar(here, None) == ["Home", "Forum"]


def test_a_place_whose_module_is_off_is_left_out(here: Cast, team: Team) -> None:
    team.post("/manage/menu/", sent(BLOGS, FORUM))
    on = [name for name in chosen_features(here.community) if name != "blogs"]
    assert team.post("/manage/modules/", {"modules": on}).status_code == 302
    assert bar(here, None) == ["Home", "Forum"]
    assert bar(here, here.owner) == ["Home", "Forum"]
    names = {row.what for row in rows_of(Community.objects.get(pk=here.community.pk))}
    assert "blogs:list-blogs" in names, "it comes back with its module"


def test_members_pages_cost_no_query_more(here: Cast, team: Team, queries: Callable[..., Any]) -> None:
    client, path = here.sign_in(here.member), here.url("/forums/")
    client.get(path)

    def statements() -> int:
        for most in range(40):
            try:
                with queries(most=most):
                    client.get(path)
                return most
            except AssertionError:
                continue
        raise AssertionError("too many")

    before = statements()
    team.post("/manage/menu/", sent(FORUM, SHOP, BLOGS))
    forget_all()
    client.get(path)
    assert statements() == before


def test_a_module_that_is_off_is_there_for_nobody_and_keeps_what_it_holds(here: Cast, team: Team) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Quokka")
    on = [name for name in chosen_features(here.community) if name not in ("forums", "questions")]
    asked = team.post("/manage/modules/", {"modules": on})
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "1 thread can be read by nobody while it is off." in page
    sure = page.split('name="sure" value="')[1].split('"')[0]
    assert team.post("/manage/modules/", {"modules": on, "sure": sure}).status_code == 302
    forget_all()
    for who in (None, here.member, here.owner):
        assert here.sign_in(who).get(here.url(thread.get_absolute_url())).status_code == 404
        assert here.sign_in(who).get(here.url("/forums/")).status_code == 404
    assert "Module off" in team.get("/manage/spaces/").content.decode()
    fresh = Community.objects.get(pk=here.community.pk)
    assert chosen_features(fresh) >= DOORS, "the ways in are no modules"
    every = [*on, "forums", "questions"]
    assert team.post("/manage/modules/", {"modules": every}).status_code == 302
    assert Community.objects.get(pk=here.community.pk).open_features == [], "all is no list"
    forget_all()
    assert here.sign_in(None).get(here.url(thread.get_absolute_url())).status_code == 200


def test_modules_changed_meanwhile_are_looked_at_first(here: Cast, team: Team) -> None:
    answer = team.post("/manage/modules/", {"modules": ["search"], "started_from": "something else"})
    assert answer.status_code == 409
    assert Community.objects.get(pk=here.community.pk).open_features == []


def test_without_any_module_the_place_still_answers(here: Cast, team: Team) -> None:
    assert team.post("/manage/modules/", {}).status_code == 302
    fresh = Community.objects.get(pk=here.community.pk)
    assert chosen_features(fresh) == DOORS
    forget_all()
    assert here.sign_in(None).get(here.url("/")).status_code == 200
    assert team.get("/manage/spaces/new/").status_code == 200
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        undo(change, here.owner)
    assert Community.objects.get(pk=here.community.pk).open_features == []
