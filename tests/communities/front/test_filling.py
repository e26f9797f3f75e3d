"""Blocks of the home page that are quiet: what is alive elsewhere stands in their place, and the owner is told."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.content.models import Space, Thread
from communities.front.standing import State, states_for
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.communities.console.brand.test_edit_home import filled as sent
from tests.conftest import NOT_COUNTED, Cast
from tests.factories import make_space, make_thread

LONG_AGO = datetime.timedelta(days=90)


def main(here: Cast, who: Membership | None = None) -> str:
    forget_all()
    html: str = here.sign_in(who).get(here.url("/")).content.decode()
    return html.partition("<main")[2].partition("</main>")[0]


def ids(html: str) -> list[str]:
    return re.findall(r'\bid="(h-[^"]+)"', html)


def cost(here: Cast, who: Membership | None = None) -> int:
    client = here.sign_in(who)
    forget_all()
    with CaptureQueriesContext(connection) as sent:
        client.get(here.url("/"))
    return len([one for one in sent.captured_queries if not one["sql"].lstrip().startswith(NOT_COUNTED)])


def age(*threads: Thread, by: datetime.timedelta = LONG_AGO) -> None:
    then = timezone.now() - by
    Thread.objects.filter(pk__in=[one.pk for one in threads]).update(published_at=then, last_activity_at=then)


def arrange(here: Cast, **home: Any) -> None:
    Community.objects.filter(pk=here.community.pk).update(settings={"home": home})
    here.community.settings = {"home": home}
    forget_all()


def states(here: Cast, who: Membership | None = None) -> dict[str, State]:
    forget_all()
    with here.scope():
        return states_for(Community.objects.get(pk=here.community.pk), who)


@pytest.fixture
def lively(here: Cast) -> Cast:
    """A blog that has been silent for ninety days, and a forum with more than the page shows of it."""
    with here.scope():
        age(make_thread(here.blog, by=here.manager, title="Old news"))
        for number in range(12):
            make_thread(here.forum, by=here.ambassador, title=f"Talk number {number}.")
    return here


def test_a_quiet_block_shows_what_is_alive_elsewhere(lively: Cast) -> None:
    page = main(lively)
    assert "h-read" not in ids(page)
    assert "h-alive-articles" in ids(page)
    assert "Old news" not in page
    assert "Latest from all spaces" in page
    block = page.partition('id="h-alive-articles"')[2].partition("</section>")[0]
    # What the block of discussions takes up stands there alone.
    assert [f"Talk number {number}." in block for number in range(12)] == [True] * 4 + [False] * 8
    # “Browse first” still leads somewhere.
    assert page.count('id="read"') == 1
    assert states(lively)["articles"] is State.FILLED


def test_for_members_it_stands_among_what_is_new_and_is_marked(lively: Cast) -> None:
    page = main(lively, lively.member)
    assert "Old news" not in page
    new = page.partition('id="h-new"')[2].partition("</section>")[0]
    assert all(f"Talk number {number}." in new for number in range(12))
    assert new.count("dot-new") == 12
    # What stands in is less new than the discussions.
    assert new.index("Talk number 11.") < new.index("Talk number 3.")
    assert states(lively, lively.member)["articles"] is State.FILLED


def test_a_new_text_ends_it_on_a_page_that_was_kept(lively: Cast, settings: Any) -> None:
    settings.VISITOR_PAGES = 8
    assert "h-alive-articles" in ids(main(lively))
    assert "h-alive-articles" in ids(main(lively))
    with lively.scope():
        make_thread(lively.blog, by=lively.manager, title="Fresh news")
    page = main(lively)
    assert "h-alive-articles" not in ids(page)
    assert "Fresh news" in page
    assert "Old news" in page
    assert states(lively)["articles"] is State.FRESH


def test_an_answer_is_life_too(lively: Cast) -> None:
    with lively.scope():
        Thread.objects.filter(title="Old news").update(last_activity_at=timezone.now())
    assert "h-read" in ids(main(lively))


def test_where_nothing_else_is_alive_a_quiet_block_stays(here: Cast) -> None:
    with here.scope():
        age(make_thread(here.blog, by=here.manager, title="Old news"))
    page = main(here)
    assert "h-read" in ids(page)
    assert "Old news" in page
    assert states(here)["articles"] is State.QUIET


def test_an_empty_block_is_filled_too_and_one_without_a_source_is_not(lively: Cast) -> None:
    with lively.scope():
        Thread.objects.filter(title="Old news").delete()
    assert "h-alive-articles" in ids(main(lively))
    with lively.scope():
        Space.objects.filter(pk=lively.blog.pk).update(audience=Space.Audience.MEMBERS)
    # Visitors may read no blog: that is closed to them, and not quiet.
    assert "h-alive-articles" not in ids(main(lively))


@pytest.mark.parametrize(("days", "filled"), [(0, False), (30, True), (89, True), (91, False), (None, True)])
def test_the_owner_says_after_how_many_days(lively: Cast, days: int | None, filled: bool) -> None:
    arrange(lively, **({} if days is None else {"quiet_days": days}))
    assert ("h-alive-articles" in ids(main(lively))) is filled


def test_discussions_are_filled_from_the_blog(here: Cast) -> None:
    with here.scope():
        age(make_thread(here.forum, by=here.ambassador, title="An old question"))
        for number in range(6):
            make_thread(here.blog, by=here.manager, title=f"Article number {number}.")
    page = main(here)
    block = page.partition('id="h-alive-talk"')[2].partition("</section>")[0]
    assert "An old question" not in page
    assert [f"Article number {number}." in block for number in range(6)] == [True] * 2 + [False] * 4


def test_for_members_what_is_new_is_there_also_when_discussions_are_quiet(here: Cast) -> None:
    with here.scope():
        age(make_thread(here.forum, by=here.ambassador, title="An old question"))
        for number in range(6):
            make_thread(here.blog, by=here.manager, title=f"Article number {number}.")
    page = main(here, here.member)
    assert ids(page).count("h-new") == 1
    new = page.partition('id="h-new"')[2].partition("</section>")[0]
    assert "Article number 5." in new, "the newest article, which opens it"
    assert [f"Article number {number}." in new for number in (0, 1)] == [True, True], "what stands in"
    assert "All forums" in new
    assert "An old question" not in page


def test_nobody_is_shown_what_they_may_not_read(lively: Cast, elsewhere: Cast) -> None:
    with lively.scope():
        inner = make_space(kind="forum", slug="inner", audience=Space.Audience.MEMBERS)
        make_thread(inner, by=lively.ambassador, title="Among members")
        team = make_space(kind="forum", slug="team", audience=Space.Audience.TEAM)
        make_thread(team, by=lively.manager, title="Among the team")
    with elsewhere.scope():
        make_thread(elsewhere.forum, by=elsewhere.member, title="Over there")
    for who in (None, lively.member):
        page = main(lively, who)
        assert "Among the team" not in page
        assert "Over there" not in page
        assert ("Among members" in page) is (who is not None)


def test_what_is_chosen_by_hand_stays_as_long_as_it_can_be_read(lively: Cast) -> None:
    with lively.scope():
        chosen = make_thread(lively.forum, by=lively.manager, title="Worth reading")
        asked = make_thread(lively.forum, by=lively.manager, title="What do you refit?")
        age(chosen, asked)
    arrange(lively, featured=[chosen.pk], week=asked.pk)
    page = main(lively)
    assert "h-featured" in ids(page)
    # A question of the week that nobody has answered for months is none any more.
    assert "h-week" not in ids(page)
    assert "h-alive-week" in ids(page)
    with lively.scope():
        Thread.objects.filter(pk=chosen.pk).update(state="removed")
    page = main(lively)
    assert "h-featured" not in ids(page)
    assert "h-alive-featured" in ids(page)


def test_whoever_joined_long_ago_has_not_just_arrived(here: Cast) -> None:
    assert "h-greet" in ids(main(here, here.member))
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - LONG_AGO)
    assert "h-greet" not in ids(main(here, here.member))
    assert states(here, here.member)["newcomers"] is State.NOTHING


@pytest.mark.parametrize("who", [None, "member"])
def test_it_costs_one_statement_however_much_there_is(
    lively: Cast, who: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)
    person = getattr(lively, who) if who else None
    arrange(lively, quiet_days=0)
    plain = cost(lively, person)
    arrange(lively, quiet_days=60)
    filled = cost(lively, person)
    assert filled <= plain + 1
    with lively.scope():
        for _number in range(8):
            make_thread(lively.forum, by=lively.ambassador)
    assert cost(lively, person) <= filled


def test_the_owner_reads_what_is_quiet_and_what_to_do(lively: Cast) -> None:
    forget_all()
    page = lively.sign_in(lively.owner).get(lively.url("/manage/brand/home/")).content.decode()
    assert "Quiet: the latest from all spaces is shown in its place" in page
    assert f'href="{lively.url("/blogs/")}">Publish an article.' in page
    # Nothing is chosen, and nothing asked: both are said with the field that ends it.
    assert 'href="#id_week">Choose a question.' in page
    assert 'id="id_week"' in page
    assert 'href="#links-of-yours">Add a link.' in page
    assert 'id="links-of-yours"' in page
    # Discussions are alive.
    assert "Start a discussion." not in page
    with lively.scope():
        make_thread(lively.blog, by=lively.manager)
    forget_all()
    page = lively.sign_in(lively.owner).get(lively.url("/manage/brand/home/")).content.decode()
    assert "Publish an article." not in page


def test_the_days_are_saved_journalled_and_refused(
    here: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    client = here.sign_in(here.owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(here.url("/manage/brand/home/"), sent(quiet_days="14")).status_code == 302
    community = Community.objects.get(pk=here.community.pk)
    assert community.settings["home"]["quiet_days"] == 14
    answer = client.post(here.url("/manage/brand/home/"), sent(quiet_days="9000"))
    assert answer.status_code == 422
    assert "quiet_days" in answer.context["form"].errors
    journal = client.get(here.url("/manage/journal/")).content.decode()
    assert "Days until a block is quiet" in journal
