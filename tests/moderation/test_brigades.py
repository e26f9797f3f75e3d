"""Reports that were agreed upon, and reports of what a rule hid while they were written."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.models import Post, State
from moderation import services
from moderation.models import Case, Report
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import fresh

NOW = timezone.now()
LONG_AGO = NOW - datetime.timedelta(days=400)


def a_veterans_post(here: Cast) -> Post:
    author = make_membership(joined_at=LONG_AGO, trust_level=3)
    thread = make_thread(here.forum, by=here.member, title="Mending a jib")
    return make_reply(thread, by=author)


def accounts(number: int, **age: float) -> list[object]:
    return [make_membership(joined_at=NOW - datetime.timedelta(**age)) for _one in range(number)]


def test_twelve_accounts_of_today_hide_no_veterans_post(here: Cast) -> None:
    with here.scope():
        post = a_veterans_post(here)
        for number, person in enumerate(accounts(12, hours=1)):
            services.report_post(
                post, by=person, category="spam", at=NOW + datetime.timedelta(minutes=number * 30)
            )
        case = Case.objects.get(post=post)
        assert (case.report_count, case.weight) == (12, 1.5)
        assert case.hidden_by_rule_at is None
        assert fresh(post).is_published


def test_so_many_young_accounts_at_once_hide_nothing_and_moderators_are_told(here: Cast) -> None:
    with here.scope():
        post = a_veterans_post(here)
        people = accounts(12, days=3)
        # The first three would have been enough; they had not reported yet when the others did.
        case = None
        for person in people[:2]:
            services.report_post(post, by=person, category="spam", at=NOW)
        Report.objects.bulk_create(
            [
                Report(
                    case=Case.objects.get(post=post),
                    reporter=person,
                    category="spam",
                    weight=1.0,
                    created_at=NOW,
                )
                for person in people[2:11]
            ]
        )
        services.report_post(post, by=people[11], category="spam", at=NOW)
        case = Case.objects.get(post=post)
        assert case.hidden_by_rule_at is None
        assert fresh(post).is_published
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "may have agreed on it" in page


def test_three_who_have_been_here_for_long_hide_it_as_before(here: Cast) -> None:
    with here.scope():
        post = a_veterans_post(here)
        for person in accounts(3, days=400):
            services.report_post(post, by=person, category="spam")
        assert not fresh(post).is_published


def test_a_report_of_what_a_rule_hid_a_second_ago_is_kept(here: Cast) -> None:
    with here.scope():
        post = a_veterans_post(here)
    client = here.sign_in(here.ambassador)
    address = here.url(f"/report/post/{post.public_id}/")
    assert client.get(address).status_code == 200
    with here.scope():
        for person in accounts(3, days=400):
            services.report_post(post, by=person, category="spam")
        assert fresh(post).state == State.HIDDEN
    assert client.get(address).status_code == 404, "it is shown to nobody any more"
    answer = client.post(address, {"category": "spam", "text": "An advertisement."})
    assert answer.status_code == 302
    with here.scope():
        assert Report.objects.filter(reporter=here.ambassador, case__post=post).count() == 1
        Case.objects.update(hidden_by_rule_at=timezone.now() - datetime.timedelta(hours=2))
    late = here.sign_in(here.marketing).post(address, {"category": "spam", "text": ""})
    assert late.status_code == 404
