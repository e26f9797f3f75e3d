"""Today: what is on whose list, and what can be done about it there."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from communities.animation.models import Handling
from communities.animation.today.left import count_left
from communities.animation.today.listing import MOST, list_today
from communities.animation.today.matters import Matter, Scope, Source, register_source, sources
from communities.content.models import Post, Thread
from communities.memory import forget_all
from communities.models import Membership
from communities.navigation import address_of
from communities.notifications.models import Notification
from moderation.models import Case
from moderation.services import add_watch_word, report_post
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

pytestmark = pytest.mark.django_db


class Broken(Source):
    name, label, order = "broken", "Broken things", 1

    def may(self, viewer: Membership) -> bool:
        return True

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        return list(Thread.objects.extra(where=["1 / 0 = 1"]))


@pytest.fixture
def broken() -> Iterator[None]:
    register_source(Broken())
    yield
    sources.unregister("broken")


def old_question(here: Cast, title: str = "Which whipping twine?", days: int = 2) -> Thread:
    thread = make_thread(here.forum, by=here.member, kind="question", title=title)
    began = timezone.now() - datetime.timedelta(days=days)
    Thread.objects.filter(pk=thread.pk).update(published_at=began)
    Post.objects.filter(thread=thread).update(published_at=began)
    # Nobody is a newcomer here but those whom a test brings.
    Membership.objects.filter(pk=here.member.pk).update(joined_at=began - datetime.timedelta(days=90))
    return thread


@pytest.fixture
def question(here: Cast) -> Thread:
    with here.scope():
        return old_question(here)


def titles(here: Cast, who: Membership, minutes: int = 120) -> list[str]:
    with here.scope():
        day = list_today(here.community, who, minutes=minutes).day
        return [one.matter.title for one in (*day.now, *day.later)]


def send(here: Cast, who: Membership, path: str, **data: Any) -> Any:
    return here.sign_in(who).post(here.url(path), {"minutes": "30", "seen": "0", **data})


def test_a_question_is_answered_where_it_stands(here: Cast, question: Thread) -> None:
    page = here.sign_in(here.manager).get(here.url("/today/"))
    assert question.title in page.text
    path = f"/today/unanswered/{question.pk}/do/"
    assert send(here, here.manager, path, words="").status_code == 422
    assert question.title in titles(here, here.manager), "an empty reply changes nothing"
    answer = send(here, here.manager, path, words="Waxed *polyester*.")
    assert answer.status_code == 302
    with here.scope():
        reply = Post.objects.get(thread=question, position=2)
        assert reply.author_id == here.manager.pk
        assert "<em>polyester</em>" in reply.body_html
        assert Handling.objects.get().carried_out
    assert question.title not in titles(here, here.manager)
    page = here.sign_in(here.manager).get(here.url("/today/"))
    assert "5 used" in page.text


def test_ticked_off_postponed_and_taken_back(here: Cast, question: Thread) -> None:
    assert send(here, here.manager, f"/today/unanswered/{question.pk}/done/").status_code == 302
    assert question.title not in titles(here, here.manager)
    assert question.title not in titles(here, here.owner), "it is done for all"
    with here.scope():
        row = Handling.objects.get()
    assert send(here, here.owner, f"/today/acts/{row.pk}/undo/").status_code == 409
    assert send(here, here.manager, f"/today/acts/{row.pk}/undo/").status_code == 302
    assert question.title in titles(here, here.manager)
    assert send(here, here.manager, f"/today/acts/{row.pk}/undo/").status_code == 409
    path = f"/today/unanswered/{question.pk}/postpone/"
    assert send(here, here.manager, path, when="tomorrow").status_code == 409, "seen before it was undone"
    assert send(here, here.manager, path, when="day", seen="1").status_code == 422
    assert send(here, here.manager, path, when="tomorrow", seen="1").status_code == 302
    assert question.title not in titles(here, here.manager)
    with here.scope():
        Handling.objects.filter(number=2).update(until=timezone.now())
    assert question.title in titles(here, here.manager), "it comes back"


def test_the_second_of_two_is_told_and_loses_nothing(here: Cast, question: Thread) -> None:
    assert send(here, here.owner, f"/today/unanswered/{question.pk}/done/").status_code == 302
    answer = send(here, here.manager, f"/today/unanswered/{question.pk}/do/", words="Wax it well.")
    assert answer.status_code == 409
    assert here.owner.display_name in answer.text
    assert "Wax it well." in answer.text
    with here.scope():
        assert Post.objects.filter(thread=question).count() == 1


def test_given_to_an_ambassador_who_sees_that_and_nothing_else(here: Cast, question: Thread) -> None:
    with here.scope():
        other = old_question(here, "Which grommet?")
    assert titles(here, here.ambassador) == []
    path = f"/today/unanswered/{question.pk}/give/"
    assert send(here, here.manager, path, to=here.member.pk).status_code == 422, "a member has no list"
    assert send(here, here.manager, path, to=here.ambassador.pk).status_code == 302
    assert titles(here, here.ambassador) == [question.title]
    assert question.title not in titles(here, here.manager)
    assert other.title in titles(here, here.manager)
    with here.scope():
        assert Notification.objects.get(kind="matter_given").membership_id == here.ambassador.pk
    page = here.sign_in(here.ambassador).get(here.url("/today/"))
    assert question.title in page.text
    assert other.title not in page.text
    assert send(here, here.ambassador, f"/today/unanswered/{other.pk}/done/").status_code == 409
    assert send(here, here.ambassador, path, to=here.owner.pk).status_code == 403
    # Put off, it stays theirs; of whoever has left it is everybody’s again.
    postponed = send(
        here, here.ambassador, f"/today/unanswered/{question.pk}/postpone/", when="tomorrow", seen="1"
    )
    assert postponed.status_code == 302
    with here.scope():
        Handling.objects.filter(number=2).update(until=timezone.now())
        assert titles(here, here.ambassador) == [question.title]
        Membership.objects.filter(pk=here.ambassador.pk).update(role="member")
    assert question.title in titles(here, here.manager)


def test_of_a_reply_that_is_held_nobody_is_told_that_it_is_posted(here: Cast, question: Thread) -> None:
    with here.scope():
        add_watch_word(by=here.manager, word="scurvy", action="hold")
    forget_all()
    send(here, here.manager, f"/today/unanswered/{question.pk}/give/", to=here.ambassador.pk)
    path, data = here.url(f"/today/unanswered/{question.pk}/do/"), {"words": "It is scurvy.", "seen": "1"}
    page = here.sign_in(here.ambassador).post(path, data, follow=True)
    assert "Sent. A person reads it first." in page.text
    assert "Your answer is posted" not in page.text


def test_what_was_given_is_with_them_until_it_is_done_or_lies_for_a_week(
    here: Cast, question: Thread
) -> None:
    def with_others() -> list[int]:
        with here.scope():
            return [one.person.pk for one in list_today(here.community, here.manager, minutes=60).holders]

    send(here, here.manager, f"/today/unanswered/{question.pk}/give/", to=here.ambassador.pk)
    assert with_others() == [here.ambassador.pk]
    with here.scope():
        Handling.objects.update(at=timezone.now() - datetime.timedelta(days=8))
    assert with_others() == []
    assert question.title in titles(here, here.manager), "it is everybody’s again"
    assert question.title in titles(here, here.ambassador), "and still theirs"
    assert send(here, here.ambassador, f"/today/unanswered/{question.pk}/done/", seen="1").status_code == 302
    assert with_others() == [], "it is done"
    assert question.title not in titles(here, here.manager)


def test_with_whom_things_are_is_seen_by_those_who_could_have_them(here: Cast, question: Thread) -> None:
    with here.scope():
        report_post(question.opening(), by=here.ambassador, category="spam")
        Case.objects.update(due_at=timezone.now() + datetime.timedelta(hours=3))
        case = Case.objects.get().pk
    send(here, here.manager, f"/today/cases/{case}/give/", to=here.moderator.pk)
    seen = {}
    for who in (here.manager, here.owner, here.marketing, here.ambassador):
        with here.scope():
            seen[who.role] = [one.labels for one in list_today(here.community, who, minutes=60).holders]
    assert seen == {
        "manager": [["Case to decide"]],
        "owner": [["Case to decide"]],
        "marketing": [],
        "ambassador": [],
    }


def test_whoever_has_a_kind_of_matter_may_open_its_page(here: Cast) -> None:
    for role in ("owner", "manager", "moderator", "marketing"):
        who = getattr(here, role)
        client = here.sign_in(who)
        with here.scope():
            names = {one.url_name for one in sources if one.url_name and one.may(who)}
        for name in sorted(names):
            with here.scope():
                path = here.url(f"/{address_of(name).lstrip('/')}")
            assert client.get(path).status_code == 200, (role, name)


def test_nobody_gets_past_the_one_before_by_what_they_say_that_they_saw(here: Cast, question: Thread) -> None:
    for key in (f"0{question.pk}", "+1", "\u0661"):
        assert send(
            here, here.manager, f"/today/unanswered/{key}/postpone/", when="tomorrow"
        ).status_code in {
            302,
            404,
        }
    with here.scope():
        assert set(Handling.objects.values_list("key", flat=True)) == {str(question.pk)}
        Handling.objects.all().delete()
    path = f"/today/unanswered/{question.pk}/postpone/"
    assert send(here, here.manager, path, when="tomorrow", seen="99999998").status_code == 302
    with here.scope():
        assert Handling.objects.get().number == 1


def test_cases_go_only_when_they_are_decided(here: Cast, question: Thread) -> None:
    with here.scope():
        report_post(question.opening(), by=here.ambassador, category="spam")
        Case.objects.update(due_at=timezone.now() + datetime.timedelta(hours=3))
        key = next(
            one.matter.key
            for one in list_today(here.community, here.moderator, minutes=60).day.now
            if one.source.name == "cases"
        )
    for act in ("done", "postpone"):
        answer = send(here, here.moderator, f"/today/cases/{key}/{act}/", when="tomorrow")
        assert answer.status_code == 422, act
    assert send(here, here.marketing, f"/today/cases/{key}/done/").status_code == 409


def test_a_source_that_fails_is_said_and_stops_no_other(here: Cast, question: Thread, broken: None) -> None:
    page = here.sign_in(here.manager).get(here.url("/today/"))
    assert page.status_code == 200
    assert "Broken things" in page.text
    assert question.title in page.text
    assert "Everything due today is among them." not in page.text
    send(here, here.manager, f"/today/unanswered/{question.pk}/done/")
    assert not titles(here, here.marketing)
    page = here.sign_in(here.marketing).get(here.url("/today/"))
    assert "Everything is done." not in page.text
    assert "Nothing for you to do." not in page.text


def test_what_is_behind_the_limit_is_named_and_what_rests_takes_no_room(here: Cast) -> None:
    with here.scope():
        rows = [old_question(here, f"Question {n}", days=30 - n) for n in range(MOST + 2)]
        day = list_today(here.community, here.manager, minutes=240)
        assert [one.name for one in day.gathered.fuller] == ["unanswered"]
        for row in rows[:MOST]:
            Handling.objects.create(
                source="unanswered",
                key=str(row.pk),
                number=1,
                act="postponed",
                by=here.manager,
                until=timezone.now() + datetime.timedelta(days=1),
            )
    assert [title for title in titles(here, here.manager) if title.startswith("Question")] == [
        f"Question {MOST}",
        f"Question {MOST + 1}",
    ]


def test_as_many_queries_for_many_things_as_for_few(
    here: Cast, question: Thread, queries: Callable[..., Any]
) -> None:
    client = here.sign_in(here.manager)
    client.get(here.url("/today/"))
    with here.scope():
        for n in range(6):
            old_question(here, f"More {n}")
            make_membership()
    client.get(here.url("/today/"))
    # One or two for each source (two for applications to calls, each by its index): what is handled is asked of all
    # kinds at once. The last one: threads given to answer.
    with queries(most=47):
        assert client.get(here.url("/today/")).status_code == 200


def test_the_number_left_is_kept_and_costs_no_query(
    here: Cast, question: Thread, queries: Callable[..., Any]
) -> None:
    here.sign_in(here.manager).get(here.url("/today/"))
    shown = len(titles(here, here.manager, minutes=30))
    with queries(exactly=0):
        assert count_left(here.manager) == shown > 0
    page = here.sign_in(here.manager).get(here.url("/"))
    assert here.url("/today/") in page.text


def test_who_lands_where_after_signing_in(here: Cast) -> None:
    landings = {
        "manager": "/today/",
        "owner": "/today/",
        "moderator": "/moderation/",
        "marketing": "/results/",
        "ambassador": "/",
        "member": "/",
    }
    for role, path in landings.items():
        assert _landing(here, getattr(here, role)) == here.url(path), role
    data = {"language": "en", "start_page": "home"}
    here.sign_in(here.manager).post(here.url("/me/preferences/"), data)
    assert _landing(here, here.manager) == here.url("/")
    here.sign_in(here.marketing).post(here.url("/me/preferences/"), data | {"start_page": "today"})
    assert _landing(here, here.marketing) == here.url("/today/")
    with here.scope():
        Membership.objects.filter(pk=here.moderator.pk).update(start_page="queue", role="marketing")
    assert _landing(here, here.moderator) == here.url("/results/"), "the usual one of the role they have now"
    refused = here.sign_in(here.member).post(here.url("/me/preferences/"), data | {"start_page": "queue"})
    assert refused.status_code == 302
    assert _landing(here, here.member) == here.url("/"), "who has no choice is not asked"


def _landing(here: Cast, who: Membership) -> str:
    assert who.member is not None
    EmailAddress.objects.get_or_create(
        user=who.member, email=who.member.email, defaults={"verified": True, "primary": True}
    )
    said = {"login": who.member.email, "password": "correct horse battery"}
    answer = Client().post(here.url("/sign-in/"), said)
    return str(answer.headers["Location"])


def test_another_community_sees_nothing_of_it(here: Cast, elsewhere: Cast, question: Thread) -> None:
    path = elsewhere.url(f"/today/unanswered/{question.pk}/done/")
    answer = elsewhere.sign_in(elsewhere.manager).post(path, {"seen": "0"})
    assert answer.status_code == 409
    assert question.title in titles(here, here.manager)
