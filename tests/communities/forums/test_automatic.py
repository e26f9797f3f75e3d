"""What forums bring to automations: an accepted answer is one of somebody else, and still the accepted one."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.animation.automations.models import Firing
from communities.automatic import Span, triggers
from communities.content.models import State
from communities.forums.services import accept_answer, unaccept_answer
from tests.communities.animation.automations.making import make, run
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

pytestmark = pytest.mark.django_db


def test_nobody_promotes_themselves_with_an_answer_of_their_own(here: Cast) -> None:
    make(here, "answer_accepted", "role")
    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question")
        own = make_reply(question, by=here.member)
        question.refresh_from_db()
        assert accept_answer(question, post=own, by=here.member)
        now = timezone.now()
        span = Span(here.community, now - datetime.timedelta(days=1), now)
        assert list(triggers["answer_accepted"].past({}, span)) == []
    assert run(here) == []
    with here.scope():
        here.member.refresh_from_db()
        assert here.member.role == "member"


def test_an_answer_of_somebody_else_counts(here: Cast) -> None:
    make(here, "answer_accepted", "tell", to=here.moderator)
    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question")
        answer = make_reply(question, by=here.ambassador)
        question.refresh_from_db()
        accept_answer(question, post=answer, by=here.member)
        now = timezone.now()
        span = Span(here.community, now - datetime.timedelta(days=1), now)
        assert [one.person for one in triggers["answer_accepted"].past({}, span)] == [here.ambassador.pk]
    assert run(here) == [("done", "")]


@pytest.mark.parametrize("way", ["another", "hidden"])
def test_an_answer_that_is_not_the_accepted_one_any_more_is_left_out(here: Cast, way: str) -> None:
    make(here, "answer_accepted", "tell", to=here.moderator)
    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question")
        first = make_reply(question, by=here.ambassador)
        second = make_reply(question, by=here.moderator)
        question.refresh_from_db()
        accept_answer(question, post=first, by=here.member)
        if way == "another":
            unaccept_answer(question, by=here.member)
            accept_answer(question, post=second, by=here.member)
        else:
            type(first).objects.filter(pk=first.pk).update(state=State.HIDDEN)
    assert run(here)[0] == ("skipped", "over")
    with here.scope():
        assert Firing.objects.order_by("pk").first().post_id == first.pk  # type: ignore[union-attr]
