"""Newsletters: who asks for them, what they say, that they leave once to each, and what is counted."""

from __future__ import annotations

import datetime
import random
import re
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from communities.animation.newsletters import sending, subscribing, writing
from communities.animation.newsletters.comparing import Arm, Comparison, comparisons_of
from communities.animation.newsletters.composing import draw_sample
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
    NewsletterVersion,
    Segment,
)
from communities.animation.newsletters.proposing import proposed
from communities.animation.newsletters.segments import Rule, SegmentInUse, delete_segment, save_segment
from communities.exceptions import FieldError
from communities.models import Membership
from members.mails.models import OutgoingMail
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
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


# Who asks


def test_a_visitor_gets_nothing_before_the_address_is_confirmed(here: Cast) -> None:
    page = Client().get(here.url("/newsletters/"))
    assert page.status_code == 200
    answer = Client().post(here.url("/newsletters/subscribe/"), {"email": " Reader@Example.org "})
    assert answer.status_code == 302
    with here.scope():
        row = NewsletterSubscription.objects.get()
        assert (row.email, row.state) == ("reader@example.org", "asked")
        assert not NewsletterSubscription.objects.all().reached().exists()
        sent = OutgoingMail.objects.of(here.community.pk).get(kind="newsletter_confirmation")
    link = re.search(r"http\S+/newsletters/confirm/\S+", sent.text)
    assert link is not None
    path = "/" + link[0].split("/", 3)[3]
    assert Client().get(path).status_code == 200
    with here.scope():
        # Programs that look at mails open every link: looking confirms nothing.
        assert NewsletterSubscription.objects.get().state == "asked"
    assert Client().post(path).status_code == 200
    with here.scope():
        assert NewsletterSubscription.objects.all().reached().count() == 1


def test_an_address_is_asked_once_an_hour_and_not_after_it_has_confirmed(here: Cast) -> None:
    with here.scope():
        for _again in range(3):
            row = subscribing.subscribe_visitor(here.community, email="reader@example.org")
        asked = OutgoingMail.objects.of(here.community.pk).filter(kind="newsletter_confirmation")
        assert asked.count() == 1
        subscribing.confirm_subscription(row)
        subscribing.subscribe_visitor(here.community, email="reader@example.org")
        assert asked.count() == 1
        assert NewsletterSubscription.objects.get().state == "confirmed"


def test_unconfirmed_addresses_are_forgotten(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_visitor(here.community, email="reader@example.org")
        assert subscribing.forget_unconfirmed() == 0
        assert subscribing.forget_unconfirmed(timezone.now() + subscribing.ASKED_KEPT + HOUR) == 1
        assert not NewsletterSubscription.objects.exists()


def test_a_member_subscribes_and_stops_by_a_press(here: Cast) -> None:
    client = here.sign_in(here.member)
    client.post(here.url("/newsletters/subscribe/"), {"time_zone": "Indian/Reunion"})
    with here.scope():
        row = NewsletterSubscription.objects.get()
        assert (row.membership_id, row.state, row.time_zone) == (
            here.member.pk,
            "confirmed",
            "Indian/Reunion",
        )
    client.post(here.url("/newsletters/unsubscribe/"))
    with here.scope():
        assert NewsletterSubscription.objects.get().state == "left"


def test_nobody_is_reached_twice_who_is_a_visitor_and_a_member(here: Cast) -> None:
    assert here.member.member is not None
    with here.scope():
        visitor = subscribing.subscribe_visitor(here.community, email=here.member.member.email)
        subscribing.confirm_subscription(visitor)
        subscribing.subscribe_member(here.member)
        reached = NewsletterSubscription.objects.all().reached()
        assert [one.membership_id for one in reached] == [here.member.pk]


def test_the_database_wants_one_person_for_a_subscription(here: Cast) -> None:
    with here.scope():
        for said in ({}, {"membership": here.member, "email": "a@example.org"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                NewsletterSubscription.objects.create(**said)


# Segments


def test_a_segment_is_combined_of_conditions_and_of_segments(here: Cast) -> None:
    with here.scope():
        writer = make_membership(language="fr", post_count=3, trust_level=2, came_by="wave")
        make_membership(language="fr", post_count=0)
        french = save_segment(Segment(), by=here.manager, name="French", rule=Rule(languages=("fr",)))
        both = Rule(within=(french.pk,), posts="some", levels=(2,), came_by=("wave",))
        assert set(both.people()) == {writer}
        assert writer not in Rule(without=(french.pk,)).people()
        assert set(Rule(roles=("manager", "owner")).people()) == {here.manager, here.owner}
        assert not Rule(within=(french.pk + 1000,)).people().exists()
        assert Rule.read(both.as_json()) == both


def test_a_segment_by_visit_stage_and_profile(here: Cast) -> None:
    with here.scope():
        now = timezone.now()
        lately = make_membership(seen_at=now, stage_ids=[7], profile={"f1": 2, "f2": [1, 3]})
        make_membership(seen_at=now - 60 * 24 * HOUR)
        assert set(Rule(visit="7").people()) == {lately}
        assert lately not in Rule(visit="-28").people()
        assert set(Rule(stages=(7, 9)).people()) == {lately}
        # A field that the place does not have fits nobody.
        assert not Rule(answers=("f1:2",)).people().exists()


def test_segments_do_not_lead_in_a_circle_nor_go_while_they_are_used(here: Cast) -> None:
    with here.scope():
        one = save_segment(Segment(), by=here.manager, name="One", rule=Rule())
        two = save_segment(Segment(), by=here.manager, name="Two", rule=Rule(within=(one.pk,)))
        with pytest.raises(FieldError):
            save_segment(one, by=here.manager, name="One", rule=Rule(without=(two.pk,)))
        with pytest.raises(FieldError):
            save_segment(Segment(), by=here.manager, name="Two", rule=Rule())
        with pytest.raises(SegmentInUse):
            delete_segment(one, by=here.manager)
        letter = make_letter(here)
        writing.edit_newsletter(letter, by=here.manager, version=letter.version, segment=two, is_public=True)
        with pytest.raises(SegmentInUse):
            delete_segment(two, by=here.manager)


def test_a_segment_is_made_counted_and_edited_on_its_page(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    said = {"name": "Newcomers", "roles": ["member"], "visit": "", "posts": ""}
    page = client.post(here.url("/manage/segments/new/"), said | {"count": "1"})
    assert page.status_code == 200
    assert "<b>1</b> member" in page.text
    with here.scope():
        assert not Segment.objects.exists()
    assert client.post(here.url("/manage/segments/new/"), said).status_code == 302
    with here.scope():
        assert Segment.objects.get().rule == {"roles": ["member"]}
    assert client.post(here.url("/manage/segments/new/"), said).status_code == 422


# Writing


def test_proposals_are_the_best_of_the_week_that_everybody_may_read(here: Cast) -> None:
    with here.scope():
        quiet = make_thread(here.forum, by=here.member, title="Quiet")
        busy = make_thread(here.forum, by=here.member, title="Busy")
        for _n in range(3):
            make_reply(busy, by=here.manager)
        picks = proposed(here.community)
        assert [one.title for one in picks] == ["Busy", "Quiet"]
        assert picks[0].why == "3 replies"
        assert [one.thread for one in proposed(here.community, without=[busy.pk])] == [quiet.pk]
        here.forum.audience = "members"
        here.forum.save()


def test_a_text_that_was_withdrawn_is_left_out(here: Cast) -> None:
    client = here.sign_in(here.manager)
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Bowlines")
        letter = make_letter(here)
    blocks = here.url(f"/manage/newsletters/{letter.pk}/blocks/")
    client.post(blocks, {"act": "pick", "block": thread.pk})
    client.post(blocks, {"act": "pick", "block": thread.pk})
    with here.scope():
        version = NewsletterVersion.objects.get(newsletter=letter)
        assert [one["kind"] for one in version.blocks] == ["text", "button", "pick"]
        assert "Bowlines" in draw_sample(here.community, version).html
        type(thread).objects.filter(pk=thread.pk).update(state="hidden")
        assert "Bowlines" not in draw_sample(here.community, version).html


def test_words_are_sanitised_when_they_are_kept(here: Cast) -> None:
    with here.scope():
        letter = make_letter(here, words="<script>alert(1)</script> **Bold** [x](javascript:alert(1))")
        block = NewsletterVersion.objects.get(newsletter=letter).blocks[0]
        assert "<script" not in block["html"]
        assert "href" not in block["html"]
        assert "<strong>Bold</strong>" in block["html"]


def test_blocks_are_moved_edited_and_taken_out_by_pages(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    with here.scope():
        letter = make_letter(here)
    page = f"/manage/newsletters/{letter.pk}/"
    client.post(here.url(f"{page}blocks/"), {"act": "up", "block": 2})
    bad = client.post(here.url(f"{page}blocks/2/"), {"label": "Go", "url": "javascript:alert(1)"})
    assert bad.status_code == 422
    client.post(here.url(f"{page}blocks/2/"), {"label": "Go", "url": "https://example.org/"})
    client.post(here.url(f"{page}blocks/new/text/"), {"source": "More."})
    client.post(here.url(f"{page}blocks/"), {"act": "remove", "block": 1})
    with here.scope():
        blocks = NewsletterVersion.objects.get(newsletter=letter).blocks
    assert [(one["id"], one["kind"]) for one in blocks] == [(2, "button"), (3, "text")]
    assert blocks[0]["url"] == "https://example.org/"
    for look in ("desk", "phone", "dark", "text"):
        assert client.get(here.url(f"{page}edit/?as={look}")).status_code == 200
    dark = client.get(here.url(f"{page}preview/?as=dark"))
    assert "@media all" in dark.text
    assert "unsafe-inline" in dark.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in dark.headers["Content-Security-Policy"]


def test_a_trial_goes_to_oneself_and_is_not_counted(here: Cast) -> None:
    assert here.marketing.member is not None
    with here.scope():
        letter = make_letter(here)
    here.sign_in(here.marketing).post(here.url(f"/manage/newsletters/{letter.pk}/test/"))
    with here.scope():
        sent = OutgoingMail.objects.of(here.community.pk).get(kind="newsletter_trial")
        assert sent.recipient == here.marketing.member.email
        assert "/mail/" not in sent.text
        letter.refresh_from_db()
        assert letter.tested_at is not None


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
        letter = sending.stop_newsletter(letter, by=here.manager)
        first, second = mails(here).order_by("pk")
        assert not sending.is_still_wanted(first.about)
        first.finish("sent", now)
        first.save()
        second.finish("dropped", now)
        second.save()
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
        day = timezone.localdate() + datetime.timedelta(days=30)
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
        assert sending.is_still_wanted(about)
        subscribing.unsubscribe(row)
        assert not sending.is_still_wanted(about)


# What came of it


def test_a_link_is_counted_once_for_each_reader(here: Cast) -> None:
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
    assert "leaves soon: read it once more" in today
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
    page = here.sign_in(here.manager).get(here.url(f"/manage/newsletters/{letter.pk}/"))
    assert "No difference can be told." in page.text


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        # 13.9 and 15.5 percent of 440 each: chance does that more often than not.
        ((440, 61), (440, 68), None),
        ((440, 61), (440, 95), "B"),
        ((1000, 150), (1000, 100), "A"),
        ((0, 0), (0, 0), None),
        ((10, 9), (10, 1), None),
        ((500, 500), (500, 500), None),
    ],
)
def test_the_better_subject_is_said_only_where_chance_is_unlikely(
    first: tuple[int, int], second: tuple[int, int], told: str | None
) -> None:
    found = Comparison(Arm("A", *first), Arm("B", *second))
    assert (found.better.subject if found.better else None) == told


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
