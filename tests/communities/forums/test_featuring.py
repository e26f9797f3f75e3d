"""Featured threads: on top of their space and on the home page, until a day, for those who may read them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.calendar import today
from communities.content.models import Space, Thread
from communities.content.services.moving import begin_move, move_some
from communities.content.services.moving_one import move_thread
from communities.exceptions import NotAllowed
from communities.forums.exceptions import FeatureError
from communities.forums.featuring import (
    MOST_FEATURED,
    feature_of,
    feature_thread,
    last_day_of,
    unfeature_thread,
)
from communities.forums.models import FeaturedThread
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread

DAY = datetime.timedelta(days=1)


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        made = make_thread(here.forum, by=here.member, title="Quokka aloft")
        feature_thread(made, by=here.moderator, community=here.community)
    forget_all()
    return made


def shown(here: Cast, who: Membership | None, path: str) -> bool:
    forget_all()
    page = here.sign_in(who).get(here.url(path)).content.decode()
    return "Featured" in page and "Quokka aloft" in page.partition('class="picks"')[2].partition("</ul>")[0]


def test_it_stands_on_top_of_its_space_and_on_the_home_page(here: Cast, thread: Thread) -> None:
    space = f"/forums/f/{here.forum.slug}/"
    for who in (None, here.member, here.manager):
        assert shown(here, who, space)
        assert shown(here, who, "/")
    assert shown(here, None, f"{space}?order=new")
    assert not shown(here, None, f"{space}?filter=unanswered")
    with here.scope():
        FeaturedThread.objects.update(ends_at=timezone.now() - datetime.timedelta(seconds=1))
    for path in (space, "/"):
        assert not shown(here, None, path)


def test_who_may_not_read_it_does_not_see_it(here: Cast, elsewhere: Cast, thread: Thread) -> None:
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(audience="team")
    assert not shown(here, None, "/")
    assert not shown(here, here.member, "/")
    assert shown(here, here.manager, "/")
    assert not shown(elsewhere, None, "/")
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(audience="public")
        Thread.objects.filter(pk=thread.pk).update(state="hidden")
    assert not shown(here, None, "/")


def test_one_press_with_its_undo_and_a_day(here: Cast, thread: Thread) -> None:
    path = here.url(f"/forums/t/{thread.slug}/")
    team = here.sign_in(here.moderator)
    assert team.post(f"{path}unfeature/").status_code == 302
    assert f'formaction="{path}feature/"' in team.get(path).content.decode()
    answer = team.post(f"{path}feature/", follow=True).content.decode()
    assert "It is featured: until when" in answer
    assert f'action="{path}unfeature/"' in answer
    last = today(here.community) + 3 * DAY
    assert team.post(f"{path}feature/", {"until": last.isoformat()}).status_code == 302
    with here.scope():
        row = feature_of(thread)
        assert row is not None
        assert row.ends_at is not None
        assert row.ends_at > timezone.now() + 3 * DAY
    assert f'value="{last:%d/%m/%Y}"' in team.get(f"{path}feature/").content.decode()
    for typed in ("nonsense", (last - 9 * DAY).isoformat(), (last + 900 * DAY).isoformat()):
        refused = team.post(f"{path}feature/", {"until": typed})
        assert refused.status_code == 422
        assert typed[:4] in refused.content.decode()


def test_undo_brings_the_former_day_back_and_one_press_changes_none(here: Cast, thread: Thread) -> None:
    path = here.url(f"/forums/t/{thread.slug}/")
    team = here.sign_in(here.moderator)
    first, second = (today(here.community) + n * DAY for n in (3, 5))

    def last_day() -> datetime.date | None:
        with here.scope():
            row = feature_of(thread)
            assert row is not None
            return last_day_of(row, here.community)

    for until, former in ((first, ""), (second, first.isoformat())):
        answer = team.post(f"{path}feature/", {"until": until.isoformat()}, follow=True).content.decode()
        assert last_day() == until
        assert f'action="{path}feature/?back={former}"' in answer
    # The button of a page on which it was not featured yet.
    assert "It is featured already" in team.post(f"{path}feature/", follow=True).content.decode()
    assert last_day() == second
    team.post(f"{path}feature/?back={first.isoformat()}")
    assert last_day() == first
    team.post(f"{path}feature/?back=")
    assert last_day() is None


def test_a_space_never_holds_more_than_it_features(here: Cast, thread: Thread) -> None:
    with here.scope():
        other = make_space()
        there = [make_thread(other, by=here.member) for _ in range(MOST_FEATURED)]
        for one in there:
            feature_thread(one, by=here.manager, community=here.community)
        move_thread(thread, target=other, by=here.manager)
        assert {row.thread_id for row in FeaturedThread.objects.all()} == {one.pk for one in there}
        ended = Change.objects.newest().first()
        assert ended is not None
        assert (ended.about, ended.after["featured"]) == (str(thread.pk), False)
        # What is hidden keeps its place, is named where it is in the way, and can be taken away.
        hidden = there[0]
        Thread.objects.filter(pk=hidden.pk).update(state="hidden", title="Ballast")
        with pytest.raises(FeatureError, match="Ballast"):
            feature_thread(thread, by=here.manager, community=here.community)
    team, path = here.sign_in(here.moderator), here.url(f"/forums/t/{hidden.slug}/")
    assert f'formaction="{path}unfeature/"' in team.get(path).content.decode()
    assert team.post(f"{path}unfeature/").status_code == 302
    with here.scope():
        assert feature_of(hidden) is None
        # Of many that come, those that were featured last stay.
        feature_thread(thread, by=here.manager, community=here.community)
        late = make_thread(here.forum, by=here.member)
        feature_thread(late, by=here.manager, community=here.community)
        move_some(begin_move(here.forum, other, by=here.manager).pk)
        left = {row.thread_id for row in FeaturedThread.objects.all()}
        assert left == {there[2].pk, thread.pk, late.pk}


def test_the_journal_undoes_it(here: Cast, thread: Thread) -> None:
    with here.scope():
        first = Change.objects.newest().first()
        assert first is not None
        feature_thread(thread, by=here.moderator, community=here.community, until=today(here.community) + DAY)
        second = Change.objects.newest().first()
        assert second is not None
        undo(second, by=here.manager)
        row = feature_of(thread)
        assert row is not None
        assert row.ends_at is None
        unfeature_thread(thread, by=here.moderator, community=here.community)
        third = Change.objects.newest().first()
        assert third is not None
        undo(third, by=here.manager)
        assert feature_of(thread) is not None
    page = here.sign_in(here.manager).get(here.url("/manage/journal/"))
    assert "Featured thread" in page.content.decode()


def test_a_space_features_a_few(here: Cast, thread: Thread) -> None:
    with here.scope():
        more = [make_thread(here.forum, by=here.member) for _ in range(MOST_FEATURED)]
        for one in more[:-1]:
            feature_thread(one, by=here.manager, community=here.community)
        with pytest.raises(FeatureError):
            feature_thread(more[-1], by=here.manager, community=here.community)
        FeaturedThread.objects.filter(thread=thread).update(ends_at=timezone.now())
        assert feature_thread(more[-1], by=here.manager, community=here.community)
        assert not feature_thread(more[-1], by=here.manager, community=here.community)


def test_only_those_who_look_after_the_space(here: Cast, elsewhere: Cast, thread: Thread) -> None:
    path = here.url(f"/forums/t/{thread.slug}/")
    with here.scope():
        other = make_space()
        local = make_membership(role="moderator", role_spaces=[other.pk])
    for person in (here.member, here.ambassador, local):
        for act in ("feature", "unfeature"):
            assert here.sign_in(person).post(f"{path}{act}/").status_code == 403
        with here.scope(), pytest.raises(NotAllowed):
            unfeature_thread(thread, by=person, community=here.community)
    stranger = elsewhere.sign_in(elsewhere.manager)
    assert stranger.post(elsewhere.url(f"/forums/t/{thread.slug}/feature/")).status_code == 404


def test_a_reply_becomes_a_wiki_from_its_menu(here: Cast, thread: Thread) -> None:
    with here.scope():
        reply = make_reply(thread, by=here.member)
    for person, may in ((here.member, True), (here.moderator, True), (here.ambassador, False)):
        client = here.sign_in(person)
        menu = client.get(here.url(f"/forums/t/{thread.slug}/?menu={reply.public_id}")).content.decode()
        assert (f"p/{reply.public_id}/wiki/" in menu) is may
    team = here.sign_in(here.moderator)
    assert team.post(here.url(f"/p/{reply.public_id}/wiki/"), {"wiki": "1"}).status_code == 302
    page = here.sign_in(here.ambassador).get(here.url(f"/forums/t/{thread.slug}/?menu={reply.public_id}"))
    assert f"p/{reply.public_id}/edit/" in page.content.decode()
