"""Newsletters: who asks for them, of whom segments are made, how they are written."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from communities.animation.newsletters import sending, subscribing, writing
from communities.animation.newsletters.composing import draw_sample
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterSubscription,
    NewsletterVersion,
    Segment,
)
from communities.animation.newsletters.proposing import proposed
from communities.animation.newsletters.segments import Rule, SegmentInUse, delete_segment, save_segment
from communities.exceptions import FieldError
from members.mails.models import OutgoingMail
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_thread
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


def test_answers_are_offered_as_french_spells_what_follows_a_colon(here: Cast) -> None:
    with here.scope():
        make_field("choice", "Bateau", options=["Voilier", "Doris"])
    french = {"accept-language": "fr"}
    page = here.sign_in(here.marketing).get(here.url("/manage/segments/new/"), headers=french).text
    assert "Bateau\u00a0: Voilier" in page


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
    client.post(here.url(f"{page}blocks/new/text/"), {"body": "More."})
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
        assert NewsletterVersion.objects.get(newsletter=letter).tested_at is not None


def test_where_nobody_would_get_it_the_page_says_why_and_leads_to_what_helps(here: Cast) -> None:
    with here.scope():
        letter = make_letter(here)
    client = here.sign_in(here.manager)
    path = here.url(f"/manage/newsletters/{letter.pk}/send/")
    page = client.get(path).text
    assert "Nobody has asked for the newsletter yet." in page
    assert f'class="btn" href="{here.url("/newsletters/")}"' in page
    assert "Send it" not in page
    with here.scope():
        letter.segment = save_segment(Segment(), by=here.manager, name="Owners", rule=Rule(roles=("owner",)))
        letter.save()
    assert "Nobody in this segment has asked for the newsletter." in client.get(path).text
    refused = client.post(path, {"version": letter.version})
    assert refused.status_code == 422
    assert "Send it" in refused.text, "what was typed is still there, with what refused it"
    with here.scope():
        subscribing.subscribe_member(here.owner)
    assert "Send it" in client.get(path).text


def test_links_in_words_lead_into_the_community_on_its_page_too(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = make_letter(
            here, words="What we tied: [all of it](/forums/), [elsewhere](https://knots.example/)."
        )
        plan(here, letter)
        assert run(here, letter) == 1
        letter.refresh_from_db()
    page = Client().get(here.url(f"/newsletters/{letter.slug}/")).text
    targets = re.findall(r'href="([^"]+)"[^>]*>(?:all of it|elsewhere)<', page)
    assert [target.endswith(here.url("/forums/")) for target in targets] == [True, False]
    assert targets[1] == "https://knots.example/"
