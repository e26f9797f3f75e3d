"""Two at once feature a thread of one space, which has room for one more."""

from __future__ import annotations

import threading

import pytest

from communities.content.models import Space, Thread
from communities.forums import featuring
from communities.forums.exceptions import FeatureError
from communities.forums.featuring import MOST_FEATURED, feature_thread
from communities.forums.models import FeaturedThread
from communities.models import Community, Membership
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_space_features_more_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    team = [cast.moderator, cast.manager, cast.owner]
    with cast.scope():
        threads = [make_thread(cast.forum, by=cast.member) for _n in range(MOST_FEATURED + 2)]
        for thread in threads[: MOST_FEATURED - 1]:
            feature_thread(thread, by=cast.manager, community=cast.community)
    last = threads[MOST_FEATURED - 1 :]

    def one(number: int) -> object:
        with community_scope(cast.community):
            thread = Thread.objects.select_related("space").get(pk=last[number].pk)
            by = Membership.objects.get(pk=team[number].pk)
            community = Community.objects.get(pk=cast.community.pk)
            return feature_thread(thread, by=by, community=community)

    def standing() -> int:
        with cast.scope():
            return FeaturedThread.objects.count()

    answers = list(at_once(len(last), one))
    assert sorted(isinstance(answer, FeatureError) for answer in answers) == [False, True, True], answers
    assert [answer for answer in answers if not isinstance(answer, FeatureError)] == [True]
    assert standing() == MOST_FEATURED

    # The control: where nobody waits for the space, each sees room for one more.
    with cast.scope():
        FeaturedThread.objects.filter(thread__in=last).delete()
    refuse, all_have_looked = featuring._refuse_too_many, threading.Barrier(len(last))

    def look(thread: Thread) -> None:
        refuse(thread)
        all_have_looked.wait(timeout=60)

    class Unlocked:
        """Spaces, of which none is held."""

        class objects:
            @staticmethod
            def select_for_update(**_options: object) -> object:
                return Space.objects

    monkeypatch.setattr(featuring, "Space", Unlocked)
    monkeypatch.setattr(featuring, "_refuse_too_many", look)
    assert list(at_once(len(last), one)) == [True] * len(last)
    assert standing() == MOST_FEATURED + len(last) - 1
