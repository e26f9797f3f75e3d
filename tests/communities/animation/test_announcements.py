"""Announcements above the pages: which is shown to whom, closing it, following it, kept pages of visitors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.announcements import services
from communities.animation.announcements.models import Announcement, Reading
from communities.animation.announcements.showing import BELONGS_FOR, COOKIE
from communities.animation.announcements.tasks import note_reader
from communities.animation.newsletters.segments import SegmentInUse, delete_segment
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.conftest import Cast, make_cast
from tests.sweeps.announcings import DAY, announce, members_only, seen, wishes
from tests.sweeps.markup import faults

pytestmark = pytest.mark.django_db

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def close(client: Client, here: Cast, row: Announcement, **headers: str) -> Any:
    said = {"next": here.url("/forums/")}
    return client.post(here.url(f"/announcements/{row.pk}/close/"), said, headers=BROWSER | headers)


class TestWhichIsShown:
    def test_nothing_stands_where_nobody_said_anything(self, here: Cast) -> None:
        assert seen(Client(), here) == seen(here.sign_in(here.member), here) == ""

    def test_everybody_sees_what_is_for_everybody_and_nobody_outside_its_hours(self, here: Cast) -> None:
        now = timezone.now()
        with here.scope():
            row = announce(here, "Now")
            announce(here, "Later", starts_at=now + DAY, ends_at=now + 2 * DAY)
        readers = [Client(), here.sign_in(here.member), here.sign_in(here.manager)]
        assert [seen(one, here) for one in readers] == ["Now"] * 3
        assert seen(readers[2], here, "/manage/announcements/") == "", "the desk has none"
        with here.scope():
            services.end_announcement(row, by=here.manager)
        assert [seen(one, here) for one in readers] == [""] * 3

    def test_warnings_come_first_then_the_one_that_began_last(self, here: Cast) -> None:
        now, client = timezone.now(), Client()
        with here.scope():
            announce(here, "Old", starts_at=now - 2 * DAY)
            announce(here, "New", starts_at=now - DAY)
        assert seen(client, here) == "New"
        with here.scope():
            warning = announce(here, "Storm", starts_at=now - 3 * DAY, tone="warning")
        assert seen(client, here) == "Storm"
        assert close(client, here, warning).status_code == 302
        assert seen(client, here) == "New", "whoever closes one sees the next"
        assert seen(Client(), here) == "Storm"

    def test_members_and_segments(self, here: Cast) -> None:
        with here.scope():
            announce(here, "For members", audience="members", starts_at=timezone.now() - DAY)
            announce(here, "For some", audience="segment", segment=members_only(here).pk)
        member, manager = here.sign_in(here.member), here.sign_in(here.manager)
        assert [seen(one, here) for one in (member, manager, Client())] == ["For some", "For members", ""]

    def test_a_segment_is_asked_anew_within_a_minute(self, here: Cast) -> None:
        with here.scope():
            announce(here, "For some", audience="segment", segment=members_only(here).pk)
        client = here.sign_in(here.member)
        assert seen(client, here) == "For some"
        with here.scope():
            Membership.objects.filter(pk=here.member.pk).update(role="ambassador")
        assert BELONGS_FOR == 60
        forget_all()
        assert seen(client, here) == ""

    def test_each_reads_it_in_their_language_and_else_in_the_main_one(self, settings: Any) -> None:
        here = make_cast(language="en", languages=["fr"])
        words = {"en": ("Open", "Go"), "fr": ("Ouvert", "Voir")}
        french = Client(headers={"accept-language": "fr"})
        with here.scope():
            row = announce(here, words=words)
        assert (seen(Client(), here), seen(french, here)) == ("Open", "Ouvert")
        with here.scope():
            services.edit_announcement(row, wishes("Open now"), by=here.manager)
        assert seen(french, here) == "Open now"
        assert '<p lang="en" dir="auto">' in french.get(here.url("/forums/")).content.decode()

    @pytest.mark.parametrize("tone", ["news", "warning"])
    def test_pages_with_it_are_well_made(self, tone: str) -> None:
        here = make_cast(language="en", languages=["fr"])
        with here.scope():
            announce(here, tone=tone)
        french = Client(headers={"accept-language": "fr"})
        for client in (Client(), french, here.sign_in(here.member)):
            page = client.get(here.url("/forums/")).content.decode()
            assert page.count('class="announce-bar') == 1
            assert faults(page) == []

    def test_another_community_shows_nothing_of_it(self, here: Cast, elsewhere: Cast) -> None:
        with here.scope():
            row = announce(here)
        assert seen(Client(), elsewhere) == ""
        assert close(Client(), elsewhere, row).status_code == 404
        assert Client().get(elsewhere.url(f"/announcements/{row.pk}/go/")).status_code == 404

    def test_where_the_part_is_closed_it_is_nowhere(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
        forget_all()
        manager = here.sign_in(here.manager)
        assert seen(Client(), here) == seen(manager, here) == ""
        assert close(Client(), here, row).status_code == 404
        assert Client().get(here.url(f"/announcements/{row.pk}/go/")).status_code == 404
        assert manager.get(here.url("/manage/announcements/")).status_code in (403, 404)
        assert "/manage/announcements/" not in manager.get(here.url("/me/")).content.decode()

    def test_a_deleted_segment_means_nobody(self, here: Cast) -> None:
        with here.scope():
            segment = members_only(here)
            row = announce(here, audience="segment", segment=segment.pk)
            with pytest.raises(SegmentInUse):
                delete_segment(segment, by=here.manager)
            services.end_announcement(row, by=here.manager)
            delete_segment(segment, by=here.manager)
            row.refresh_from_db()
            assert (row.segment, row.whom) == (None, "Members")
            before = Change.objects.get(act="announcement_ended")
            undo(before, here.manager)
        assert [seen(one, here) for one in (here.sign_in(here.member), Client())] == ["", ""]


class TestClosing:
    def test_a_member_closes_it_on_every_device(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        phone, desk = here.sign_in(here.member), here.sign_in(here.member)
        answer = close(phone, here, row)
        assert (answer.status_code, answer["Location"]) == (302, here.url("/forums/"))
        assert COOKIE not in answer.cookies
        assert [seen(one, here) for one in (phone, desk)] == ["", ""]
        assert seen(here.sign_in(here.ambassador), here)
        close(desk, here, row)
        with here.scope():
            assert Reading.objects.filter(membership=here.member, closed=True).count() == 1

    def test_a_visitor_closes_it_in_their_browser(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        browser = Client()
        answer = close(browser, here, row)
        cookie = answer.cookies[COOKIE]
        assert (cookie.value, cookie["path"]) == (str(row.pk), f"{here.prefix}/")
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert 3 * 86_400 < cookie["max-age"] <= 4 * 86_400, "until a day after its end"
        assert (seen(browser, here), bool(seen(Client(), here))) == ("", True)
        close(browser, here, row)
        with here.scope():
            row.refresh_from_db()
        assert row.closed_by_visitors == 1

    def test_with_scripts_the_bar_alone_goes(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        answer = close(here.sign_in(here.member), here, row, **{"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert "toast" in answer["HX-Trigger"]

    def test_what_cannot_be_closed_stays(self, here: Cast) -> None:
        with here.scope():
            row = announce(here, can_be_closed=False)
        browser, member = Client(), here.sign_in(here.member)
        assert "Close the announcement" not in member.get(here.url("/forums/")).content.decode()
        for client in (browser, member):
            assert close(client, here, row).status_code == 302
            assert seen(client, here)

    def test_a_page_of_elsewhere_closes_nothing(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        member = here.sign_in(here.member)
        assert close(member, here, row, origin="https://elsewhere.example").status_code == 403
        assert seen(member, here)

    def test_it_leads_back_to_pages_of_ours_only(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        path = here.url(f"/announcements/{row.pk}/close/")
        answer = Client().post(path, {"next": "https://elsewhere.example/"})
        assert answer["Location"] == here.url("/")

    def test_a_cookie_that_somebody_made_up_closes_nothing_else(self, here: Cast) -> None:
        with here.scope():
            announce(here)
        for value in ("x.y", "0", "9" * 40, "1.2.3.-4", "²"):
            client = Client()
            client.cookies[COOKIE] = value
            assert seen(client, here), value

    def test_visitors_do_not_know_what_is_for_members(self, here: Cast) -> None:
        with here.scope():
            row = announce(here, audience="members")
        assert close(Client(), here, row).status_code == 404
        assert Client().get(here.url(f"/announcements/{row.pk}/go/")).status_code == 404


class TestFollowing:
    def test_a_member_is_counted_once(self, here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(note_reader, "delay_on_commit", note_reader)
        with here.scope():
            row = announce(here)
        client, path = here.sign_in(here.member), here.url(f"/announcements/{row.pk}/go/")
        for _time in range(2):
            assert client.get(path)["Location"] == here.url("/forums/")
        with here.scope():
            assert Reading.objects.filter(followed=True, closed=False).count() == 1
        assert seen(client, here), "it stays until it is closed"

    def test_visitors_are_counted_and_programs_are_not(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        path = here.url(f"/announcements/{row.pk}/go/")
        for headers in (
            BROWSER,
            BROWSER,
            {"user-agent": "Googlebot/2.1"},
            BROWSER | {"Sec-Purpose": "prefetch"},
        ):
            assert Client().get(path, headers=headers).status_code == 302
        with here.scope():
            row.refresh_from_db()
        assert row.followed_by_visitors == 1

    def test_the_page_of_a_bar_that_has_just_ended_still_leads_on(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
            services.end_announcement(row, by=here.manager)
            path = here.url(f"/announcements/{row.pk}/go/")
            assert Client().get(path).status_code == 302
            now = timezone.now()
            Announcement.objects.update(starts_at=now - 3 * DAY, ends_at=now - 2 * DAY)
        assert Client().get(path).status_code == 404


class TestKeptPages:
    """Pages of visitors are kept by what they are made of; this is one of those things."""

    @pytest.fixture(autouse=True)
    def keeping(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.VISITOR_PAGES = 64
        monkeypatch.setattr("communities.memory.LIFETIME", 0.0)

    def test_visitors_pages_cost_no_statement_more(self, here: Cast, queries: Callable[..., Any]) -> None:
        with here.scope():
            announce(here)
        client = Client()
        for path in ("/", "/forums/f/rigging/"):
            assert seen(client, here, path)
            with queries(most=4):
                assert seen(client, here, path)

    def test_each_act_is_seen_at_once_by_who_has_closed_and_who_has_not(self, here: Cast) -> None:
        closed, other = Client(), Client()

        def both() -> list[str]:
            return [seen(one, here, "/") for one in (closed, other, closed, other)]

        assert both() == [""] * 4
        with here.scope():
            first = announce(here, "First", starts_at=timezone.now() - DAY)
        assert both() == ["First"] * 4
        close(closed, here, first)
        assert both() == ["", "First", "", "First"]
        with here.scope():
            second = announce(here, "Second")
        assert both() == ["Second"] * 4
        with here.scope():
            services.edit_announcement(second, wishes("Second, mended"), by=here.manager)
        assert both() == ["Second, mended"] * 4
        with here.scope():
            services.delete_announcement(second, by=here.manager)
        assert both() == ["", "First", "", "First"]

    def test_it_comes_and_goes_by_the_clock_alone(self, here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        now = timezone.now()
        with here.scope():
            announce(here, starts_at=now + DAY, ends_at=now + 2 * DAY)
        client, module = Client(), "communities.animation.announcements.showing.timezone.now"
        shown = []
        for moment in (now, now + 1.5 * DAY, now + 2.5 * DAY):
            with monkeypatch.context() as clock:
                clock.setattr(module, lambda at=moment: at)
                shown.append(bool(seen(client, here, "/")))
        assert shown == [False, True, False]

    def test_no_token_and_no_cookie_comes_with_it(self, here: Cast) -> None:
        with here.scope():
            announce(here)
        answer = Client().get(here.url("/"))
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_a_members_page_costs_one_statement_more_where_something_is_shown(here: Cast) -> None:
    client = here.sign_in(here.member)

    def cost() -> int:
        client.get(here.url("/forums/"))
        with CaptureQueriesContext(connection) as captured:
            client.get(here.url("/forums/"))
        return len(captured)

    before = cost()
    with here.scope():
        segment = members_only(here)
        announce(here, "First")
        announce(here, "Second", audience="segment", segment=segment.pk)
        announce(here, "Third", audience="members")
    assert cost() == before + 1
