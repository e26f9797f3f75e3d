"""The home page as its owner arranges it: layout, blocks, photograph; what visitors and members then see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities import homepage
from communities.console.brand import services
from communities.exceptions import NotAllowed
from communities.homepage import LAYOUTS
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Community
from tests.communities.console.brand.conftest import picture
from tests.conftest import NOT_COUNTED, Cast
from tests.factories import make_thread

PATH = "/manage/brand/home/"
ALL = [block.name for block in homepage.blocks]


def filled(**changes: Any) -> dict[str, Any]:
    return {"layout": "magazine", "order": ALL, "on": ALL, "x": "50", "y": "50"} | changes


def stored(here: Cast) -> Community:
    return Community.objects.get(pk=here.community.pk)


def cost(here: Cast, who: Any = None) -> int:
    """The statements of a home page when nothing is remembered."""
    client = here.sign_in(who)
    forget_all()
    with CaptureQueriesContext(connection) as sent:
        client.get(here.url("/"))
    return len([one for one in sent.captured_queries if not one["sql"].lstrip().startswith(NOT_COUNTED)])


def ids(here: Cast, who: Any = None) -> list[str]:
    forget_all()
    html = here.sign_in(who).get(here.url("/")).content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    return [one for one in re.findall(r'\bid="([^"]+)"', main) if one not in ("read", "main")]


@pytest.fixture
def full(here: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    # What is remembered stays while statements are counted, also on a slow machine.
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)
    with here.scope():
        make_thread(here.forum, by=here.ambassador, kind="question", title="What did you refit?")
        for _number in range(2):
            make_thread(here.blog, by=here.manager)
    return here


def publish(here: Cast, committed: Any, **changes: Any) -> None:
    with committed(execute=True):
        response = here.sign_in(here.owner).post(here.url(PATH), filled(**changes))
    assert response.status_code == 302, response.context["form"].errors


def test_blocks_are_ordered_and_put_away_for_visitors_and_members(full: Cast, committed: Any) -> None:
    before = ids(full), ids(full, full.member)
    assert before == (
        ["h", "h-read", "h-talk", "h-wait", "h-who", "h-join"],
        ["h-do", "h-new", "h-here", "h-greet", "h-more"],
    )
    order = ["people", "unanswered", *[name for name in ALL if name not in ("people", "unanswered")]]
    publish(full, committed, order=order, on=[name for name in ALL if name != "articles"])
    assert ids(full) == ["h", "h-talk", "h-who", "h-wait", "h-join"]
    assert ids(full, full.member) == ["h-do", "h-new", "h-here", "h-greet"]


def test_what_is_put_away_is_not_asked_for(full: Cast, committed: Any) -> None:
    whole = cost(full, full.member)
    publish(full, committed, on=["welcome"])
    assert cost(full, full.member) <= whole - 4


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_each_layout_holds_every_block_and_the_budget_of_the_page(
    full: Cast, committed: Any, layout: str
) -> None:
    shown = set(ids(full)), set(ids(full, full.member))
    costs = []
    for name in ("magazine", layout):
        publish(full, committed, layout=name)
        costs += [cost(full), cost(full, full.member)]
    assert costs[:2] == costs[2:], "a layout costs no statement"
    seen = set(ids(full)), set(ids(full, full.member))
    assert (seen[0] - {"home-search"}, seen[1]) == shown
    assert f'class="home is-{layout}"' in full.sign_in(None).get(full.url("/")).content.decode()


def test_a_layout_gives_way_where_its_column_would_be_empty(full: Cast, committed: Any) -> None:
    """A place of which visitors read nothing: its welcome fills the page instead of standing beside a hole."""
    publish(full, committed, layout="club")
    Community.objects.filter(pk=full.community.pk).update(open_features=["search"])
    forget_all()
    assert 'class="home is-magazine"' in full.sign_in(None).get(full.url("/")).content.decode()
    member = full.sign_in(full.member).get(full.url("/")).content.decode()
    assert 'class="home is-club"' in member
    assert "The team opens this place in stages." in member


def test_a_help_desk_begins_with_a_search_and_what_waits(full: Cast, committed: Any) -> None:
    with committed(execute=True), full.scope():
        services.edit_home(full.community, by=full.owner, home={"layout": "desk", "order": []})
    assert ids(full)[:3] == ["h", "home-search", "h-wait"]


def test_featured_texts_a_question_a_text_and_links_are_shown(full: Cast, committed: Any) -> None:
    with full.scope():
        chosen = make_thread(full.blog, by=full.manager, title="Round the Fastnet")
        question = make_thread(full.forum, by=full.member, kind="question", title="Which rope?")
    publish(
        full,
        committed,
        featured=full.url(chosen.get_absolute_url()),
        week=f"https://halyard.example{question.get_absolute_url()}",
        text_title="This week",
        text_body="We are at the boat show. See https://show.example",
        label_1="Our shop",
        url_1="https://shop.example/ropes",
    )
    for who in (None, full.member):
        forget_all()
        page = full.sign_in(who).get(full.url("/")).content.decode()
        assert "Round the Fastnet" in page.partition('id="h-featured"')[2]
        assert "Which rope?" in page.partition('id="h-week"')[2]
        assert "We are at the boat show." in page
        assert '<a href="https://shop.example/ropes">Our shop</a>' in page
    again = full.sign_in(full.owner).get(full.url(PATH)).content.decode()
    assert chosen.get_absolute_url() in again


def test_chosen_threads_cost_one_statement(full: Cast, committed: Any) -> None:
    with full.scope():
        chosen = [make_thread(full.blog, by=full.manager) for _number in range(3)]
    before = cost(full, full.member), cost(full)
    publish(full, committed, featured="\n".join(thread.get_absolute_url() for thread in chosen))
    assert (cost(full, full.member), cost(full)) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize("address", ["/forums/t/nothing-of-the-kind/", "http://[nowhere"])
def test_what_visitors_cannot_read_is_not_featured(full: Cast, address: str) -> None:
    response = full.sign_in(full.owner).post(full.url(PATH), filled(featured=address))
    assert response.status_code == 422
    assert "is not a text that visitors can read" in response.content.decode()
    many = " ".join(f"/forums/t/{number}/" for number in range(4))
    assert (
        "Three texts at most"
        in full.sign_in(full.owner).post(full.url(PATH), filled(featured=many)).content.decode()
    )


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//elsewhere.example", "shop", "ftp://x.example", "http://"]
)
def test_a_link_is_a_whole_address(here: Cast, address: str) -> None:
    response = here.sign_in(here.owner).post(here.url(PATH), filled(label_1="Shop", url_1=address))
    assert response.status_code == 422
    assert "Write the whole address" in response.content.decode()


def test_without_a_welcome_the_page_still_has_its_heading(full: Cast, committed: Any) -> None:
    publish(full, committed, on=[name for name in ALL if name != "welcome"])
    for who in (None, full.member):
        forget_all()
        page = full.sign_in(who).get(full.url("/")).content.decode()
        assert page.count("<h1") == 1


def test_a_photograph_keeps_its_point_in_every_cut(here: Cast, committed: Any) -> None:
    publish(here, committed, photo=picture(size=(2000, 900)), x="68", y="42", alt="A sloop")
    photo = stored(here).theme["photo"]
    assert (photo["x"], photo["y"], photo["alt"]) == (68, 42, "A sloop")
    forget_all()
    page = here.sign_in(None).get(here.url("/")).content.decode()
    assert f"/media/{photo['path']}" in page
    assert 'alt="A sloop"' in page
    named = re.findall(r"(/media/public/brands/\S+\.(webp|avif)) \d+w", page)
    assert [Path(one).name for one, _kind in named] == [
        *("480.avif", "768.avif", "960.avif"),
        *("480.webp", "768.webp", "960.webp", "1600.webp", "full.webp"),
    ]
    for one, kind in named:
        answer = here.sign_in(None).get(one)
        assert (answer.status_code, answer["Content-Type"]) == (200, f"image/{kind}")
        assert b"".join(answer.streaming_content)
    sheet = here.sign_in(None).get(re.search(r'href="([^"]*/theme/[^"]+)"', page)[1]).content.decode()  # type: ignore[index]
    assert "--photo-x: 68%;" in sheet
    assert "--photo-y: 42%;" in sheet
    publish(here, committed, x="10", y="20", alt="")
    assert stored(here).theme["photo"]["path"] == photo["path"]
    publish(here, committed, remove_photo="on")
    assert "photo" not in stored(here).theme
    assert stored(here).theme["colour"], "the look is as it was"


def test_nine_buttons_and_the_handles_work_without_scripts(here: Cast) -> None:
    client = here.sign_in(here.owner)
    page = client.post(here.url(PATH), filled(place="100 0", alt="Kept words"))
    assert page.status_code == 200
    assert page.context["form"]["x"].value() == "100"
    assert "Kept words" in page.content.decode()
    moved = client.post(here.url(PATH), filled(move="week:up"))
    order = [block.name for block, _shown in moved.context["form"].rows]
    assert order.index("week") == ALL.index("week") - 1
    assert "home" not in stored(here).settings, "nothing is saved by moving"


def test_the_service_asks_and_a_change_is_put_back(here: Cast, committed: Any) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        services.edit_home(here.community, by=here.moderator, home={"layout": "club"})
    publish(here, committed, layout="club", photo=picture(size=(800, 400)))
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert change.after["layout"] == "club"
        with committed(execute=True):
            undo(change, here.manager)
    assert "photo" not in stored(here).theme
    assert stored(here).settings["home"]["layout"] == "magazine"


def test_two_owners_who_arrange_one_page_are_told(here: Cast, committed: Any) -> None:
    client = here.sign_in(here.owner)
    seen = client.get(here.url(PATH)).context["form"]["seen"].value()
    publish(here, committed, layout="club")
    assert client.post(here.url(PATH), filled(layout="desk", seen=seen)).status_code == 409
    assert stored(here).settings["home"]["layout"] == "club"


def test_damaged_settings_are_as_if_they_were_not_there(full: Cast) -> None:
    for damaged in (
        [],
        "x",
        {"order": 3, "off": {"a": 1}, "layout": [], "featured": "x", "links": 3, "text": []},
    ):
        Community.objects.filter(pk=full.community.pk).update(settings={"home": damaged})
        assert "h-read" in ids(full)
