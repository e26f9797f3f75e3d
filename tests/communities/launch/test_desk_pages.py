"""The manager's pages: writing a stage, opening, pausing, rolling back, previewing; and who is kept out."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.calendar import today
from communities.content.models import Post
from communities.content.tasks import fold_almost_empty
from communities.launch.models import LaunchLogEntry, Stage, StageOpening, WaitingPlace, Wave
from tests.communities.launch.conftest import Plan, make_plan, refresh
from tests.conftest import Cast
from tests.factories import make_space, make_thread

FORM = {"name": "First", "features": ["forums"], "audience": "team", "opening": "hand", "share": "100"}


def test_a_manager_writes_a_plan(here: Cast) -> None:
    desk = here.sign_in(here.manager)
    assert b"No plan yet" in desk.get(here.url("/manage/launch/")).content
    answer = desk.post(here.url("/manage/launch/stages/new/"), FORM | {"gauge_members": "1,234"})
    assert answer["Location"] == here.url("/manage/launch/stages/1/")
    people = {
        "audience": "list",
        "name": "Friends",
        "people": f"@{here.member.handle}, {here.ambassador.handle}",
    }
    assert desk.post(here.url("/manage/launch/stages/new/"), FORM | people).status_code == 302
    with here.scope():
        first, second = Stage.objects.in_order()
        here.member.refresh_from_db()
    assert (first.criteria, first.features) == ({"members": 1234.0}, ["forums"])
    assert here.member.stage_ids == [second.pk]
    page = desk.get(here.url("/manage/launch/")).content.decode()
    assert "Friends" in page
    assert "Members" in page
    edited = FORM | people | {"people": f"@{here.member.handle}", "name": "A friend"}
    assert desk.post(here.url("/manage/launch/stages/2/edit/"), edited).status_code == 302
    with here.scope():
        here.ambassador.refresh_from_db()
    assert here.ambassador.stage_ids == []
    assert desk.post(here.url("/manage/launch/stages/2/remove/")).status_code == 302
    with here.scope():
        assert Stage.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "required"),
        ({"features": ["applause"]}, "applause"),
        ({"planned_for": "2001-01-01T10:00"}, "This date is past"),
        ({"planned_for": "when it rains"}, "Enter a date like this"),
        ({"planned_for": "9999-12-31T23:59"}, "before the year 2101"),
        (
            {"people": "@nobody-of-that-name", "audience": "list"},
            "Nobody here is called @nobody-of-that-name",
        ),
        ({"gauge_answered_in_a_day": "140"}, "less than or equal to 100"),
        ({"gauge_threads": "0"}, "must be above zero"),
        ({"gauge_threads": "many"}, "Enter a whole number"),
        ({"opening": "criteria"}, "at least one gauge"),
        ({"share": "0", "audience": "waiting"}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_stage_is_refused_with_a_sentence(here: Cast, wrong: dict[str, Any], words: str) -> None:
    answer = here.sign_in(here.manager).post(here.url("/manage/launch/stages/new/"), FORM | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with here.scope():
        assert not Stage.objects.exists()


def test_opening_asks_first_and_wants_a_reason_for_a_short_gauge(here: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]), criteria={"threads": 5})
    desk, address = here.sign_in(here.manager), here.url("/manage/launch/stages/1/open/")
    page = desk.get(address).content.decode()
    assert "Forums: closed until its stage opens" in page
    assert "0 of 5" in page
    assert desk.post(address, {"reason": ""}).status_code == 422
    with here.scope():
        assert not Stage.objects.get().is_open
    assert desk.post(address, {"reason": "Thursday is early enough"}).status_code == 302
    assert Client().get(here.url("/forums/")).status_code == 404
    assert desk.get(here.url("/forums/")).status_code == 200
    assert b"Thursday is early enough" in desk.get(here.url("/manage/launch/stages/1/")).content
    again = desk.post(address, {"reason": "Once more"}, follow=True).content.decode()
    assert "“Stage 1” was open already: nothing has changed." in again
    with here.scope():
        assert StageOpening.objects.count() == 1


def test_pause_resume_and_roll_back_through_the_pages(here: Cast, plan: Plan) -> None:
    plan(("team", ["tags"]), ("ambassadors", ["forums"]), opened=2)
    desk, friend = here.sign_in(here.manager), here.sign_in(here.ambassador)
    at = "/manage/launch/stages/2/"
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador, title="What I wrote")
    past = desk.post(here.url(f"{at}pause/"), {"news_on": "2001-01-01"})
    assert past.status_code == 422
    assert "This date is past" in past.content.decode()
    day = today(here.community) + datetime.timedelta(days=2)
    assert desk.post(here.url(f"{at}pause/"), {"news_on": day.isoformat()}).status_code == 302
    assert friend.get(thread.get_absolute_url()).status_code == 404
    home = friend.get(here.url("/")).content.decode()
    assert "We have paused Forums to repair it." in home
    assert "Everything you wrote is kept." in home
    assert "What I wrote" in friend.get(here.url("/me/content/")).content.decode()
    assert desk.get(here.url(f"{at}resume/")).status_code == 200
    assert desk.post(here.url(f"{at}resume/")).status_code == 302
    assert friend.get(here.url("/forums/")).status_code == 200
    assert desk.post(here.url(f"{at}roll-back/"), {"reason": "Too early"}).status_code == 302
    assert friend.get(here.url("/forums/")).status_code == 404
    assert desk.get(here.url("/forums/")).status_code == 404
    with here.scope():
        assert Post.objects.filter(thread=thread).count() == 1
    log = desk.get(here.url("/manage/launch/log/")).content.decode()
    assert "Too early" in log
    assert "Rolled back" in log


def test_a_preview_shows_the_place_in_other_eyes_and_writes_nothing(here: Cast, plan: Plan) -> None:
    plan(("team", ["blogs"]), ("ambassadors", ["forums"]), opened=1)
    desk = here.sign_in(here.manager)
    with here.scope():
        thread = Stage.objects.get(place=2)
    assert desk.get(here.url("/forums/")).status_code == 404
    answer = desk.post(here.url("/manage/launch/stages/2/preview/"), {"audience": "ambassador"})
    assert answer["Location"] == here.url("/")
    home = desk.get(here.url("/")).content.decode()
    assert "Hello, An ambassador" in home
    assert f"Hello, {here.manager.display_name}" not in home
    page = desk.get(here.url("/forums/"))
    assert page.status_code == 200
    assert "Preview: An ambassador, with “Stage 2” open." in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert here.sign_in(here.ambassador).get(here.url("/forums/")).status_code == 404, "nobody else sees it"
    text = {"title": "No", "body": "<p>No.</p>", "body_format": "html"}
    assert desk.post(here.url(f"/forums/f/{here.forum.slug}/new/"), text).status_code == 302
    with here.scope():
        assert not Post.objects.exists()
    assert desk.post(here.url("/manage/launch/stages/2/preview/"), {"audience": "visitor"}).status_code == 302
    as_visitor = desk.get(here.url("/")).content.decode()
    assert "Sign in" in as_visitor
    assert "Preview: A visitor" in as_visitor
    assert desk.get(here.url("/forums/")).status_code == 404
    assert desk.post(here.url("/manage/launch/preview/leave/")).status_code == 302
    assert "Preview:" not in desk.get(here.url("/")).content.decode()
    assert thread.name == "Stage 2"


def test_a_preview_of_nobody_is_404(here: Cast, plan: Plan) -> None:
    plan(("ambassadors", ["forums"]))
    desk = here.sign_in(here.manager)
    for wrong in ("inside", "king", ""):
        assert desk.post(here.url("/manage/launch/stages/1/preview/"), {"audience": wrong}).status_code == 404


def test_marketing_reads_the_plan_and_changes_nothing(here: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]))
    reader = here.sign_in(here.marketing)
    for path in ("/manage/launch/", "/manage/launch/stages/1/"):
        page = reader.get(here.url(path))
        assert page.status_code == 200
        assert "Open…" not in page.content.decode()
    for path in ("stages/1/open/", "stages/1/edit/", "log/", "waiting-list/", "waves/"):
        assert reader.get(here.url(f"/manage/launch/{path}")).status_code == 403


def test_the_stages_of_another_community_do_not_exist_here(here: Cast, elsewhere: Cast) -> None:
    make_plan(elsewhere, ("team", ["forums"]), ("wave", ["blogs"]))
    with elsewhere.scope():
        wave = Wave.objects.create(stage=Stage.objects.get(place=2), name="Theirs")
    desk = here.sign_in(here.manager)
    for path in ("stages/1/", "stages/1/open/", "stages/1/edit/", "stages/2/roll-back/"):
        assert desk.get(here.url(f"/manage/launch/{path}")).status_code == 404
    assert desk.post(here.url(f"/manage/launch/waves/{wave.pk}/send/")).status_code == 404
    assert here.sign_in(elsewhere.manager).get(here.url("/manage/launch/")).status_code == 302


def test_a_wave_is_prepared_then_sent_once(here: Cast, plan: Plan) -> None:
    plan(("wave", ["forums"]))
    desk, address = here.sign_in(here.manager), here.url("/manage/launch/waves/")
    form = {"stage": "1", "name": "Sailors", "addresses": "a@example.org\nb@example.org, a@example.org"}
    assert desk.post(address, form).status_code == 302
    wrong = desk.post(address, form | {"addresses": "not an address"})
    assert wrong.status_code == 422
    assert "is not an e-mail address" in wrong.content.decode()
    with here.scope():
        wave = Wave.objects.get()
    send = here.url(f"/manage/launch/waves/{wave.pk}/send/")
    desk.post(send)
    with here.scope():
        assert wave.invitations.count() == 0, "its stage is closed"
    desk.post(here.url("/manage/launch/stages/1/open/"))
    for _twice in range(2):
        assert desk.post(send).status_code == 302
    with here.scope():
        assert wave.invitations.count() == 2
    assert "0 of 2 came" in desk.get(address).content.decode()


def test_a_wave_is_sent_as_it_is_written_or_nothing_is_kept(here: Cast, plan: Plan) -> None:
    plan(("wave", ["forums"]))
    desk, address = here.sign_in(here.manager), here.url("/manage/launch/waves/")
    form = {"stage": "1", "name": "Sailors", "addresses": "a@example.org\nb@example.org", "then": "send"}
    assert "Send now" not in desk.get(address).content.decode()
    refused = desk.post(address, form)
    assert refused.status_code == 422
    assert "a@example.org" in refused.content.decode()
    with here.scope():
        assert not Wave.objects.exists(), "its stage is closed"
    desk.post(here.url("/manage/launch/stages/1/open/"))
    page = desk.get(address).content.decode()
    assert "Send now" in page
    assert 'value="Wave 1"' in page
    assert "2 invitations are on their way." in desk.post(address, form, follow=True).content.decode()
    with here.scope():
        assert Wave.objects.get().invitations.count() == 2


def test_people_are_let_in_from_the_list(here: Cast, plan: Plan) -> None:
    with here.scope():
        places = [WaitingPlace.objects.create(email=f"w{n}@example.org", number=n) for n in range(1, 6)]
    desk, address = here.sign_in(here.manager), here.url("/manage/launch/waiting-list/")
    assert "w5@example.org" in desk.get(address).content.decode()
    assert desk.post(f"{address}admit/", {"first": "2"}).status_code == 302
    assert desk.post(f"{address}admit/", {"place": [places[4].pk, "x"], "some": "1"}).status_code == 302
    unread = desk.post(f"{address}admit/", {"first": "a few"})
    assert (unread.status_code, 'value="a few"' in unread.content.decode()) == (422, True)
    assert desk.post(f"{address}admit/", {}).status_code == 302
    with here.scope():
        waiting = list(WaitingPlace.objects.waiting().values_list("number", flat=True))
        lines = [line.detail["people"] for line in LaunchLogEntry.objects.filter(act="admitted")]
    assert waiting == [3, 4]
    assert sorted(lines) == [1, 2]


def test_reading_costs_no_query_more_with_a_plan(here: Cast, plan: Plan) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    address = here.url(f"/forums/t/{thread.slug}/")
    plan(("team", ["blogs"]), ("wave", ["directory"]), ("waiting", ["uploads"]), opened=3)
    counts = []
    for begun in (True, False):
        if not begun:
            with here.scope():
                here.community.launch = {}
                here.community.save(update_fields=["launch"])
        for client in (Client(), here.sign_in(here.member)):
            refresh(here)
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_an_almost_empty_space_folds_until_it_holds_its_minimum(here: Cast, plan: Plan) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member)
        full = make_space(kind="forum", slug="knots", name="Knots")
        for number in range(3):
            make_thread(full, by=here.member, title=f"Knot {number}")
    assert fold_almost_empty() == 0, "no launch is under way"
    plan(("team", ["tags"]), opened=1)
    assert fold_almost_empty() == 2
    assert fold_almost_empty() == 0
    refresh(here)
    link = f'href="{here.url("/forums/f/rigging/")}"'
    assert link not in _list_of_spaces(here, here.member)
    assert link in _list_of_spaces(here, here.moderator)
    desk = here.sign_in(here.manager).get(here.url("/manage/launch/")).content.decode()
    assert "2 threads short" in desk
    with here.scope():
        make_thread(here.forum, by=here.member)
        make_thread(here.forum, by=here.member)
    fold_almost_empty()
    refresh(here)
    assert link in _list_of_spaces(here, here.member)


def _list_of_spaces(here: Cast, who: Any) -> str:
    page = here.sign_in(who).get(here.url("/forums/")).content.decode()
    return page.split('id="h-spaces"')[-1] if 'id="h-spaces"' in page else page
