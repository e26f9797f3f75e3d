"""An answer that is being placed while its thread is taken back is counted, or refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from communities.content.models import Post, State, Thread
from communities.content.queries import recount_community
from communities.content.services import reply_to, retire_thread
from communities.exceptions import NotAllowed
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_answers_and_the_end_each_waits_for_the_other() -> None:
    cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member)
        recount_community(cast.community.pk)

    def act(number: int) -> Any:
        with community_scope(cast.community):
            found = Thread.objects.select_related("space").get(pk=thread.pk)
            if number == 2:
                return retire_thread(found, by=cast.owner, at=timezone.now())
            return reply_to(found, by=cast.ambassador, body=f"<p>In time? {number}</p>").position

    outcome = at_once(5, act)
    assert outcome[2] is True
    assert all(isinstance(one, int | NotAllowed) for one in outcome), outcome
    with cast.scope():
        assert Thread.objects.get(pk=thread.pk).state == State.RETIRED
        placed = sum(isinstance(one, int) and not isinstance(one, bool) for one in outcome)
        assert Post.objects.filter(thread=thread, position__gt=1).count() == placed
        assert recount_community(cast.community.pk) == {}
        retire_thread(thread, by=cast.owner, at=None)
        assert recount_community(cast.community.pk) == {}
