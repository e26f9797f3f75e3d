"""Reports: what they weigh, when a rule hides, what stays a person's decision."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.content import services as content
from communities.models import Community, Membership
from communities.notifications.models import Notification
from moderation import services
from moderation.exceptions import CannotReport
from moderation.models import AuditEvent, Case, Decision, Report
from moderation.services.reporting import Notifier
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.mailing import delivered
from tests.moderation.acts import decide, fresh, reported

LONG_AGO = timezone.now() - datetime.timedelta(days=400)


def person(**fields: object) -> Membership:
    return make_membership(joined_at=LONG_AGO, **fields)


def test_a_report_opens_one_case(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        assert (case.kind, case.report_count, case.severity) == ("report", 1, 1)
        services.report_post(case.post, by=person(), category="hate")
        again = Case.objects.get(pk=case.pk)
        assert (again.report_count, again.severity) == (2, 3)
        assert again.due_at < case.due_at
        assert again.rank_at < case.rank_at, "graver comes sooner"
        assert fresh(case.post).is_published


def test_the_same_person_reports_once(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        first = case.reports.get()
        assert services.report_post(case.post, by=here.ambassador, category="hate") == first
        assert Report.objects.count() == 1


def test_nobody_reports_their_own_or_what_is_gone(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        with pytest.raises(CannotReport):
            services.report_post(post, by=here.member, category="spam")
        case = reported(here, post=post)
        decide(case, by=here.moderator, act="remove")
        with pytest.raises(CannotReport):
            services.report_post(fresh(post), by=here.ambassador, category="spam")


def test_three_people_hide_a_text_until_a_person_reads_it(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        for _reporter in range(3):
            assert fresh(post).is_published
            services.report_post(post, by=person(), category="spam")
        assert fresh(post).state == "hidden"
        decision = Decision.objects.get()
        assert (decision.act, decision.actor, decision.detection) == ("hide", None, "reports")
        assert AuditEvent.objects.filter(act="hide_post").count() == 1
        assert Notification.objects.filter(membership=here.member, kind="decision_made").count() == 1
        decide(Case.objects.get(), by=here.moderator, act="approve")
        assert fresh(post).is_published


def test_two_heavy_reports_are_not_three_people(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        for _reporter in range(2):
            services.report_post(post, by=person(trust_level=4), category="spam")
        assert Case.objects.get().weight == 4.0
        assert fresh(post).is_published


def test_accounts_of_today_weigh_little(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        for _reporter in range(6):
            services.report_post(post, by=make_membership(), category="spam")
        assert Case.objects.get().weight == 1.5
        assert fresh(post).is_published


def test_danger_to_life_hides_at_once_and_is_gravest(here: Cast) -> None:
    with here.scope():
        case = reported(here, by=person(), category="threat")
        assert case.severity == 4
        assert case.due_at - case.opened_at <= datetime.timedelta(hours=1, seconds=5)
        assert fresh(case.post).state == "hidden"


def test_the_teams_texts_are_never_hidden_by_a_rule(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.marketing)
        for _reporter in range(4):
            services.report_post(post, by=person(), category="threat")
        assert fresh(post).is_published


def test_what_was_left_up_needs_twice_the_weight(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        decide(reported(here, post=post), by=here.moderator, act="approve")
        for _reporter in range(5):
            services.report_post(post, by=person(), category="spam")
        assert fresh(post).is_published
        services.report_post(post, by=person(), category="spam")
        assert fresh(post).state == "hidden"


def test_reporters_hear_what_was_decided(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        decide(case, by=here.moderator, act="remove")
        line = Notification.objects.get(membership=here.ambassador, kind="report_decided")
    page = here.sign_in(here.ambassador).get(here.url(line.path)).content.decode()
    assert "The text was removed." in page


def test_who_has_no_account_hears_by_mail(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        notifier = Notifier("A. Reader", "reader@example.org")
        services.report_post(post, by=None, category="hate", text="Law 1.", is_notice=True, notifier=notifier)
        case = Case.objects.get()
        assert (case.severity, case.weight) == (3, 0)
    assert [message.to for message in delivered()] == [["reader@example.org"]]
    assert case.ref in delivered()[0].subject
    with here.scope():
        decide(case, by=here.moderator, act="remove")
    assert delivered()[1].subject != delivered()[0].subject
    path = delivered()[1].body.split(here.prefix)[1].split()[0]
    assert "The text was removed." in Client().get(here.url(path)).content.decode()


def test_a_receipt_of_another_community_or_a_forged_one_is_no_page(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        reported(here)
    member = here.sign_in(here.manager)
    with here.scope():
        post = Case.objects.get().post
    answer = member.post(here.url(f"/report/post/{post.public_id}/"), {"category": "spam"})
    receipt = answer.headers["Location"].removeprefix(here.prefix)
    assert Client().get(here.url(receipt)).status_code == 200
    assert Client().get(elsewhere.url(receipt)).status_code == 404
    assert Client().get(here.url(receipt + "x")).status_code == 404
    with here.scope():
        content.delete_post(fresh(post), by=here.member)
    assert "Its author took the text back." in Client().get(here.url(receipt)).content.decode()


def test_visitors_report_illegal_content_with_what_the_law_asks(here: Cast, client: Client) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
    path = here.url(f"/report/post/{post.public_id}/")
    assert client.get(path).status_code == 200
    empty = client.post(path, {})
    assert empty.status_code == 422
    assert "Say why" in empty.content.decode()
    half = client.post(path, {"category": "hate", "text": "Because.", "good_faith": "on"})
    assert "so that we can answer you" in half.content.decode()
    minors = client.post(path, {"category": "minors", "text": "A child.", "good_faith": "on"})
    assert minors.status_code == 302
    with here.scope():
        assert Report.objects.get().is_notice
        assert Case.objects.get().severity == 4
        assert fresh(post).is_published, "a notice is read by a person: it hides nothing by itself"


def test_reports_have_a_limit(here: Cast, client: Client, settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["report"]
    settings.ACCOUNT_RATE_LIMITS = {"report": "3/h/ip"}
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
    path, somewhere = (
        here.url(f"/report/post/{post.public_id}/"),
        f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.9",
    )
    answers = [client.post(path, {}, REMOTE_ADDR=somewhere).status_code for _time in range(4)]
    assert answers == [422, 422, 422, 429]
    assert client.get(path, REMOTE_ADDR=somewhere).status_code == 200, "reading is not counted"


def test_what_one_may_not_read_one_may_not_report(here: Cast, elsewhere: Cast, client: Client) -> None:
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(moderation_mode="pre")
        here.community.moderation_mode = "pre"
        held = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        assert held.state == "pending"
        public = make_thread(here.forum, by=here.manager)
        public_post = public.posts.get(position=1)
    assert client.get(here.url(f"/report/post/{held.public_id}/")).status_code == 404
    assert client.get(here.url(f"/report/thread/{public.slug}/")).status_code == 200
    assert client.get(elsewhere.url(f"/report/post/{public_post.public_id}/")).status_code == 404
    assert client.get(here.url("/report/post/nonsense/")).status_code == 404
    assert client.get(here.url("/report/person/x/")).status_code == 404
