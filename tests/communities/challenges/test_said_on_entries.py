"""A text of another kind says on its own page in which challenge it takes part, to those who may read that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.challenges.entering import withdraw_entry
from communities.challenges.models import Challenge, Entry, Rules
from communities.content.models import Space, Thread
from communities.memory import forget_all
from communities.models import Community
from tests.communities.albums.making import make_album, make_wall
from tests.communities.challenges.making import again, enter, make_challenge, make_contests
from tests.communities.events.making import make_calendar, make_event
from tests.communities.ideas.making import make_box, make_idea
from tests.communities.reviews.making import make_review, make_shelf, make_thing
from tests.conftest import Cast
from tests.factories import make_space, make_thread

TITLE, SAID = "Knots that held", "Takes part in:"

KINDS: dict[str, Callable[[Cast], Thread]] = {
    "topic": lambda here: make_thread(here.forum, by=here.member),
    "article": lambda here: make_thread(here.blog, by=here.manager),
    "album": lambda here: make_album(here, make_wall()),
    "idea": lambda here: make_idea(make_box(here), here.member),
    "review": lambda here: make_review(here, make_thing(here, make_shelf())),
    "event": lambda here: make_event(here, make_calendar()).thread,
    "page": lambda here: make_thread(make_space(kind="guides", slug="help", name="Help"), by=here.manager),
}


def entered(challenge: Challenge, thread: Thread) -> Entry:
    """Whoever wrote it; that its kind may be entered is asked elsewhere."""
    assert thread.author_id is not None
    return Entry.objects.create(
        challenge=challenge,
        thread=thread,
        membership_id=thread.author_id,
        rules=Rules.objects.of(challenge)[0],
        slot=1,
        number=1,
    )


def page(here: Cast, client: Client, thread: Thread) -> str:
    forget_all()
    with here.scope():
        url = Thread.objects.select_related("space").get(pk=thread.pk).get_absolute_url()
    answer = client.get(here.url(url))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_says_it(here: Cast, kind: str) -> None:
    with here.scope():
        thread = KINDS[kind](here)
        challenge = make_challenge(here, make_contests())
    visitor = here.sign_in(None)
    assert SAID not in page(here, visitor, thread)
    with here.scope():
        entered(challenge, thread)
    read = page(here, visitor, thread)
    assert SAID in read
    assert f'href="{here.url(f"/challenges/c/{challenge.thread.slug}/")}"' in read
    assert TITLE in read


def test_to_those_alone_who_may_read_the_challenge(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        mine = make_thread(here.forum, by=here.member)
        challenge = make_challenge(here, make_contests(), entry_kinds=["topic"])
        [entry] = enter(here, challenge, here.member, thread=mine)
        Space.objects.filter(pk=challenge.thread.space_id).update(audience="members")
    for who, told in ((None, False), (here.ambassador, True), (here.member, True)):
        read = page(here, here.sign_in(who), mine)
        assert (SAID in read, TITLE in read) == (told, told)
    with here.scope():
        kept = list(Community.objects.get(pk=here.community.pk).open_features or ())
        opened = [name for name in kept if name != "challenges"] or ["forums", "blogs"]
        Community.objects.filter(pk=here.community.pk).update(open_features=opened)
    assert SAID not in page(here, here.sign_in(here.member), mine)
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(open_features=kept)
        forget_all()
        withdraw_entry(again(entry), by=here.member)
        assert not Thread.objects.get(pk=mine.pk).takes_part
    assert SAID not in page(here, here.sign_in(here.member), mine)


def test_pages_of_all_others_ask_nothing(here: Cast) -> None:
    with here.scope():
        threads = [make_thread(here.forum, by=here.member) for _number in range(2)]
        challenge = make_challenge(here, make_contests(), entry_kinds=["topic"])
        enter(here, challenge, here.member, thread=threads[0])
    client = here.sign_in(here.ambassador)

    def statements(thread: Thread) -> int:
        page(here, client, thread)
        with CaptureQueriesContext(connection) as captured:
            page(here, client, thread)
        return len(captured)

    assert statements(threads[0]) == statements(threads[1]) + 1
