"""“Did this save you a call?”: who is asked, what is kept, what it is worth, and that nothing counts twice."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.capture.models import AudienceDay
from analytics.reports.queries import History
from analytics.roi.counting import daily_counts
from analytics.roi.exceptions import NotAsked
from analytics.roi.models import LedgerEntry, Measure, Objective, Saving
from analytics.roi.monthly import monthly
from analytics.roi.services import revalue
from analytics.roi.services.savings import QUIET, move_savings, say_saved
from communities.calendar import Month, today
from communities.content.models import Post, Thread
from communities.content.services import react_to_post
from communities.forums.services import accept_answer
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Community
from tests.analytics.money import make_rate
from tests.analytics.recount import Recount
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread

ASKED = "Did this answer save you a call to our support?"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MOBILE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def solved(here: Cast) -> Post:
    """A question of the member with an answer of the ambassador’s that was accepted."""
    with here.scope():
        answer = make_answer(here)
        accept_answer(answer.thread, post=answer, by=here.member)
        return answer


def make_answer(here: Cast, title: str = "Which thread?") -> Post:
    space = make_space(
        kind="forum", slug=f"s-{title[:5].lower().strip()}-{Thread.objects.count()}", name="Sails"
    )
    thread = make_thread(space, by=here.member, title=title, kind="question")
    return make_reply(thread, by=here.ambassador, body="<p>Waxed polyester.</p>")


def reader(here: Cast) -> tuple[Any, Client]:
    with here.scope():
        one = make_membership()
    return one, here.sign_in(one)


def shown(here: Cast, client: Client, answer: Post) -> str:
    with here.scope():
        path = Thread.objects.get(pk=answer.thread_id).get_absolute_url()
    return client.get(here.url(path)).content.decode()


def press(here: Cast, client: Client, answer: Post, said: str = "yes", **more: Any) -> Any:
    more.setdefault("headers", {"user-agent": BROWSER})
    return client.post(here.url(f"/saved-call/{answer.public_id}/"), {"saved": said}, **more)


def visitor(agent: str = BROWSER) -> Client:
    return Client(headers={"user-agent": agent, "accept-language": "en"})


def test_a_reader_answers_with_one_press_and_changes_it(here: Cast, solved: Post) -> None:
    by, client = reader(here)
    assert ASKED in shown(here, client, solved)
    assert press(here, client, solved).status_code == 302
    text = shown(here, client, solved)
    assert "You said yes." in text
    with here.scope():
        first = Saving.objects.get()
        assert (first.membership_id, first.saved, first.browser) == (by.pk, True, None)
    press(here, client, solved, "no")
    with here.scope():
        again = Saving.objects.get()
        assert (again.pk, again.saved, again.said_at) == (first.pk, False, first.said_at)
    assert "You said no." in shown(here, client, solved)


def test_it_is_answered_in_place(here: Cast, solved: Post) -> None:
    _by, client = reader(here)
    answer = press(here, client, solved, headers={"hx-request": "true", "user-agent": BROWSER})
    assert answer.status_code == 200
    assert "You said yes." in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("role", ["member", "ambassador", "moderator", "manager", "marketing", "owner"])
def test_neither_asker_nor_author_nor_team_are_asked(here: Cast, solved: Post, role: str) -> None:
    client = here.sign_in(getattr(here, role))
    assert ASKED not in shown(here, client, solved)
    press(here, client, solved)
    with here.scope():
        assert not Saving.objects.exists()
        with pytest.raises(NotAsked):
            say_saved(Post.objects.get(pk=solved.pk), saved=True, by=getattr(here, role))


def test_an_answer_that_somebody_found_useful_is_asked_about_while_none_is_accepted(here: Cast) -> None:
    with here.scope():
        answer = make_answer(here)
    _by, client = reader(here)
    assert ASKED not in shown(here, client, answer)
    press(here, client, answer)
    with here.scope():
        assert not Saving.objects.exists(), "nobody said that it helps"
        react_to_post(answer, by=here.member, kind="useful")
    assert ASKED in shown(here, client, answer)
    press(here, client, answer)
    with here.scope():
        other = make_reply(answer.thread, by=here.moderator, body="<p>Dyneema.</p>")
        accept_answer(answer.thread, post=other, by=here.member)
        assert Saving.objects.get().saved
        with pytest.raises(NotAsked):
            say_saved(Post.objects.get(pk=answer.pk), saved=True, by=make_membership())


def test_nobody_is_asked_again_for_a_while(here: Cast, solved: Post) -> None:
    by, client = reader(here)
    with here.scope():
        second = make_answer(here, "Which rope?")
        accept_answer(second.thread, post=second, by=here.member)
    press(here, client, solved)
    assert ASKED not in shown(here, client, second)
    assert ASKED in shown(here, client, solved), "what was said here can be changed"
    with here.scope():
        Saving.objects.filter(membership=by).update(
            said_at=timezone.now() - QUIET - datetime.timedelta(hours=1)
        )
    assert ASKED in shown(here, client, second)


def test_visitors_answer_once_a_day_and_are_told_by_no_number(
    here: Cast, solved: Post, settings: Any
) -> None:
    settings.CAPTURE = True
    client = visitor()
    assert ASKED in shown(here, client, solved)
    assert press(here, client, solved).status_code == 302
    press(here, client, solved, "no")
    press(here, visitor(MOBILE), solved, headers={"user-agent": MOBILE})
    with here.scope():
        assert sorted(Saving.objects.values_list("saved", flat=True)) == [False, True]
        assert not Saving.objects.filter(browser=None).exists()
        other = make_answer(here, "Which rope?")
        accept_answer(other.thread, post=other, by=here.member)
    press(here, visitor(), other)
    with here.scope():
        assert len(set(Saving.objects.values_list("browser", flat=True))) == 3, (
            "another thread, another number"
        )


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": BROWSER, "sec-gpc": "1"},
        {"user-agent": BROWSER, "dnt": "1"},
        {"user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"},
        {"user-agent": ""},
    ],
    ids=["gpc", "dnt", "robot", "no agent"],
)
def test_who_is_not_counted_is_not_kept(
    here: Cast, solved: Post, settings: Any, headers: dict[str, str]
) -> None:
    settings.CAPTURE = True
    assert press(here, visitor(), solved, headers=headers).status_code == 302
    with here.scope():
        assert not Saving.objects.exists()


def test_no_other_site_answers_for_anybody(here: Cast, solved: Post, settings: Any) -> None:
    settings.CAPTURE = True
    sent = {"user-agent": BROWSER, "sec-fetch-site": "cross-site"}
    assert press(here, visitor(), solved, headers=sent).status_code == 403
    by, _client = reader(here)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(by.member)
    assert press(here, strict, solved).status_code == 403
    with here.scope():
        assert not Saving.objects.exists()


@pytest.mark.parametrize("mode", ["consent", "off"])
def test_visitors_are_asked_only_where_nobody_needs_to_agree(
    here: Cast, solved: Post, settings: Any, mode: str
) -> None:
    settings.CAPTURE = True
    Community.objects.filter(pk=here.community.pk).update(settings={"audience": mode})
    forget_all()
    assert ASKED not in shown(here, visitor(), solved)
    press(here, visitor(), solved)
    with here.scope():
        assert not Saving.objects.exists()
    _by, client = reader(here)
    assert ASKED in shown(here, client, solved)


def test_the_part_can_be_switched_off(here: Cast, solved: Post, settings: Any) -> None:
    settings.CAPTURE = True
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums", "questions", "reactions"])
    forget_all()
    by, client = reader(here)
    for who in (client, visitor()):
        assert ASKED not in shown(here, who, solved)
        assert press(here, who, solved).status_code == 404
    with here.scope(), pytest.raises(FeatureClosed):
        say_saved(Post.objects.get(pk=solved.pk), saved=True, by=by)


def test_another_community_and_a_stranger_find_nothing(
    here: Cast, elsewhere: Cast, solved: Post, settings: Any
) -> None:
    settings.CAPTURE = True
    path = f"/saved-call/{solved.public_id}/"
    client = elsewhere.sign_in(elsewhere.member)
    assert client.post(elsewhere.url(path), {"saved": "yes"}).status_code == 404
    assert press(here, visitor(), solved, "perhaps").status_code == 400
    with elsewhere.scope():
        assert not Saving.objects.exists()


def test_what_is_asked_costs_a_member_one_statement_and_a_visitor_none(
    here: Cast, solved: Post, settings: Any
) -> None:
    settings.CAPTURE = True
    _by, client = reader(here)
    with here.scope():
        path = here.url(Thread.objects.get(pk=solved.thread_id).get_absolute_url())
    asked = {}
    for name, who in (("member", client), ("visitor", visitor())):
        for part in (True, False):
            names = [] if part else ["forums", "questions", "reactions", "tags"]
            Community.objects.filter(pk=here.community.pk).update(open_features=names)
            forget_all()
            who.get(path)
            forget_all()
            with CaptureQueriesContext(connection) as seen:
                text = who.get(path).content.decode()
            assert (ASKED in text) is part
            asked[name, part] = [sql for sql in statements(seen) if "roi_saving" in sql]
    assert len(asked["member", True]) == 1
    assert not asked["visitor", True]
    assert not asked["member", False]


def statements(seen: Any) -> list[str]:
    return [query["sql"] for query in seen.captured_queries]


def test_each_yes_is_worth_a_contact_and_no_visit_beside_it(here: Cast, solved: Post) -> None:
    with here.scope():
        now = today(here.community)
        for name in ("answer", "visit"):
            make_rate(here, name, "10" if name == "answer" else "0.5")
        AudienceDay.objects.create(day=now, dimension="channel", key="12", visits=5, page_views=5, visitors=5)
        post = Post.objects.get(pk=solved.pk)
        for saved in (True, True, False):
            say_saved(post, saved=saved, by=make_membership())
        for measure in (Measure.CALL, Measure.VISIT, Measure.ANSWER):
            revalue(here.community, measure)
        lines = {line.measure: (line.n, line.amount_minor) for line in LedgerEntry.objects.benefits()}
        assert lines == {"call": (2, 20_00), "visit": (3, 1_50), "answer": (1, 10_00)}
        assert daily_counts(here.community, Measure.VISIT, now, now) == {now: 5}, (
            "visits are as many as they were"
        )
        figure = monthly(here.community, Objective.Figure.SAVED, now, now)[now.replace(day=1)]
        assert (figure.hits, figure.n, figure.is_few) == (2, 3, True)


def test_the_figure_says_n_and_interval_and_is_recounted(here: Cast, solved: Post) -> None:
    with here.scope():
        make_rate(here, "answer", "8", valid_from=today(here.community) - datetime.timedelta(days=90))
        post = Post.objects.get(pk=solved.pk)
        for number in range(40):
            say_saved(post, saved=number < 10, by=make_membership())
        revalue(here.community, Measure.CALL)
        revalue(here.community, Measure.ANSWER)
        again, one = Recount(here.community), Month.current(here.community)
        assert again("saved", one) == [(10, 40)]
        lines = {
            line.ref: (line.n, line.amount)
            for line in History(here.community, one.first).current.benefits.values()
        }
        assert {ref: row[:2] for ref, *row in again("lines", one)} == {
            ref: list(row) for ref, row in lines.items()
        }
        assert lines["call"] == (10, 80_00)
    client = here.sign_in(here.marketing)
    month = f"{today(here.community):%Y-%m}"
    text = client.get(here.url(f"/results/line/saved/?month={month}")).content.decode()
    assert "n = 40, between 14% and 40% (95%)" in text
    assert "Wilson" in text


def test_a_change_of_mind_never_moves_a_closed_month(here: Cast, solved: Post) -> None:
    by, _client = reader(here)
    with here.scope():
        last = Month.current(here.community).before
        make_rate(here, "answer", "10", valid_from=last.first)
        post = Post.objects.get(pk=solved.pk)
        say_saved(post, saved=True, by=by)
        at = timezone.make_aware(datetime.datetime.combine(last.last, datetime.time(12)), here.community.zone)
        Saving.objects.update(said_at=at)
        revalue(here.community, Measure.CALL)
        assert History(here.community, last.first).current.benefits["call"].amount == 10_00
    client = here.sign_in(here.marketing)
    assert client.post(here.url(f"/results/months/{last.first:%Y-%m}/close/")).status_code == 302
    with here.scope():
        say_saved(post, saved=False, by=by)
        revalue(here.community, Measure.CALL)
        assert History(here.community, last.first).current.benefits["call"].amount == 10_00
        kept = monthly(here.community, Objective.Figure.SAVED, last.first, today(here.community))
        assert {month: (one.hits, one.n) for month, one in kept.items()} == {last.first: (1, 1)}
        assert "call" not in History(here.community, today(here.community)).current.benefits


def test_of_two_memberships_that_become_one_the_answers_stay_once(here: Cast, solved: Post) -> None:
    with here.scope():
        kept, gone = make_membership(), make_membership()
        post = Post.objects.get(pk=solved.pk)
        other = make_answer(here, "Which rope?")
        accept_answer(other.thread, post=other, by=here.member)
        other = Post.objects.get(pk=other.pk)
        say_saved(post, saved=True, by=kept)
        say_saved(post, saved=False, by=gone)
        say_saved(other, saved=True, by=gone)
        move_savings(kept.pk, gone.pk)
        found = Saving.objects.order_by("thread_id").values_list("membership_id", "thread_id", "saved")
        assert list(found) == [(kept.pk, post.thread_id, True), (kept.pk, other.thread_id, True)]
        move_savings(here.member.pk, kept.pk)
        assert not Saving.objects.exists(), "whoever asked is not asked"
