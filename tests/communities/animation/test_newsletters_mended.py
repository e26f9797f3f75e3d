"""What a newsletter must not do to its readers: lead astray, come back after it was ended, come twice, be lost."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.animation.newsletters import outbox, sending, subscribing, writing
from communities.animation.newsletters.composing import draw
from communities.animation.newsletters.counting import count_click
from communities.animation.newsletters.exceptions import CannotStop
from communities.animation.newsletters.figures import figures_of
from communities.animation.newsletters.merging import move_subscription
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
    NewsletterVersion,
)
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.merging import merge_memberships
from members.mails.models import OutgoingMail
from tests.conftest import Cast
from tests.factories import make_membership
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def mails(here: Cast) -> Any:
    return OutgoingMail.objects.of(here.community.pk).filter(kind="newsletter")


def plan(here: Cast, newsletter: Newsletter, **said: Any) -> Newsletter:
    said = {"send_at": None} | said
    return sending.plan_newsletter(newsletter, by=here.manager, community=here.community, **said)


def run(here: Cast, newsletter: Newsletter, now: datetime.datetime | None = None) -> int:
    return sending.advance(newsletter.pk, here.community, now or timezone.now())


def confirmed(here: Cast, email: str) -> NewsletterSubscription:
    row = subscribing.subscribe_visitor(here.community, email=email)
    subscribing.confirm_subscription(row)
    row.refresh_from_db()
    return row


def address_of(person: Membership) -> str:
    assert person.member is not None
    return person.member.email


def path_in(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found is not None
    return "/" + found[0].split("/", 3)[3]


# Links


def test_a_button_leads_where_the_language_of_the_mail_says(here: Cast) -> None:
    """Each language numbers its own blocks: the third of one is not the third of the other."""
    with here.scope():
        subscribing.subscribe_member(here.member)
        subscribing.subscribe_member(here.ambassador)
        Membership.objects.filter(pk=here.ambassador.pk).update(language="fr")
        letter = make_letter(here)
        me = here.manager
        writing.set_subject(letter, "fr", by=me, subject="Les nœuds")
        writing.add_button(letter, letter.language, by=me, label="Ours", url="https://example.org/main")
        writing.add_button(letter, "fr", by=me, label="Les nôtres", url="https://example.org/fr")
        letter.refresh_from_db()
        run(here, plan(here, letter))
        copy = NewsletterCopy.objects.get(subscription__membership=here.ambassador)
        text = mails(here).get(pk=copy.mail).text
        answer = Client().get(path_in(text, r"http\S+/mail/\S+/3/"))
        assert answer.headers["Location"] == "https://example.org/fr"
        count_click(copy, 3)
        links = {(one.label, one.people) for one in figures_of(letter).links}
        assert {("Ours", 0), ("Les nôtres", 1)} <= links


def test_words_of_a_mail_name_whole_addresses(here: Cast) -> None:
    with here.scope():
        letter = make_letter(here, words="Read [the rules](/rules/) and [this](https://example.org/knots).")
        drawn = draw(here.community, NewsletterVersion.objects.get(newsletter=letter))
    assert 'href="/rules/"' not in drawn.html
    assert re.search(r'href="https?://[^"/]+[^"]*/rules/"', drawn.html)
    assert re.search(r"the rules \(https?://\S+/rules/\)", drawn.text)
    assert "this (https://example.org/knots)" in drawn.text


def test_the_heading_of_a_mail_is_its_own_subject(here: Cast) -> None:
    with here.scope():
        for _n in range(2):
            subscribing.subscribe_member(make_membership())
        letter = make_letter(here)
        writing.set_subject(letter, letter.language, by=here.manager, subject="Knots", other="Bends")
        letter.refresh_from_db()
        run(here, plan(here, letter))
        found = list(mails(here))
        assert {one.subject for one in found} == {"Knots", "Bends"}
        for one in found:
            other = ({"Knots", "Bends"} - {one.subject}).pop()
            assert other not in one.text + one.html
            assert one.subject in one.html
            page = Client().get(path_in(one.text, r"http\S+/mail/[^\s/]+/(?=\s)"))
            assert one.subject in page.text
            assert other not in page.text


# Leaving


def test_whoever_was_a_visitor_first_leaves_with_every_subscription(here: Cast) -> None:
    with here.scope():
        visitor = confirmed(here, address_of(here.member))
        first = make_letter(here, "First")
        run(here, plan(here, first))
        old = subscribing.delivery_token(NewsletterCopy.objects.get(newsletter=first))
        subscribing.subscribe_member(here.member)
        assert not NewsletterSubscription.objects.filter(pk=visitor.pk).exists()
        assert NewsletterSubscription.objects.standing().count() == 1
        # The link of a mail that came before still ends it.
        copy = subscribing.delivery_of(old, here.community)
        assert copy is not None
        subscribing.unsubscribe(copy.subscription, through=copy)
        assert not NewsletterSubscription.objects.standing().exists()


def test_unsubscribing_ends_every_row_of_the_address_after_leaving_the_place_too(here: Cast) -> None:
    with here.scope():
        member = subscribing.subscribe_member(here.member)
        Membership.objects.filter(pk=here.member.pk).update(status=Membership.Status.LEFT)
        confirmed(here, address_of(here.member))
        subscribing.unsubscribe(member)
        assert not NewsletterSubscription.objects.standing().exists()
        assert not NewsletterSubscription.objects.exclude(email="").exists()


def test_links_let_their_reader_go_after_two_memberships_became_one(here: Cast) -> None:
    with here.scope():
        kept, gone = make_membership(), make_membership()
        for person in (kept, gone):
            subscribing.subscribe_member(person)
        letter = make_letter(here)
        run(here, plan(here, letter))
        copies = {one.subscription.membership_id: one for one in NewsletterCopy.objects.all()}
        token = subscribing.delivery_token(copies[gone.pk])
        move_subscription(kept.pk, gone.pk)
        assert NewsletterSubscription.objects.standing().count() == 1
        assert not NewsletterSubscription.objects.filter(membership=gone).exists()
    path = here.url(f"/newsletters/leave/{token}/")
    before = Client().get(path)
    assert before.status_code == 200
    assert "<form" in before.text
    assert Client().post(path).status_code == 200
    with here.scope():
        assert not NewsletterSubscription.objects.standing().exists()


def test_a_merging_of_members_takes_the_copies_along(here: Cast) -> None:
    with here.scope():
        kept, gone = make_membership(), make_membership()
        subscribing.subscribe_member(gone)
        letter = make_letter(here)
        run(here, plan(here, letter))
        subscribing.subscribe_member(kept)
        merge_memberships(kept, gone, by=here.owner)
        copy = NewsletterCopy.objects.get()
        assert copy.subscription.membership_id == kept.pk
        subscribing.unsubscribe(copy.subscription, through=copy)
        assert not NewsletterSubscription.objects.standing().exists()


def test_the_page_says_what_is_kept_of_links(here: Cast) -> None:
    page = Client().get(here.url("/newsletters/"))
    assert "which of them were followed" in " ".join(page.text.split())


def test_whoever_left_under_one_name_gets_none_under_the_other(here: Cast) -> None:
    with here.scope():
        kept, gone, third = make_membership(), make_membership(), make_membership()
        subscribing.subscribe_member(kept)
        subscribing.unsubscribe(subscribing.subscribe_member(gone))
        move_subscription(kept.pk, gone.pk)
        assert NewsletterSubscription.objects.get(membership=kept).state == "left"
        subscribing.subscribe_member(gone)
        move_subscription(third.pk, gone.pk)
        assert NewsletterSubscription.objects.get(membership=third).is_standing


def test_coming_back_is_subscribing_anew_and_a_suspension_holds_what_waits(here: Cast) -> None:
    with here.scope():
        row = subscribing.subscribe_member(here.member)
        long_ago = timezone.now() - 90 * 24 * HOUR
        NewsletterSubscription.objects.filter(pk=row.pk).update(confirmed_at=long_ago)
        row.refresh_from_db()
        subscribing.unsubscribe(row)
        row = subscribing.subscribe_member(here.member)
        assert row.confirmed_at is not None
        assert row.confirmed_at > long_ago + HOUR
        letter = plan(here, make_letter(here))
        run(here, letter)
        about = str(NewsletterCopy.objects.get().pk)
        assert outbox.is_still_wanted(about)
        Membership.objects.filter(pk=here.member.pk).update(suspended_until=timezone.now() + HOUR)
        assert not outbox.is_still_wanted(about)


# Sending


def test_a_stop_takes_back_what_waits_and_going_on_after_weeks_reaches_all(here: Cast) -> None:
    with here.scope():
        for _n in range(3):
            subscribing.subscribe_member(make_membership())
        letter = plan(here, make_letter(here))
        now = timezone.now()
        assert run(here, letter, now) == 3
        Newsletter.objects.filter(pk=letter.pk).update(state="sending", look_at=now, finished_at=None)
        letter = sending.stop_newsletter(letter, by=here.manager)
        assert figures_of(letter).arriving == 0
        assert NewsletterCopy.objects.of(letter).unwritten().count() == 3
        # The outbox forgets what was dropped.
        mails(here).delete()
        sending.resume_newsletter(letter, by=here.manager)
        assert run(here, letter, now + 2 * HOUR) == 3


def test_what_was_refused_has_not_arrived(here: Cast) -> None:
    with here.scope():
        for _n in range(2):
            subscribing.subscribe_member(make_membership())
        letter = plan(here, make_letter(here))
        run(here, letter)
        first = mails(here).first()
        mails(here).filter(pk=first.pk).update(state="refused")
        found = figures_of(letter)
        assert (found.written, found.failed, found.arriving) == (2, 1, 1)


def test_laying_out_a_day_before_shows_nobody_anything_and_is_taken_back(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member, time_zone="Indian/Reunion")
        at = timezone.now() + 30 * 24 * HOUR
        letter = plan(here, make_letter(here), send_at=at, at_local_hour=True)
        assert run(here, letter, at - sending.EARLIEST) == 0
        letter.refresh_from_db()
        assert letter.is_planned
        assert letter.begun_at is None
        assert NewsletterCopy.objects.of(letter).count() == 1
        assert not Newsletter.objects.in_archive().exists()
        letter = sending.take_back(letter, by=here.manager)
        assert letter.is_draft
        assert not NewsletterCopy.objects.exists()
        # Planned anew, at another hour: that one counts.
        letter = plan(here, letter, send_at=at + 48 * HOUR)
        assert run(here, letter, at + HOUR) == 0
        assert run(here, letter, at + 49 * HOUR) == 1
        letter.refresh_from_db()
        assert letter.begun_at == at + 49 * HOUR


def test_nothing_leaves_from_a_part_that_was_closed(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        subscribing.subscribe_member(here.ambassador)
        letter = plan(here, make_letter(here))
        now = timezone.now()
        assert run(here, letter, now) == 2
        Newsletter.objects.filter(pk=letter.pk).update(state="sending", look_at=now, finished_at=None)
        text = mails(here).first().text
        about = mails(here).first().about
        opened = list(here.community.open_features)
        here.community.open_features = ["search"]
        here.community.save()
        forget_all()
        here.community = Community.objects.get(pk=here.community.pk)
        assert not outbox.is_still_wanted(about)
        assert run(here, letter, now + MINUTE) == 0
        assert not mails(here).filter(state="waiting").exists()
        # Their copy stays readable.
        assert Client().get(path_in(text, r"http\S+/mail/[^\s/]+/(?=\s)")).status_code == 200
        here.community.open_features = opened
        here.community.save()
        forget_all()
        here.community = Community.objects.get(pk=here.community.pk)
        assert run(here, letter, now + HOUR) == 2


def test_a_stopped_one_can_be_left_at_that(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "A_MINUTE", 1)
    with here.scope():
        for _n in range(2):
            subscribing.subscribe_member(make_membership())
        letter = plan(here, make_letter(here))
        assert run(here, letter) == 1
        mails(here).update(state="sent")
        with pytest.raises(CannotStop):
            sending.leave_at_that(letter, by=here.manager)
        letter = sending.stop_newsletter(letter, by=here.manager)
    client = here.sign_in(here.manager)
    page = client.get(here.url(f"/manage/newsletters/{letter.pk}/"))
    assert "Leave it at that" in page.text
    client.post(here.url(f"/manage/newsletters/{letter.pk}/leave/"))
    with here.scope():
        letter.refresh_from_db()
        assert letter.is_sent
        assert letter.finished_at is not None
        assert NewsletterCopy.objects.of(letter).count() == 1


def test_two_newsletters_share_the_mails_of_a_minute(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "A_MINUTE", 3)
    with here.scope():
        for _n in range(2):
            subscribing.subscribe_member(make_membership())
        first, second = plan(here, make_letter(here)), plan(here, make_letter(here))
        now = timezone.now()
        assert run(here, first, now) == 2
        mails(here).update(state="sent")
        assert run(here, second, now) == 1
        mails(here).update(state="sent")
        assert run(here, second, now + MINUTE) == 1


def test_the_address_of_one_is_no_word_of_another_page(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = plan(here, make_letter(here, "Subscribe"))
        assert letter.slug not in sending.RESERVED
        run(here, letter)
    assert Client().get(here.url(f"/newsletters/{letter.slug}/")).status_code == 200
