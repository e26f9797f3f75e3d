"""Announcements at the team’s desk: the form, the list, taking back, what is refused, what follows from them."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.announcements import reading, services
from communities.animation.announcements.exceptions import (
    AnnouncementChanged,
    AnnouncementOver,
    EndIsOver,
    EndsTooEarly,
    NotShown,
    SegmentHasGone,
    TooManyAnnouncements,
)
from communities.animation.announcements.merging import move_readings
from communities.animation.announcements.models import Announcement, Reading
from communities.animation.announcements.services import MOST
from communities.journal.services import undo
from communities.models import Community
from communities.planned import keep_hours_of_day
from tests.conftest import Cast
from tests.sweeps.announcings import DAY, announce, members_only, seen, wishes

pytestmark = pytest.mark.django_db


class TestTheTeam:
    def test_the_form_counts_looks_and_saves(self, here: Cast) -> None:
        client, path = here.sign_in(here.manager), here.url("/manage/announcements/new/")
        with here.scope():
            segment = members_only(here)
        said = {
            "text_en": "A walk  along the quay",
            "link_en": "Come along",
            "target": "/forums/",
            "tone": "news",
            "whom": str(segment.pk),
            "starts_at": "2026-01-01T09:00",
            "ends_at": "2099-01-01T09:00",
            "can_be_closed": "on",
        }
        counted = client.post(path, said | {"count": "1"})
        assert counted.status_code == 200
        assert counted.context["counted"] == 1
        assert "A walk  along the quay" in counted.content.decode()
        with here.scope():
            assert not Announcement.objects.exists()
        assert client.post(path, said).status_code == 302
        with here.scope():
            row = Announcement.objects.get()
            assert row.words == {"en": {"text": "A walk along the quay", "link": "Come along"}}
            assert (row.segment, row.created_by) == (segment, here.manager)
            assert row.starts_at == datetime.datetime(2026, 1, 1, 9, tzinfo=here.community.zone)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"text_en": ""}, "text_en"),
            ({"text_en": "x" * 141}, "text_en"),
            ({"link_en": ""}, "link_en"),
            ({"target": ""}, "link_en"),
            ({"target": "javascript:alert(1)"}, "target"),
            ({"whom": "999999"}, "whom"),
            ({"ends_at": "2025-12-31T09:00"}, "ends_at"),
            ({"starts_at": "2020-01-01T09:00", "ends_at": "2020-01-02T09:00"}, "ends_at"),
            ({"ends_at": "yesterday"}, "ends_at"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, here: Cast, wrong: dict[str, str], field: str
    ) -> None:
        said = {
            "text_en": "A walk",
            "link_en": "Come",
            "target": "/forums/",
            "tone": "news",
            "whom": "everybody",
            "starts_at": "2026-01-01T09:00",
            "ends_at": "2099-01-01T09:00",
        }
        answer = here.sign_in(here.manager).post(here.url("/manage/announcements/new/"), said | wrong)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]

    def test_two_who_edit_at_once(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
        client, path = here.sign_in(here.manager), here.url(f"/manage/announcements/{row.pk}/edit/")
        form = client.get(path).context["form"]
        said = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        said |= {"starts_at": "2026-01-01T09:00", "ends_at": "2099-01-01T09:00"}
        with here.scope():
            services.edit_announcement(row, wishes("Of somebody else"), by=here.owner)
        answer = client.post(path, said | {"text_en": "Mine"})
        assert answer.status_code == 409
        assert "Mine" in answer.content.decode()
        with here.scope():
            assert str(Announcement.objects.get()) == "Of somebody else"

    def test_ended_deleted_and_taken_back(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
            ends_at = row.ends_at
        client = here.sign_in(here.manager)
        for act in ("end", "delete"):
            answer = client.post(here.url(f"/manage/announcements/{row.pk}/{act}/"), follow=True)
            change = answer.context["taken"]
            assert seen(Client(), here) == ""
            client.post(here.url(f"/manage/journal/{change.pk}/undo/"), {"next": here.url("/")})
            assert seen(Client(), here) == "The yard is closed on Friday."
            with here.scope():
                row.refresh_from_db()
            assert (row.ends_at, row.removed_at) == (ends_at, None)
            again = client.get(here.url(f"/manage/announcements/?undo={change.pk}"))
            assert again.context["taken"] is None, "taken back once"

    def test_a_copy_begins_now_and_lasts_as_long(self, here: Cast) -> None:
        now = timezone.now()
        with here.scope():
            row = announce(here, tone="warning", starts_at=now - 9 * DAY, ends_at=now + DAY)
        page = here.sign_in(here.manager).get(here.url(f"/manage/announcements/new/?copy={row.pk}"))
        first = page.context["form"].initial
        assert (first["text_en"], first["tone"]) == ("The yard is closed on Friday.", "warning")
        assert first["ends_at"] - first["starts_at"] == 10 * DAY
        assert abs(first["starts_at"] - now) < datetime.timedelta(minutes=2)

    def test_few_members_are_not_counted_out(self, here: Cast) -> None:
        with here.scope():
            row = announce(here)
            people = [here.member, here.ambassador, here.moderator, here.marketing, here.owner]
            client, path = here.sign_in(here.manager), here.url("/manage/announcements/")
            for person in people[:4]:
                reading.close_announcement(row, by=person)
            assert "fewer than 5 members" in client.get(path).content.decode()
            reading.close_announcement(row, by=people[4])
        assert "5 members" in client.get(path).content.decode().replace("fewer than 5 members", "")

    def test_the_list_costs_the_same_however_long(self, here: Cast) -> None:
        client, path = here.sign_in(here.manager), here.url("/manage/announcements/")

        def cost() -> int:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            return len(captured)

        with here.scope():
            for _number in range(3):
                services.end_announcement(announce(here), by=here.manager)
            announce(here)
        before = cost()
        with here.scope():
            for _number in range(12):
                row = announce(here)
                reading.close_announcement(row, by=here.member)
                services.end_announcement(row, by=here.manager)
            announce(here, "Another")
        assert cost() == before
        older = client.get(path).context["older"]
        rest = client.get(f"{path}?after={older}")
        assert len(rest.context["over"]) == 5
        assert "Shown now" not in rest.content.decode()

    def test_which_one_waits_behind_which_is_said(self, here: Cast) -> None:
        with here.scope():
            announce(here, "First")
            announce(here, "Storm", tone="warning")
        page = here.sign_in(here.manager).get(here.url("/manage/announcements/"))
        assert [(line.said, line.before) for line in page.context["shown"]] == [
            ("Storm", ""),
            ("First", "Storm"),
        ]

    def test_it_stands_in_the_calendar(self, here: Cast) -> None:
        with here.scope():
            announce(here, "A walk along the quay")
        page = here.sign_in(here.manager).get(here.url("/manage/calendar/"))
        assert "A walk along the quay" in page.content.decode()
        other = here.sign_in(here.moderator).get(here.url("/manage/calendar/"))
        assert "A walk along the quay" not in other.content.decode()


class TestRefusals:
    def test_what_cannot_be(self, here: Cast) -> None:
        now = timezone.now()
        with here.scope():
            with pytest.raises(EndsTooEarly):
                announce(here, ends_at=now - DAY)
            with pytest.raises(EndIsOver):
                announce(here, starts_at=now - 2 * DAY, ends_at=now - DAY)
            with pytest.raises(SegmentHasGone):
                announce(here, audience="segment", segment=0)
            later = announce(here, starts_at=now + DAY, ends_at=now + 2 * DAY)
            with pytest.raises(NotShown):
                services.end_announcement(later, by=here.manager)
            over = announce(here)
            services.end_announcement(over, by=here.manager)
            with pytest.raises(AnnouncementOver):
                services.edit_announcement(over, wishes(), by=here.manager)
            services.delete_announcement(over, by=here.manager)
            with pytest.raises(AnnouncementChanged):
                services.delete_announcement(over, by=here.manager)
            with pytest.raises(AnnouncementChanged):
                services.bring_back(later, by=here.manager)

    def test_there_are_not_more_than_the_row_holds(self, here: Cast) -> None:
        with here.scope():
            rows = [announce(here) for _number in range(MOST)]
            with pytest.raises(TooManyAnnouncements):
                announce(here)
            change = services.end_announcement(rows[0], by=here.manager)
            announce(here)
            assert change is not None
            with pytest.raises(TooManyAnnouncements):
                undo(change, here.manager)
            here.community.refresh_from_db()
            assert len(here.community.announced) == MOST


def test_hours_move_with_the_clocks_of_the_place(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        row = announce(here, starts_at=now + DAY, ends_at=now + 2 * DAY)
        keep_hours_of_day(here.community, Community(time_zone="America/Montreal"))
        row.refresh_from_db()
        place = Community.objects.get(pk=here.community.pk)
        assert row.starts_at != now + DAY
        assert place.announced[0]["starts_at"] == row.starts_at.isoformat()


def test_merged_members_keep_what_either_closed(here: Cast) -> None:
    with here.scope():
        one, two = announce(here, "One"), announce(here, "Two")
        reading.close_announcement(one, by=here.ambassador)
        reading.note_followed(one, by=here.member)
        reading.close_announcement(two, by=here.ambassador)
        move_readings(here.member.pk, here.ambassador.pk)
        rows = Reading.objects.filter(membership=here.member).order_by("announcement")
        assert [(row.closed, row.followed) for row in rows] == [(True, True), (True, False)]
        assert Reading.objects.count() == 2
