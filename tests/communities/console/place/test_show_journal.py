"""The one journal: settings, launch and moderation by date, filtered, paged, taken away as files."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.console.place.services import change_place
from communities.journal.models import Change
from communities.journal.reading import journal_page
from communities.journal.sources import Wanted
from communities.launch.models import LaunchLogEntry
from communities.launch.services import StageWishes, add_stage
from communities.models import Membership
from moderation.models import AuditEvent
from moderation.services import add_watch_word, report_member
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db

PAGE = "/manage/journal/"
NOON = datetime.datetime(2026, 11, 20, 12, 0, tzinfo=datetime.UTC)


def write(cast: Cast, *, by: Membership | None = None, at: datetime.datetime = NOON, n: int = 1) -> None:
    """A line in each of the three logs, at one moment."""
    with cast.scope():
        for number in range(n):
            who = by or cast.manager
            Change.objects.create(
                act="change_place",
                by=who,
                role=who.role,
                at=at,
                what=f"Change {number}",
                before={"tagline": "Old"},
                after={"tagline": "New"},
            )
            LaunchLogEntry.objects.create(
                act="opened",
                by=who,
                role=who.role,
                at=at,
                stage_name=f"Stage {number}",
                reason="The boat show is on.",
            )
            AuditEvent.objects.create(
                act="add_watch_word", actor=who, created_at=at, subject=f"Word {number}", actor_role=who.role
            )


def test_three_logs_are_one_by_date(here: Cast) -> None:
    write(here)
    page = here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
    for words in (
        "Change 0",
        "Stage 0",
        "Word 0",
        "The boat show is on.",
        "<del>Old</del>",
        "<ins>New</ins>",
    ):
        assert words in page
    with here.scope():
        lines = journal_page(here.owner).lines
    assert [line.source for line in lines] == ["moderation", "launch", "settings"]


def test_paging_shows_each_line_once_also_within_one_moment(here: Cast) -> None:
    write(here, n=9)
    write(here, n=4, at=NOON - datetime.timedelta(days=1))
    with here.scope():
        seen: list[tuple[str, int]] = []
        cursor = ""
        while True:
            page = journal_page(here.owner, cursor=cursor, size=7)
            seen += [(line.source, line.pk) for line in page.lines]
            cursor = page.older
            if not cursor:
                break
    assert len(seen) == len(set(seen)) == 39
    assert len(journal_lines_of(here, "?before=nonsense")) == 39


def journal_lines_of(cast: Cast, query: str = "") -> list[dict[str, Any]]:
    answer = cast.sign_in(cast.owner).get(cast.url(f"/manage/journal.json{query}"))
    assert answer.status_code == 200
    lines: list[dict[str, Any]] = json.loads(answer.content)["lines"]
    return lines


def test_filters_by_person_act_and_days(here: Cast) -> None:
    write(here)
    write(here, by=here.owner, at=NOON + datetime.timedelta(days=2))
    assert {line["who"] for line in journal_lines_of(here, f"?person={here.owner.pk}")} == {str(here.owner)}
    assert {line["role"] for line in journal_lines_of(here, "?role=owner")} == {"Owner"}
    assert len(journal_lines_of(here, "?role=manager")) == 3
    assert journal_lines_of(here, "?role=moderator") == []
    assert {line["log"] for line in journal_lines_of(here, "?act=launch")} == {"launch"}
    assert {line["act"] for line in journal_lines_of(here, "?act=launch:opened")} == {"opened"}
    assert journal_lines_of(here, "?act=launch:paused") == []
    assert len(journal_lines_of(here, "?since=2026-11-21")) == 3
    assert len(journal_lines_of(here, "?until=2026-11-20")) == 3
    assert len(journal_lines_of(here, "?since=2026-11-20&until=2026-11-22")) == 6
    # The whole of the last day, by the community’s clock: 23:30 in Paris is 22:30 in UTC.
    write(here, at=datetime.datetime(2026, 11, 23, 22, 30, tzinfo=datetime.UTC))
    assert len(journal_lines_of(here, "?since=2026-11-23&until=2026-11-23")) == 3


def test_a_broken_filter_is_said_and_hides_nothing(here: Cast) -> None:
    write(here)
    owner = here.sign_in(here.owner)
    for query in (
        "?since=yesterday",
        "?act=nonsense",
        "?since=2026-11-21&until=2026-11-20",
        "?until=9999-12-31",
    ):
        answer = owner.get(here.url(PAGE + query))
        assert answer.status_code == 422, query
        assert "Change 0" in answer.content.decode(), query
    empty = owner.get(here.url(f"{PAGE}?since=2026-12-24"))
    assert "No line matches" in empty.content.decode()


def test_the_table_holds_what_the_page_does_and_runs_nothing(here: Cast) -> None:
    write(here)
    with here.scope():
        LaunchLogEntry.objects.create(act="opened", by=here.manager, at=timezone.now(), reason="=1+1")
    answer = here.sign_in(here.owner).get(here.url("/manage/journal.csv"))
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert rows[0]["reason"] == "'=1+1"
    assert rows[-1]["changes"] == "Tagline: Old → New"
    assert rows[-1]["who"] == str(here.manager)


def test_what_moderation_hides_is_hidden_here(here: Cast) -> None:
    """A manager who was reported does not learn by whom, and no filter tells."""
    with here.scope():
        report_member(here.manager, by=here.member, category="spam")
    for reader, sees in ((here.manager, False), (here.owner, True)):
        answer = here.sign_in(reader).get(here.url("/manage/journal.json?act=moderation"))
        lines = json.loads(answer.content)["lines"]
        assert any("eported" in line["label"] for line in lines)
        assert (str(here.member) in {line["who"] for line in lines}) is sees
        mine = here.sign_in(reader).get(here.url(f"/manage/journal.json?person={here.member.pk}"))
        assert bool(json.loads(mine.content)["lines"]) is sees
        members = here.sign_in(reader).get(here.url("/manage/journal.json?role=member"))
        assert bool(json.loads(members.content)["lines"]) is sees


def test_each_log_keeps_the_role_in_which_somebody_acted(here: Cast) -> None:
    """Whatever they are by now: settings, launch and moderation, through their own services."""
    with here.scope():
        change_place(here.community, by=here.manager, changes={"tagline": "First"})
        add_stage(StageWishes(name="Crew", features=["forums"], audience="team"), by=here.manager)
        add_watch_word(by=here.manager, word="rope", action="hold")
        Membership.objects.filter(pk=here.manager.pk).update(role="member")
    lines = journal_lines_of(here, "?role=manager")
    assert {line["log"] for line in lines} == {"settings", "launch", "moderation"}
    assert {line["role"] for line in lines} == {"Community manager"}
    page = here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
    assert page.count("<span>Community manager</span>") == len(lines)
    assert journal_lines_of(here, "?role=member") == []
    assert (
        "Community manager" in here.sign_in(here.owner).get(here.url("/moderation/journal/")).content.decode()
    )


def test_another_community_and_lesser_roles_read_nothing(here: Cast, elsewhere: Cast) -> None:
    write(here)
    for role in ("marketing", "moderator", "ambassador", "member"):
        client = here.sign_in(getattr(here, role))
        for path in (PAGE, "/manage/journal.csv", "/manage/journal.json"):
            assert client.get(here.url(path)).status_code == 403, (role, path)
    assert "/sign-in/" in Client().get(here.url(PAGE))["Location"]
    assert journal_lines_of(elsewhere) == []
    with here.scope():
        change = Change.objects.get()
    foreign = elsewhere.sign_in(elsewhere.owner)
    assert foreign.post(elsewhere.url(f"/manage/journal/{change.pk}/undo/")).status_code == 404
    assert here.sign_in(here.owner).get(here.url("/manage/journal.exe")).status_code == 404


def test_undo_says_when_somebody_has_changed_it_since(here: Cast) -> None:
    with here.scope():
        change_place(here.community, by=here.manager, changes={"tagline": "First"})
        first = Change.objects.get()
        change_place(here.community, by=here.manager, changes={"tagline": "Second"})
    owner = here.sign_in(here.owner)
    answer = owner.post(here.url(f"/manage/journal/{first.pk}/undo/"), {"next": here.url(PAGE)}, follow=True)
    assert answer.redirect_chain[-1][0] == here.url(PAGE)
    assert "Somebody has changed this since." in answer.content.decode()
    away = owner.post(here.url(f"/manage/journal/{first.pk}/undo/"), {"next": "https://evil.example/"})
    assert "evil" not in away["Location"]


def test_somebody_who_left_the_team_is_still_found(here: Cast) -> None:
    with here.scope():
        former = make_membership(role="member", display_name="Former Lead")
    write(here, by=former)
    page = here.sign_in(here.owner).get(here.url(f"{PAGE}?person={former.pk}")).content.decode()
    assert f'<option value="{former.pk}" selected' in page


def test_a_page_costs_the_same_however_long_the_journal(here: Cast, queries: Callable[..., Any]) -> None:
    owner = here.sign_in(here.owner)
    owner.get(here.url(PAGE))
    for _round in range(2):
        write(here, n=20)
        with queries(most=9):
            assert owner.get(here.url(PAGE)).status_code == 200


def test_watch_words_stand_there_as_they_are_added(here: Cast) -> None:
    with here.scope():
        add_watch_word(by=here.manager, word="rope", action="hold")
        (line,) = journal_page(here.owner, Wanted(act="moderation:add_watch_word")).lines
    assert line.who == str(here.manager)
