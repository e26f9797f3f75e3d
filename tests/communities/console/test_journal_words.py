"""The lines of the journal are in words: no names and no shapes of the program."""

from __future__ import annotations

from typing import Any

from communities.console.brand.services import edit_home, edit_look
from communities.console.place.services import change_place
from communities.console.spaces.menu import edit_menu
from communities.console.spaces.modules import choose_modules
from communities.content.services.arranging import add_space
from communities.content.services.naming_reactions import name_reactions
from communities.content.space_wishes import SpaceWishes
from communities.journal.reading import journal_page
from communities.journal.services import record
from tests.conftest import Cast


def test_what_was_set_is_said_as_its_page_says_it(here: Cast) -> None:
    by, community = here.owner, here.community
    links = [{"label": "Shop", "url": "https://shop.example/"}]
    crew = SpaceWishes(
        "Crew",
        audience="roles",
        let_in={"read": {"roles": ["ambassador"]}},
        mode="pre",
        starts=("question",),
        order="new",
    )
    with here.scope():
        edit_menu(community, by=by, entries=[{"place": "forums:list-forums"}, *links])
        choose_modules(community, by=by, wanted=["forums", "blogs"])
        name_reactions(community, by=by, offered=["useful"], names={"useful": {"en": "Shipshape"}})
        add_space("forum", crew, by=by, community=community)
        edit_home(community, by=by, home={"layout": "desk", "links": links, "week": 4711})
        edit_look(community, by=by, look={"shape": "round", "face": "oldstyle"})
        lines = {line.act: _said(line) for line in journal_page(by).lines}
    assert lines["edit_menu"]["Menu"].endswith("Shop")
    assert lines["choose_modules"]["Modules"] == "Blogs, Forums"
    assert lines["reactions_named"] == {"Offered": "Useful", "Names": "Useful → Shipshape"}
    space = {"Who reads": "Some roles", "Whom exactly": "Ambassador", "Moderation": "Read before publication"}
    space |= {"What they start": "Question", "Order": "Newest first"}
    assert space.items() <= lines["add_space"].items()
    home = {"Layout": "Help desk", "Your own links": "Shop", "Question of the week": "1"}
    assert home.items() <= lines["brand.home"].items()
    assert lines["brand.look"] == {"Shape": "Round corners", "Typeface of headings": "Old style, warm"}
    said = [words for line in lines.values() for words in line.values()]
    assert not [words for words in said if "{" in words or "_" in words or "[" in words]


def test_a_page_for_the_owner_alone_is_no_link_for_others(here: Cast) -> None:
    with here.scope():
        record(here.owner, "domain_added", what="sails.example")
        change_place(here.community, by=here.owner, changes={"tagline": "Mended by hand"})
        owner, manager = (
            {line.act: line.url for line in journal_page(reader).lines}
            for reader in (here.owner, here.manager)
        )
    assert owner["domain_added"].endswith("/manage/domains/")
    assert manager["domain_added"] == ""
    assert manager["change_place"] == owner["change_place"] != ""


def _said(line: Any) -> dict[str, str]:
    return {one.label: one.after for one in line.differences}
