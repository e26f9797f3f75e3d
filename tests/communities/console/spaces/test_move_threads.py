"""Moving all threads: asked first, in parts, resumable; addresses, counters and cases go along."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from communities.content.models import Redirect, Space, Subscription, Thread, ThreadMove
from communities.content.queries import recount_community
from communities.content.services import moving
from communities.content.services.moving import begin_move, move_some
from communities.content.tasks import move_threads, resume_moves
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.memory import forget_all
from moderation.models import Case
from moderation.services import report_post
from tests.communities.console.spaces.conftest import Team
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread


@pytest.fixture
def deck(here: Cast) -> Space:
    with here.scope():
        space: Space = make_space(slug="deck", name="Deck gear")
        return space


def ask(team: Team, source: Space, target: Space, **more: Any) -> Any:
    return team.post(f"/manage/spaces/{source.pk}/move-threads/", {"target": target.pk, **more})


def sure_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.split('name="sure" value="')[1].split('"')[0].replace("&quot;", '"')


def test_all_of_it_moves_and_addresses_keep_working(here: Cast, team: Team) -> None:
    with here.scope():
        log = make_space(kind="blog", slug="log", name="The log", posting="authors")
        article = make_thread(here.blog, by=here.manager, title="A refit", tags=["boat"])
        make_reply(article, by=here.member)
        make_thread(here.blog, by=here.manager, title="Not yet", state="draft")
        Subscription.objects.create(membership=here.member, space=here.blog)
        recount_community(here.community.pk)  # factories count nothing of people
    asked = ask(team, here.blog, log)
    assert asked.status_code == 422
    assert "The same people read them there." in asked.content.decode()
    assert ask(team, here.blog, log, sure=sure_of(asked)).status_code == 302
    page = team.get(f"/manage/spaces/{here.blog.pk}/move-threads/").content.decode()
    assert "2 threads are in “The log”." in page
    forget_all()
    visitor = here.sign_in(None)
    answer = visitor.get(here.url(f"/blogs/journal/{article.slug}/"))
    assert (answer.status_code, answer["Location"]) == (301, here.url(f"/blogs/log/{article.slug}/"))
    assert visitor.get(answer["Location"]).status_code == 200
    with here.scope():
        assert Thread.objects.filter(space=log).count() == 2
        assert not Thread.objects.filter(space=here.blog).exists()
        assert recount_community(here.community.pk) == {}
        assert Redirect.objects.count() == 1, "a draft had no address that anybody kept"
        assert Subscription.objects.filter(space=log, membership=here.member).exists()
        change = Change.objects.newest().first()
        assert change is not None
        assert (change.act, change.after["space"]) == ("move_threads", "The log")
    assert team.post(f"/manage/spaces/{here.blog.pk}/delete/", {}).status_code == 302


def test_other_readers_are_said_before(here: Cast, team: Team, deck: Space) -> None:
    with here.scope():
        make_thread(here.forum, by=here.manager)
        Space.objects.filter(pk=deck.pk).update(audience="team")
    asked = ask(team, here.forum, deck).content.decode()
    assert "1 thread leaves search engines" in asked
    assert "members will not read it any more" in asked
    with here.scope():
        Space.objects.filter(pk=deck.pk).update(audience="public")
        Space.objects.filter(pk=here.forum.pk).update(audience="team")
    wider = ask(team, here.forum, deck)
    assert "1 thread will be open to everybody and to search engines." in wider.content.decode()
    assert "members will read it who did not." in wider.content.decode()


def test_many_go_in_parts_and_a_killed_worker_loses_nothing(
    here: Cast, deck: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        threads = [make_thread(here.forum, by=here.manager) for _n in range(5)]
        recount_community(here.community.pk)
        move = begin_move(here.forum, deck, by=here.owner)
        again = begin_move(here.forum, deck, by=here.owner)
        assert again.pk == move.pk
        assert not move_some(move.pk, at_most=2)
        move.refresh_from_db()
        assert (move.moved, move.total, move.is_finished) == (2, 5, False)
        assert Thread.objects.filter(space=deck).count() == 2
    # The worker is gone; something is written meanwhile; the beat takes it up.
    with here.scope():
        late = make_thread(here.forum, by=here.manager)
        recount_community(here.community.pk)
        stopped = timezone.now() - moving.STOPPED_AFTER * 2
        ThreadMove.objects.filter(pk=move.pk).update(worked_at=stopped)
    assert resume_moves() == 1
    with here.scope():
        move.refresh_from_db()
        assert move.is_finished
        assert move.moved == 6
        assert set(Thread.objects.filter(space=deck).values_list("pk", flat=True)) == {
            thread.pk for thread in [*threads, late]
        }
        assert move_some(move.pk), "done is done"
        assert recount_community(here.community.pk) == {}
    move_threads(community_id=here.community.pk, move_id=move.pk)
    assert resume_moves() == 0


def test_a_part_sends_for_the_next(here: Cast, deck: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, int]] = []
    monkeypatch.setattr(move_threads, "delay_on_commit", lambda **options: sent.append(options))
    with here.scope():
        for _n in range(3):
            make_thread(here.forum, by=here.manager)
        move = begin_move(here.forum, deck, by=here.owner)
    monkeypatch.setattr("communities.content.tasks.move_some", lambda pk: move_some(pk, at_most=2))
    move_threads(community_id=here.community.pk, move_id=move.pk)
    assert sent == [{"community_id": here.community.pk, "move_id": move.pk}]
    move_threads(community_id=here.community.pk, move_id=move.pk)
    assert len(sent) == 1
    with here.scope():
        assert Thread.objects.filter(space=deck).count() == 3


def test_cases_go_along(here: Cast, deck: Space) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        report_post(thread.opening(), by=here.ambassador, category="spam")
        move_some(begin_move(here.forum, deck, by=here.owner).pk)
        assert Case.objects.get().space_id == deck.pk


def test_what_cannot_be_moved_is_said(here: Cast, team: Team, deck: Space) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        begin_move(here.forum, deck, by=here.moderator)
    page = team.get(f"/manage/spaces/{here.forum.pk}/move-threads/").content.decode()
    assert "This space has no threads." in page
    assert ask(team, here.forum, here.blog).status_code == 422, "another kind"
    assert ask(team, here.forum, here.forum).status_code == 422
    with here.scope():
        make_thread(here.forum, by=here.manager)
        make_thread(deck, by=here.manager)
        begin_move(here.forum, deck, by=here.owner)
    asked = ask(team, deck, here.forum)
    back = ask(team, deck, here.forum, sure=sure_of(asked))
    assert back.status_code == 422
    assert "Threads are on their way into or out of it." in back.content.decode()
