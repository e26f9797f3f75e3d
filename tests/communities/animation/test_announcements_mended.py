"""What an announcement must not do: reach more people than somebody has seen, lose what was typed, lead strangers on,
say another hour than the clocks, break pages after a move, or keep for ever who has read it."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from communities.animation.announcements import journal, reading, services
from communities.animation.announcements.counting import KEPT, count_readings
from communities.animation.announcements.models import Announcement, Reading
from communities.animation.announcements.portable import said_there
from communities.animation.announcements.services import MOST
from communities.animation.announcements.showing import kept_form
from communities.animation.announcements.tasks import count_old_readings, note_reader
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import delete_segment
from communities.animation.surveys import journal as surveys_journal
from communities.disclosures import kept_of
from communities.memory import forget_all
from communities.models import Community
from communities.texts.software_facts import kept_list
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast, make_cast
from tests.sweeps.announcings import DAY, announce, members_only, seen, wishes

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
FORM = {
    "text_en": "A walk",
    "link_en": "Come",
    "target": "/forums/",
    "tone": "news",
    "whom": "everybody",
    "starts_at": "2026-01-01T09:00",
    "ends_at": "2099-01-01T09:00",
    "can_be_closed": "on",
}


def without_its_segment(here: Cast) -> Announcement:
    """One that is over, for a segment that was deleted since."""
    segment = members_only(here)
    row = announce(here, audience="segment", segment=segment.pk)
    services.end_announcement(row, by=here.manager)
    delete_segment(segment, by=here.manager)
    return Announcement.objects.get(pk=row.pk)


class TestADeletedSegment:
    def test_a_copy_chooses_nobody_and_not_everybody(self, here: Cast) -> None:
        with here.scope():
            row = without_its_segment(here)
        client = here.sign_in(here.manager)
        page = client.get(here.url(f"/manage/announcements/new/?copy={row.pk}"))
        field = page.context["form"].fields["whom"]
        assert field.choices[0][0] == ""
        answer = client.post(here.url(f"/manage/announcements/new/?copy={row.pk}"), FORM | {"whom": ""})
        assert list(answer.context["form"].errors) == ["whom"]

    def test_whoever_chose_it_before_chooses_anew(self, here: Cast) -> None:
        client, path = here.sign_in(here.manager), here.url("/manage/announcements/new/")
        answer = client.post(path, FORM | {"whom": "999999"})
        assert answer.status_code == 422
        assert answer.context["form"].fields["whom"].choices[0][0] == ""
        assert client.get(path).context["form"].fields["whom"].choices[0][0] == "everybody"

    def test_no_preview_shows_it(self, here: Cast) -> None:
        make_plan(here, ("team", ["blogs"]), opened=1)
        with here.scope():
            row = without_its_segment(here)
            services.resume_announcement(row, timezone.now() + DAY, by=here.manager)
        desk = here.sign_in(here.manager)
        desk.post(here.url("/manage/launch/stages/1/preview/"), {"audience": "member"})
        assert "Preview:" in desk.get(here.url("/")).content.decode()
        assert seen(desk, here, "/") == ""
        with here.scope():
            announce(here, "For members", audience="members")
        assert seen(desk, here, "/") == "For members"

    def test_where_the_part_is_closed_nothing_holds_a_segment(self, here: Cast) -> None:
        with here.scope():
            segment = members_only(here)
            announce(here, audience="segment", segment=segment.pk)
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums", "newsletters"])
        forget_all()
        here.manager.community = Community.objects.get(pk=here.community.pk)
        with here.scope():
            delete_segment(segment, by=here.manager)
            assert not Segment.objects.exists()
        Community.objects.filter(pk=here.community.pk).update(open_features=[])
        forget_all()
        assert seen(here.sign_in(here.member), here) == "", "for nobody"


class TestTheForm:
    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"text_en": "\u200b\u2060"}, "text_en"),
            ({"text_fr": "Une balade"}, "link_fr"),
            ({"link_fr": "Venir"}, "text_fr"),
            ({"text_fr": "Une balade", "link_fr": "\u200b"}, "link_fr"),
        ],
    )
    def test_no_language_loses_its_words_or_its_link(self, said: dict[str, str], field: str) -> None:
        here = make_cast(language="en", languages=["fr"])
        answer = here.sign_in(here.manager).post(here.url("/manage/announcements/new/"), FORM | said)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        with here.scope():
            assert not Announcement.objects.exists()

    def test_both_languages_or_one(self) -> None:
        here = make_cast(language="en", languages=["fr"])
        client, path = here.sign_in(here.manager), here.url("/manage/announcements/new/")
        assert client.post(path, FORM).status_code == 302
        assert client.post(path, FORM | {"text_fr": "Une balade", "link_fr": "Venir"}).status_code == 302

    @pytest.mark.parametrize(("act", "status"), [("clock", 422), ("end", 409), ("delete", 409)])
    def test_what_was_typed_stays_where_it_ended_or_went_meanwhile(
        self, here: Cast, act: str, status: int
    ) -> None:
        with here.scope():
            row, now = announce(here), timezone.now()
            if act == "clock":
                Announcement.objects.update(starts_at=now - DAY, ends_at=now - HOUR)
            else:
                getattr(services, f"{act}_announcement")(row, by=here.owner)
        client, path = here.sign_in(here.manager), here.url(f"/manage/announcements/{row.pk}/edit/")
        answer = client.post(path, FORM | {"text_en": "Of an hour’s work", "version": str(row.version)})
        assert answer.status_code == status
        assert "Of an hour’s work" in answer.content.decode()


class TestTheLinkOfASegment:
    def test_only_those_who_saw_it_follow_it(self, here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(note_reader, "delay_on_commit", note_reader)
        with here.scope():
            row = announce(here, audience="segment", segment=members_only(here).pk)
        member, other = here.sign_in(here.member), here.sign_in(here.ambassador)
        page = member.get(here.url("/forums/")).content.decode()
        (link,) = re.findall(rf'href="([^"]*/announcements/{row.pk}/go/[^"]*)"', page)
        plain = here.url(f"/announcements/{row.pk}/go/")
        assert member.get(link)["Location"] == here.url("/forums/")
        for client in (other, Client()):
            assert {client.get(plain).status_code, client.get(link).status_code} == {404}
        with here.scope():
            assert list(Reading.objects.values_list("membership", flat=True)) == [here.member.pk]
            # By reading, people leave segments.
            Segment.objects.update(rule={"roles": ["ambassador"]})
        forget_all()
        assert member.get(link).status_code == 302


def test_the_journal_says_hours_by_the_clocks_of_the_place() -> None:
    with timezone.override(datetime.timezone(9 * HOUR)), translation.override("en"):
        expected = date_format(datetime.datetime(2026, 7, 1, 19, 0), "DATETIME_FORMAT")
        assert journal._shown("ends_at", "2026-07-01T10:00:00Z") == expected
        assert surveys_journal._shown("opens_at", "2026-07-01T10:00:00Z") == expected


def test_what_no_page_could_show_does_not_come_along(here: Cast) -> None:
    with here.scope():
        kept = kept_form(announce(here))

    def moved(_model: Any, number: Any) -> Any:
        return number

    naive = kept | {"ends_at": "2099-01-01T09:00:00"}
    assert said_there([kept], {}, moved) == [kept]
    assert said_there([naive, kept | {"starts_at": "then"}], {}, moved) == []
    assert len(said_there([kept] * (MOST + 5), {}, moved)) == MOST


class TestForgetting:
    def read(self, here: Cast) -> Announcement:
        """Closed by five, of whom one followed its link; its end was ninety days ago."""
        row = announce(here)
        people = (here.member, here.ambassador, here.moderator, here.marketing, here.owner)
        for person in people:
            reading.close_announcement(row, by=person)
        reading.note_followed(row, by=here.member)
        at = timezone.now() - KEPT
        Announcement.objects.filter(pk=row.pk).update(starts_at=at - DAY, ends_at=at)
        return Announcement.objects.get(pk=row.pk)

    def figures(self, here: Cast) -> tuple[int, int, int]:
        row = Announcement.objects.with_people().get()
        return row.closed, row.followed, Reading.objects.count()

    def test_it_stands_in_the_privacy_text(self, here: Cast) -> None:
        with here.scope():
            lines = kept_list(here.community)
            assert isinstance(lines, list)
            assert any("above the pages" in line and line.endswith("3 months") for line in lines)
            Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
            closed = Community.objects.get(pk=here.community.pk)
            assert "announcements" not in {one.name for one in kept_of(closed)}
        assert datetime.timedelta(days=90) == KEPT

    def test_ninety_days_after_its_end_only_how_many_is_left(self, here: Cast, elsewhere: Cast) -> None:
        with here.scope():
            row = self.read(here)
            Announcement.objects.update(ends_at=row.ends_at + HOUR)
            assert count_readings(here.community) == 0, "it is young"
            Announcement.objects.update(ends_at=row.ends_at)
            assert self.figures(here) == (5, 1, 5)
        with elsewhere.scope():
            young = announce(elsewhere)
            reading.close_announcement(young, by=elsewhere.member)
        assert count_old_readings() == 1
        assert count_old_readings() == 0, "once"
        with here.scope():
            assert self.figures(here) == (5, 1, 0)
            note_reader(row.pk, here.owner.pk, community_id=here.community.pk)
            assert self.figures(here) == (5, 1, 0), "a job that comes late keeps nobody"
        with elsewhere.scope():
            assert self.figures(elsewhere) == (1, 0, 1)
        page = here.sign_in(here.manager).get(here.url("/manage/announcements/")).content.decode()
        assert "5 members" in page

    def test_of_a_deleted_one_too(self, here: Cast) -> None:
        with here.scope():
            row = self.read(here)
            services.delete_announcement(row, by=here.manager)
            assert count_readings(here.community) == 1
            assert self.figures(here) == (5, 1, 0)

    def test_what_goes_on_is_counted_again(self, here: Cast) -> None:
        with here.scope():
            row = self.read(here)
            count_readings(here.community)
            services.resume_announcement(row, timezone.now() + DAY, by=here.manager)
            reading.close_announcement(row, by=here.manager)
            assert self.figures(here) == (6, 1, 1)
            assert count_readings(here.community, now=timezone.now() + KEPT + 2 * DAY) == 1
            assert self.figures(here) == (6, 1, 0)
            assert wishes().target == row.target
