"""The home page is composed of what is registered, of what is open, and of who reads: of nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import engines

from communities import homepage
from communities.homepage import Reader, Section, Visit, compose, offered
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_thread

Add = Callable[..., Section]
# What stands on the page of each reader today, in its order: the ids of their headings.
OF_VISITORS = ["h", "h-read", "h-talk", "h-wait", "h-who", "h-join"]
OF_MEMBERS = ["h-do", "h-new", "h-here", "h-greet", "h-more"]


def make_section(name: str, **fields: Any) -> Section:
    template = engines["django"].from_string(f'<p id="{name}">{{{{ section.words }}}}</p>')
    members = {
        "name": name,
        "template": template.template,
        "context": lambda self, visit: {"words": f"Words of {name}"},
    }
    made: Section = type("Made", (Section,), members | fields)()
    return made


@pytest.fixture
def add() -> Iterator[Add]:
    names: list[str] = []

    def register(name: str, **fields: Any) -> Section:
        section = make_section(name, **fields)
        homepage.sections.register(section)
        names.append(name)
        return section

    yield register
    for name in names:
        homepage.sections.unregister(name)


def ids(here: Cast, who: Any = None) -> list[str]:
    forget_all()
    html = here.sign_in(who).get(here.url("/")).content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    return [one for one in re.findall(r'\bid="([^"]+)"', main) if one != "read" and one != "main"]


@pytest.fixture
def full(here: Cast) -> Cast:
    with here.scope():
        make_thread(here.forum, by=here.ambassador, kind="question")
        for _number in range(2):
            make_thread(here.blog, by=here.manager)
    return here


def test_the_pages_of_today_are_composed_in_their_order(full: Cast) -> None:
    assert ids(full) == OF_VISITORS
    assert ids(full, full.member) == OF_MEMBERS


@pytest.mark.parametrize(
    ("area", "order", "before", "after"),
    [
        ("wide", 10, "h", "h-read"),
        ("wide", 90, "h-read", "h-talk"),
        ("aside", 15, "h-wait", "h-who"),
        ("end", 5, "h-who", "h-join"),
    ],
)
def test_a_section_stands_where_it_says_for_visitors(
    full: Cast, add: Add, area: str, order: int, before: str, after: str
) -> None:
    add("tide-table", area=area, order=order, whom=Reader.VISITOR)
    shown = ids(full)
    place = shown.index("tide-table")
    assert (shown[place - 1], shown[place + 1]) == (before, after)
    assert "tide-table" not in ids(full, full.member)


@pytest.mark.parametrize(
    ("area", "order", "before", "after"),
    [("main", 25, "h-do", "h-new"), ("new", 90, "h-new", "h-here"), ("aside", 15, "h-here", "h-greet")],
)
def test_a_section_stands_where_it_says_for_members(
    full: Cast, add: Add, area: str, order: int, before: str, after: str
) -> None:
    add("tide-table", area=area, order=order, whom=Reader.MEMBER)
    shown = ids(full, full.member)
    place = shown.index("tide-table")
    assert (shown[place - 1], shown[place + 1]) == (before, after)
    assert "tide-table" not in ids(full)


def test_a_section_of_a_closed_feature_is_nowhere(full: Cast, add: Add) -> None:
    add("tide-table", area="top", feature="tides", whom=Reader.VISITOR | Reader.MEMBER)
    for who in (None, full.member, full.owner):
        assert "tide-table" not in ids(full, who)


def test_what_a_section_shows_is_met_and_marked(here: Cast, add: Add) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador, title="A regatta")
        thread.last_author = None
    homepage_threads = [thread]
    add("regattas", area="new", threads=lambda self, visit: homepage_threads)
    before = homepage.sections["forums.new-threads"]
    homepage.sections.unregister(before.name)
    try:
        html = here.sign_in(here.member).get(here.url("/")).content.decode()
    finally:
        homepage.sections.register(before)
    assert here.ambassador.display_name in html.partition('id="h-here"')[2]
    assert "1 thread with something new for you." in html


@pytest.mark.parametrize("name", ["front.hero", "people.whom-you-meet"])
@pytest.mark.parametrize("shown", ["handle", "display_name", "portrait", "drawing"])
def test_faces_are_kept_by_all_that_they_show(here: Cast, name: str, shown: str) -> None:
    section = homepage.sections[name]
    content: dict[str, Any] = {"people": [here.member], "searches": False, "threads_this_week": 0}
    content |= {"lede": "", "notice": None, "has_reading": True}
    before = section.made_of(content)
    setattr(here.member, shown, "Zoe Zander")
    assert section.made_of(content) != before


def test_the_composition_follows_from_sections_features_and_reader_alone() -> None:
    known = [
        make_section("one", feature="forums", whom=Reader.VISITOR | Reader.MEMBER),
        make_section("two", whom=Reader.VISITOR),
        make_section("three", feature="blogs", whom=Reader.MEMBER),
    ]

    def names(features: set[str], reader: Reader) -> list[str]:
        return [section.name for section in offered(known, frozenset(features), reader)]

    assert names(set(), Reader.VISITOR) == ["two"]
    assert names({"forums", "blogs"}, Reader.VISITOR) == ["one", "two"]
    assert names({"forums", "blogs"}, Reader.MEMBER) == ["one", "three"]
    assert names({"blogs"}, Reader.MEMBER) == ["three"]


def test_what_has_nothing_to_show_is_left_out_and_what_is_shared_is_fetched_once(here: Cast) -> None:
    fetched: list[str] = []

    def share(self: Section, visit: Visit) -> dict[str, Any]:
        return {"words": visit.once("words", lambda: fetched.append("words") or len(fetched))}

    known = [
        make_section("one", context=share, whom=Reader.VISITOR),
        make_section("two", context=share, whom=Reader.VISITOR),
        make_section("three", context=lambda self, visit: None, whom=Reader.VISITOR),
    ]
    home = compose(known, Visit(here.community, None, frozenset()))
    assert [shown.section.name for shown in home.areas["main"]] == ["one", "two"]
    assert [shown.content for shown in home.areas["main"]] == [{"words": 1}, {"words": 1}]
    assert fetched == ["words"]


def test_what_would_make_a_column_too_long_stands_below_both(full: Cast, add: Add) -> None:
    names = [f"tide-{number}" for number in range(4)]
    for number, name in enumerate(names):
        add(name, area="aside", order=90 + number, whom=Reader.VISITOR | Reader.MEMBER)
    for who in (None, full.member):
        page = full.sign_in(who).get(full.url("/")).content.decode()
        beside, _more, below = page.partition('class="home-more section"')
        assert f'id="{names[-1]}"' not in beside
        assert f'id="{names[-1]}"' in below, "nothing is lost"
        assert [name for name in ids(full, who) if name in names] == names
