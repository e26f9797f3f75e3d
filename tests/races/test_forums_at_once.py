"""Two at once: who gives a thread away, who has members asked, who closes a question as the same as the other."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from communities.calendar import today
from communities.content.models import Thread
from communities.forums import same
from communities.forums.asking import ask_members
from communities.forums.assigning import assign_thread
from communities.forums.exceptions import AskedAlready, AssignedMeanwhile, SameError
from communities.forums.models import AskedHelper, AssignedThread, SameQuestion
from communities.forums.services import accept_answer
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    with cast.scope():
        known = make_thread(cast.forum, by=cast.member, kind="question", tags=["Twine"])
        accept_answer(known, post=make_reply(known, by=make_membership(trust_level=1)), by=cast.member)
        pair = [make_thread(cast.forum, by=cast.member, kind="question", tags=["Twine"]) for _n in range(2)]
        day = today(cast.community)
    team = (cast.moderator, cast.manager)

    def act(how: str) -> list[object]:
        def one(number: int) -> object:
            with community_scope(cast.community):
                threads = [Thread.objects.select_related("space").get(pk=thread.pk) for thread in pair]
                by = Membership.objects.get(pk=team[number].pk)
                if how == "ask":
                    return ask_members(threads[0], by=by)
                if how == "assign":
                    community = Community.objects.get(pk=cast.community.pk)
                    said: dict[str, Any] = {"due_on": day, "seen": None, "community": community}
                    return assign_thread(threads[0], to=by, by=by, **said)
                return same.close_as_same(threads[number], original=threads[1 - number], by=by).pk

        return list(at_once(2, one))

    for how, refusal in (("assign", AssignedMeanwhile), ("ask", AskedAlready), ("close", SameError)):
        answers = act(how)
        assert sorted(isinstance(answer, refusal) for answer in answers) == [False, True], (how, answers)
    with cast.scope():
        assert AssignedThread.objects.count() == 1
        assert AskedHelper.objects.count() == 1
        assert Notification.objects.filter(kind="question_for_you").count() == 1
        assert SameQuestion.objects.count() == 1
        SameQuestion.objects.all().delete()

    # The control: without the lock both see two open questions, and each leads to the other.
    refuse, both_have_looked = same._refuse, threading.Barrier(2)

    def unlocked(*threads: Thread) -> Mapping[int, Thread]:
        return {thread.pk: thread for thread in threads}

    def look(thread: Thread, original: Thread) -> None:
        refuse(thread, original)
        both_have_looked.wait(timeout=60)

    monkeypatch.setattr(same, "hold_threads", unlocked)
    monkeypatch.setattr(same, "_refuse", look)
    assert not any(isinstance(answer, SameError) for answer in act("close"))
