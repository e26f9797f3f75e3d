"""Newsletters leave once to each, at their hour, as many as may; and what comes of them is counted."""

from __future__ import annotations

import datetime
import random
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from communities.animation.newsletters import outbox, sending, subscribing, writing
from communities.animation.newsletters.comparing import SETTLES_AFTER, Arm, Comparison, comparisons_of
from communities.animation.newsletters.exceptions import (
    AlreadyLeaving,
    CannotStop,
    NobodyReached,
    NothingSaid,
)
from communities.animation.newsletters.figures import figures_of
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
)
from communities.animation.newsletters.tasks import note_click
from communities.calendar import today
from communities.exceptions import FieldError
from communities.models import Membership
from members.mails.models import OutgoingMail
from tests.conftest import Cast
from tests.factories import make_membership, make_thread
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def mails(here: Cast) -> Any:
    return OutgoingMail.objects.of(here.community.pk).filter(kind="newsletter")


def plan(here: Cast, newsletter: Newsletter, **said: Any) -> Newsletter:
    said = {"send_at": None} | said
    return sending.plan_newsletter(newsletter, by=here.manager, community=here.community, **said)


def run(here: Cast, newsletter: Newsletter, now: datetime.datetime | None = None) -> int:
    return sending.advance(newsletter.pk, here.community, now or timezone.now())


# Sending


def test_it_leaves_to_each_in_their_language_with_a_way_out(here: Cast) -> None:
    with here.scope():
        for person in (here.member, here.ambassador):
            subscribing.subscribe_member(person)
        Membership.objects.filter(pk=here.ambassador.pk).update(language="fr")
        letter = make_letter(here)
        writing.set_subject(letter, "fr", by=here.manager, subject="Les nœuds de la semaine")
        letter.refresh_from_db()
        plan(here, letter)
        assert run(here, letter) == 2
        letter.refresh_from_db()
        assert letter.state == "sent"
        assert set(mails(here).values_list("subject", flat=True)) == {
            "Knots of the week",
            "Les nœuds de la semaine",
        }
        one = mails(here).first()
        assert one.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        way_out = one.headers["List-Unsubscribe"].strip("<>")
        assert way_out in one.text
        assert "tokentoken" not in one.text + one.html + way_out
        assert one.urgency == 8
    path = "/" + way_out.split("/", 3)[3]
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with here.scope():
        assert NewsletterSubscription.objects.standing().count() == 1
        assert figures_of(letter).left == 1


def test_it_is_refused_before_there_is_something_or_somebody(here: Cast) -> None:
    with here.scope():
        empty = writing.start_newsletter(here.community, by=here.manager, subject="Nothing")
        with pytest.raises(NothingSaid):
            plan(here, empty)
        letter = make_letter(here)
        with pytest.raises(NobodyReached):
            plan(here, letter)
        subscribing.subscribe_member(here.member)
        with pytest.raises(FieldError):
            plan(here, letter, send_at=timezone.now() - HOUR)
        plan(here, letter)
        with pytest.raises(AlreadyLeaving):
            writing.add_text(letter, letter.language, by=here.manager, source="Late.")


def test_it_is_planned_taken_back_and_stopped(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = plan(here, make_letter(here), send_at=timezone.now() + HOUR)
        assert run(here, letter) == 0
        letter = sending.take_back(letter, by=here.manager)
        assert letter.is_draft
        with pytest.raises(CannotStop):
            sending.stop_newsletter(letter, by=here.manager)


def test_what_was_dropped_while_it_was_stopped_is_written_again_and_nothing_else(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "A_MINUTE", 2)
    with here.scope():
        for person in (here.member, here.ambassador, here.marketing):
            subscribing.subscribe_member(person)
        letter = plan(here, make_letter(here))
        now = timezone.now()
        assert run(here, letter, now) == 2
        first, second = mails(here).order_by("pk")
        for one, state in ((first, "sent"), (second, "sending")):
            mails(here).filter(pk=one.pk).update(state=state)
        letter = sending.stop_newsletter(letter, by=here.manager)
        # The worker asks about the one that it holds, and drops it.
        second.finish("dropped", now)
        second.save()
        first, second = mails(here).order_by("pk")
        assert not outbox.is_still_wanted(first.about)
        sending.resume_newsletter(letter, by=here.manager)
        assert run(here, letter, now + 2 * HOUR) == 2
        # One that left, one that was dropped and came again, one that had waited.
        left = mails(here).exclude(state="dropped")
        assert left.count() == left.values("recipient").distinct().count() == 3


def test_no_more_leave_in_a_minute_than_may_and_than_the_outbox_takes(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "A_MINUTE", 2)
    monkeypatch.setattr(sending, "LAID_AT_ONCE", 2)
    with here.scope():
        for _n in range(5):
            subscribing.subscribe_member(make_membership())
        letter, now = plan(here, make_letter(here)), timezone.now()
        assert run(here, letter, now) == 2
        assert run(here, letter, now + datetime.timedelta(seconds=10)) == 0
        minute = datetime.timedelta(minutes=1)
        # The outbox still holds them: nothing more is written.
        assert run(here, letter, now + minute) == 0
        mails(here).update(state="sent")
        assert run(here, letter, now + 2 * minute) == 2
        mails(here).update(state="sent")
        assert run(here, letter, now + 3 * minute) == 1
        letter.refresh_from_db()
        assert letter.is_sent
        assert mails(here).values("recipient").distinct().count() == 5


def test_it_comes_at_the_hour_of_those_who_told_theirs(here: Cast) -> None:
    here.community.time_zone = "Europe/Paris"
    here.community.save()
    with here.scope():
        subscribing.subscribe_member(here.member, time_zone="Indian/Reunion")
        subscribing.subscribe_member(here.ambassador, time_zone="America/Montreal")
        subscribing.subscribe_member(here.marketing)
        day = today(here.community) + datetime.timedelta(days=30)
        at = datetime.datetime.combine(day, datetime.time(7, 30), here.community.zone)
        letter = plan(here, make_letter(here), send_at=at, at_local_hour=True)
        assert letter.look_at is not None
        assert run(here, letter, at - sending.EARLIEST) == 0
        due = dict(NewsletterCopy.objects.values_list("subscription__membership", "due_at"))
        local = {pk: moment.astimezone(here.community.zone) for pk, moment in due.items()}
        assert local[here.marketing.pk] == at
        assert local[here.member.pk] < at < local[here.ambassador.pk]
        assert run(here, letter, local[here.member.pk]) == 1
        assert run(here, letter, at) == 1
        assert run(here, letter, local[here.ambassador.pk]) == 1
        letter.refresh_from_db()
        assert letter.is_sent


def test_whoever_gives_it_up_meanwhile_is_sent_nothing(here: Cast) -> None:
    with here.scope():
        row = subscribing.subscribe_member(here.member)
        subscribing.subscribe_member(here.ambassador)
        letter = plan(here, make_letter(here))
        run(here, letter)
        about = str(NewsletterCopy.objects.get(subscription=row).pk)
        assert outbox.is_still_wanted(about)
        subscribing.unsubscribe(row)
        assert not outbox.is_still_wanted(about)


# What came of it


def test_a_link_is_counted_once_for_each_reader(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # The job itself, without a queue; it opens its own scope.
    monkeypatch.setattr(note_click, "delay_on_commit", note_click)
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = plan(here, make_letter(here, url="https://example.org/tie"))
        run(here, letter)
        text = mails(here).get().text
    link = re.search(r"http\S+/mail/\S+/2/", text)
    assert link is not None
    path = "/" + link[0].split("/", 3)[3]
    client = Client()
    assert client.head(path).status_code == 302
    assert client.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 302
    with here.scope():
        assert figures_of(letter).followers == 0
    for _again in range(2):
        answer = client.get(path)
        assert answer.headers["Location"] == "https://example.org/tie"
    with here.scope():
        found = figures_of(letter)
        assert (found.written, found.followers, found.share) == (1, 1, "100.0%")
        assert [(one.label, one.people) for one in found.links] == [("Tie it", 1)]
    assert client.get(path.replace("/2/", "/99/")).status_code == 404
    assert client.get(path.replace("/mail/", "/mail/x")).status_code == 404


def test_the_archive_shows_what_has_left_and_is_public(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = make_letter(here)
        letter = plan(here, letter)
        waits = Client().get(here.url(f"/newsletters/{letter.slug}/"))
        run(here, letter)
    assert waits.status_code == 404
    page = Client().get(here.url(f"/newsletters/{letter.slug}/"))
    assert page.status_code == 200
    assert "<strong>tied</strong>" in page.text
    assert letter.slug in Client().get(here.url("/newsletters/")).text
    with here.scope():
        Newsletter.objects.filter(pk=letter.pk).update(is_public=False)
    assert Client().get(here.url(f"/newsletters/{letter.slug}/")).status_code == 404


def test_it_stands_in_the_calendar_and_on_today(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = plan(here, make_letter(here), send_at=timezone.now() + HOUR)
    client = here.sign_in(here.manager)
    day = letter.send_at
    assert day is not None
    local = day.astimezone(here.community.zone).date()
    assert "Knots of the week" in client.get(here.url(f"/manage/calendar/?view=list&day={local}")).text
    today = client.get(here.url("/today/?minutes=240")).text
    assert "will be sent soon: read it once more" in today
    moderator = here.sign_in(here.moderator)
    assert "Knots of the week" not in moderator.get(here.url("/manage/calendar/?view=list")).text


def test_pages_of_the_desk_cost_the_same_with_many(here: Cast, django_assert_max_num_queries: Any) -> None:
    client = here.sign_in(here.manager)
    with here.scope():
        for _n in range(12):
            subscribing.subscribe_member(make_membership())
            make_thread(here.forum, by=here.member)
        letters = [make_letter(here, f"Letter {n}") for n in range(12)]
    for page in ("", f"{letters[0].pk}/edit/"):
        client.get(here.url(f"/manage/newsletters/{page}"))
        with django_assert_max_num_queries(32):
            assert client.get(here.url(f"/manage/newsletters/{page}")).status_code == 200
    assert not mail.outbox


# Two subjects


def test_two_subjects_go_to_every_second_person(here: Cast) -> None:
    with here.scope():
        for _n in range(6):
            subscribing.subscribe_member(make_membership())
        letter = make_letter(here)
        writing.set_subject(letter, letter.language, by=here.manager, subject="Knots", other="Bends")
        letter.refresh_from_db()
        plan(here, letter)
        run(here, letter)
        subjects = list(mails(here).values_list("subject", flat=True))
        assert sorted(subjects) == ["Bends"] * 3 + ["Knots"] * 3
        (found,) = comparisons_of(letter)
        assert (found.first.people, found.second.people) == (3, 3)
        assert (found.better, found.enough) == (None, False)
        assert not found.is_settled
    client, address = here.sign_in(here.manager), here.url(f"/manage/newsletters/{letter.pk}/")
    early = client.get(address).text
    assert "No difference can be told." not in early
    assert "three days after the last mail" in early
    with here.scope():
        Newsletter.objects.update(finished_at=timezone.now() - SETTLES_AFTER)
    assert "No difference can be told." in client.get(address).text


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        # 13.9 and 15.5 percent of 440 each: chance does that more often than not.
        ((440, 61), (440, 68), None),
        ((440, 61), (440, 95), "B"),
        ((1000, 150), (1000, 100), "A"),
        ((0, 0), (0, 0), None),
        ((10, 7), (10, 1), None),
        ((500, 500), (500, 500), None),
    ],
)
def test_the_better_subject_is_said_only_where_chance_is_unlikely(
    first: tuple[int, int], second: tuple[int, int], told: str | None
) -> None:
    found = Comparison(Arm("A", *first), Arm("B", *second))
    assert (found.better.subject if found.better else None) == told


def test_no_word_is_said_before_the_days_have_passed_and_nothing_is_certain_of_few() -> None:
    early = Comparison(Arm("A", 1000, 150), Arm("B", 1000, 100), is_settled=False)
    assert early.better is None
    # Wilson’s interval of 0 of 10 ends at 27.8 %; the plain one said ± 0.
    assert "27.8" in Arm("A", 10, 0).said


def test_the_chance_is_that_of_the_textbook() -> None:
    """Two-proportion z-test of 150 and 100 of 1,000: z = 3.381, p = 0.00072."""
    assert Comparison(Arm("A", 1000, 150), Arm("B", 1000, 100)).chance == pytest.approx(0.000723, rel=0.01)


def test_two_equal_subjects_are_hardly_ever_told_apart() -> None:
    """A thousand newsletters with two equal subjects: a difference is told in about one of twenty."""
    chance = random.Random(66)

    def followers() -> int:
        return sum(chance.random() < 0.13 for _n in range(200))

    told = sum(
        Comparison(Arm("A", 200, followers()), Arm("B", 200, followers())).better is not None
        for _n in range(1000)
    )
    assert 25 <= told <= 75
