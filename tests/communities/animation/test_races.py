"""Two who greet one newcomer, two who do one matter: real connections; and the control without the lock."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.utils import timezone

from communities.animation.exceptions import GreetedMeanwhile, HandledMeanwhile
from communities.animation.models import Handling, Welcome, WelcomeQuerySet
from communities.animation.newcomers.services import Wishes, greet
from communities.animation.newcomers.several import greet_several
from communities.animation.today import services as handling
from communities.animation.today.matters import sources
from communities.animation.today.services import tick_off
from communities.content.models import Thread
from communities.models import Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_membership, make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def greet_at_once(cast: Cast, *, in_care: bool = False) -> list[Any]:
    with cast.scope():
        aoife = make_membership(display_name="Aoife")
        if in_care:
            Welcome.objects.create(membership=aoife, looked_after_by=cast.ambassador)
    people = [cast.owner, cast.manager]

    def say_hello(number: int) -> str:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=people[number].pk)
            greet(aoife, Wishes(f"Hello from {number}."), by=by, community=cast.community)
            return "greeted"

    return at_once(2, say_hello)


@pytest.mark.parametrize("in_care", [False, True])
def test_of_two_who_greet_one_newcomer_the_second_is_told_who_was_first(in_care: bool) -> None:
    cast = make_cast()
    answers = greet_at_once(cast, in_care=in_care)
    assert answers.count("greeted") == 1, answers
    [refusal] = [answer for answer in answers if isinstance(answer, GreetedMeanwhile)]
    with cast.scope():
        welcome = Welcome.objects.select_related("greeted_by").get()
        assert welcome.greeted_by is not None
        assert welcome.greeted_by.display_name in str(refusal)
        assert Notification.objects.filter(kind="greeting").count() == 1


def test_of_two_who_greet_the_same_people_each_person_gets_one_greeting() -> None:
    """Chosen in opposite orders, which would have each wait for the other if they were taken as they come."""
    cast = make_cast()
    with cast.scope():
        people = [make_membership() for _n in range(6)]
    hosts = [cast.owner, cast.manager]

    def say_hello(number: int) -> int:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=hosts[number].pk)
            chosen = people if number else people[::-1]
            sent = greet_several(chosen, f"Hello {{name}} from {number}.", by=by, community=cast.community)
            assert len(sent.greeted) + len(sent.left_out) == len(people)
            return len(sent.greeted)

    answers = at_once(2, say_hello)
    assert sorted(answers) == [0, len(people)], answers
    with cast.scope():
        assert Welcome.objects.greeted().count() == len(people)
        assert Notification.objects.filter(kind="greeting").count() == len(people)


def test_control_without_the_lock_both_have_greeted(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, unlocked = make_cast(), WelcomeQuerySet.all
    monkeypatch.setattr(WelcomeQuerySet, "select_for_update", lambda self, **_how: unlocked(self))
    monkeypatch.setattr(WelcomeQuerySet, "bulk_create", lambda *_args, **_options: [])
    with cast.scope():
        aoife = make_membership(display_name="Aoife")
        Welcome.objects.create(membership=aoife)
    read = threading.Barrier(2)
    people = [cast.owner, cast.manager]
    get = WelcomeQuerySet.get

    def get_together(self: Any, *args: Any, **options: Any) -> Any:
        row = get(self, *args, **options)
        read.wait(timeout=60)
        return row

    monkeypatch.setattr(WelcomeQuerySet, "get", get_together)

    def say_hello(number: int) -> str:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=people[number].pk)
            greet(aoife, Wishes("Hello."), by=by, community=cast.community)
            return "greeted"

    assert at_once(2, say_hello) == ["greeted", "greeted"]


def test_of_two_who_tick_one_matter_off_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked before either has written: whoever comes later does not find it at all."""
    cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member, kind="question")
        began = timezone.now() - datetime.timedelta(days=2)
        Thread.objects.filter(pk=thread.pk).update(published_at=began)
    people = [cast.owner, cast.manager]
    both, note = threading.Barrier(2), handling._note

    def meet(*given: Any, **options: Any) -> Any:
        both.wait(60)
        return note(*given, **options)

    monkeypatch.setattr(handling, "_note", meet)

    def tick(number: int) -> str:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=people[number].pk)
            tick_off(sources["unanswered"], str(thread.pk), by=by, community=cast.community, seen=0)
            return "done"

    answers = at_once(2, tick)
    assert answers.count("done") == 1, answers
    assert sum(isinstance(answer, HandledMeanwhile) for answer in answers) == 1, answers
    with cast.scope():
        assert Handling.objects.count() == 1
