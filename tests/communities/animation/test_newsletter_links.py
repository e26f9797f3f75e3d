"""Who followed which link of a newsletter: said in the privacy text, taken away, forgotten after ninety days."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from communities.animation.newsletters import sending, subscribing, writing
from communities.animation.newsletters.comparing import comparisons_of
from communities.animation.newsletters.counting import COUNTED, KEPT, count_click, count_followed
from communities.animation.newsletters.figures import figures_of
from communities.animation.newsletters.models import Newsletter, NewsletterCopy
from communities.animation.newsletters.tasks import count_followed_links
from communities.disclosures import kept_of, taken
from communities.models import Community
from communities.people.taking_away import write_archive
from communities.texts.software_facts import data_list, kept_list
from tests.conftest import Cast
from tests.factories import make_membership
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db

BUTTON = 2
DAY = datetime.timedelta(days=1)


def sent(here: Cast, *, other: str = "", people: int = 4) -> tuple[Newsletter, list[NewsletterCopy]]:
    """A newsletter that has left to some members, the first of them the member of the cast."""
    readers = [here.member, *(make_membership() for _n in range(people - 1))]
    for one in readers:
        subscribing.subscribe_member(one)
    letter = make_letter(here)
    if other:
        writing.set_subject(letter, letter.language, by=here.manager, subject="Knots", other=other)
        letter.refresh_from_db()
    sending.plan_newsletter(letter, by=here.manager, community=here.community, send_at=None)
    sending.advance(letter.pk, here.community, timezone.now())
    letter = Newsletter.objects.prefetch_related("versions").get(pk=letter.pk)
    assert letter.is_sent
    return letter, list(NewsletterCopy.objects.of(letter).order_by("subscription__membership"))


def grown(letter: Newsletter, age: datetime.timedelta) -> Newsletter:
    at = timezone.now() - age
    Newsletter.objects.filter(pk=letter.pk).update(begun_at=at, finished_at=at)
    return Newsletter.objects.prefetch_related("versions").get(pk=letter.pk)


def test_what_is_kept_stands_in_the_privacy_text(here: Cast) -> None:
    with here.scope():
        assert any("links of a newsletter" in line and "3 months" in line for line in lines(kept_list, here))
        assert any("which of their links you followed" in line for line in lines(data_list, here))
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
        closed = Community.objects.get(pk=here.community.pk)
        assert "newsletter_links" not in {one.name for one in kept_of(closed)}
    assert KEPT == 90 * DAY


def lines(fact: Any, here: Cast) -> list[str]:
    found = fact(here.community)
    assert isinstance(found, list)
    return found


def test_a_member_takes_subjects_and_links_along(here: Cast) -> None:
    with here.scope():
        letter, copies = sent(here)
        count_click(copies[0], BUTTON)
        file = io.BytesIO()
        write_archive(here.member, here.community, file)
        said = json.loads(zipfile.ZipFile(file).read("newsletters.json"))
        assert said == [
            {
                "subject": "Knots of the week",
                "sent_at": said[0]["sent_at"],
                "links_followed": [{"says": "Tie it", "leads_to": said[0]["links_followed"][0]["leads_to"]}],
                "forgotten": False,
            }
        ]
        assert said[0]["links_followed"][0]["leads_to"].endswith("/forums/")
        count_followed(here.community, now=timezone.now() + KEPT + DAY)
        (again,) = next(one for one in taken if one.name == "newsletters").rows(here.member)
        assert (again["links_followed"], again["forgotten"]) == ([], True)
        assert list(next(one for one in taken if one.name == "newsletters").rows(here.owner)) == []
        assert letter.pk


def test_after_ninety_days_only_figures_are_left_and_pages_say_the_same(here: Cast) -> None:
    with here.scope():
        letter, copies = sent(here, other="Bends", people=6)
        for copy in copies[:3]:
            count_click(copy, BUTTON)
        before, arms = figures_of(letter), comparisons_of(letter)
        assert count_followed(here.community) == 0, "it is young"
        letter = grown(letter, KEPT - datetime.timedelta(hours=1))
        assert count_followed(here.community) == 0
        letter = grown(letter, KEPT)
        assert count_followed(here.community) == 1
        assert count_followed(here.community) == 0, "once"
        letter = Newsletter.objects.prefetch_related("versions").get(pk=letter.pk)
        assert not NewsletterCopy.objects.exclude(clicked=[]).exists()
        assert figures_of(letter) == before
        assert before.followers == 3
        assert [one.arms for one in comparisons_of(letter)] == [one.arms for one in arms]


def test_a_link_that_is_pressed_late_leads_on_and_is_not_counted(here: Cast) -> None:
    with here.scope():
        letter, copies = sent(here)
        grown(letter, COUNTED - datetime.timedelta(minutes=5))
        assert count_click(copies[0], BUTTON)
        assert not count_click(copies[0], BUTTON)
        grown(letter, COUNTED)
        assert not count_click(copies[1], BUTTON)
        address = f"/mail/{subscribing.delivery_token(copies[1])}/{BUTTON}/"
    assert here.sign_in(None).get(here.url(address)).status_code == 302


def test_one_that_was_stopped_halfway_is_counted_too(here: Cast) -> None:
    with here.scope():
        letter, copies = sent(here)
        count_click(copies[0], BUTTON)
        Newsletter.objects.update(state="stopped", look_at=None)
        grown(letter, KEPT)
        assert count_followed(here.community) == 1


def test_the_job_asks_who_is_due(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        letter, copies = sent(here)
        count_click(copies[0], BUTTON)
        grown(letter, KEPT)
    with elsewhere.scope():
        young, _copies = sent(elsewhere)
    assert due() == {here.community.pk}
    assert count_followed_links() == 1
    assert due() == set()
    with elsewhere.scope():
        young.refresh_from_db()
        assert young.counted_at is None


def due() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("select communities_with_followed_links(%s)", [timezone.now() - KEPT])
        return {row[0] for row in cursor.fetchall()}
