"""What a press is answered where it was made, and pages as they are before something is asked of them."""

from __future__ import annotations

import datetime
import re

from django.test import Client
from django.utils import timezone

from communities.content.models import Post, Space, Thread
from communities.content.services.keeping_unsent import Typed, keep_unsent
from communities.forums.services import accept_answer
from communities.memory import forget_all
from communities.models import Community
from communities.polls.models import Poll
from communities.polls.repeating import open_again
from tests.factories import make_reply, make_thread
from tests.sweeps.world import World, a_picture

IN_PLACE = {"HX-Request": "true"}
A_HOLIDAY = datetime.date(2027, 12, 25)


def refused_presses(world: World) -> None:
    follow, pin = (world.here.url(f"/forums/t/{world.question.slug}/{act}/") for act in ("follow", "pin"))
    assert Client().post(follow, headers=IN_PLACE).status_code == 401
    gone = world.here.url("/forums/t/nowhere/pin/")
    for path, status in ((pin, 403), (gone, 404)):
        assert world.client("member").post(path, headers=IN_PLACE).status_code == status


def a_locked_thread(world: World) -> None:
    with world.here.scope():
        Thread.objects.filter(pk=world.question.pk).update(locked=True, locked_reason="Enough said")
    page = world.client("member").get(world.here.url(f"/forums/t/{world.question.slug}/")).content.decode()
    assert "Enough said" in page
    with world.here.scope():
        Thread.objects.filter(pk=world.question.pk).update(locked=False, locked_reason="")


def a_draft_too_long(world: World) -> None:
    path = world.here.url(f"/forums/t/{world.question.slug}/reply/")
    sent = {"body": "x" * 120_000, "body_format": "markdown", "form_action": path, "written_on": path}
    assert world.client("member").post(world.here.url("/me/drafts/keep/"), sent).status_code == 422


def answers_by_use(world: World) -> None:
    with world.here.scope():
        thread = make_thread(world.space, by=world.here.member, kind="question")
        replies = [make_reply(thread, by=world.here.ambassador) for _number in range(21)]
        Post.objects.filter(pk=replies[0].pk).update(is_comment=True)
        accept_answer(thread, post=replies[5], by=world.here.member)
    path = world.here.url(f"/forums/t/{thread.slug}/?order=useful")
    page = world.client("member").get(path).content.decode()
    onward = re.search(r"order=useful&amp;after=([\d-]+)", page)
    assert onward is not None
    by_date = world.client("member").get(world.here.url(f"/forums/t/{thread.slug}/")).content
    assert b"solution-link" in by_date
    assert "Comments" in world.client("member").get(f"{path}&after={onward[1]}").content.decode()


def a_draft_of_a_locked_thread(world: World) -> None:
    with world.here.scope():
        thread = make_thread(world.space, by=world.here.moderator)
        typed = Typed(f"reply:{thread.pk}", "x/", "x/reply/", {"body": "Words"})
        unsent = keep_unsent(typed, by=world.here.member)
        Thread.objects.filter(pk=thread.pk).update(locked=True)
    page = world.client("member").get(world.here.url(f"/me/drafts/{unsent.pk}/" if unsent else "")).content
    assert b"can no longer be sent" in page


def an_empty_search(world: World) -> None:
    assert world.client("visitor").get(world.here.url("/search/")).status_code == 200
    # Nowhere to start a thread, where every space is for its team.
    with world.here.scope():
        kept = dict(Space.objects.values_list("pk", "posting"))
        Space.objects.update(posting="team")
    forget_all()
    page = world.client("member").get(world.here.url("/forums/new/")).content.decode()
    assert "No space is open" in page
    with world.here.scope():
        for pk, posting in kept.items():
            Space.objects.filter(pk=pk).update(posting=posting)
    forget_all()


def a_holiday(world: World) -> None:
    kept = world.here.community.settings
    Community.objects.filter(pk=world.here.community.pk).update(settings=kept | {"holidays": ["FR"]})
    forget_all()
    month = f"/manage/calendar/?view=list&day={A_HOLIDAY:%Y-%m-%d}"
    assert "Christmas Day" in world.client("owner").get(world.here.url(month)).content.decode()
    Community.objects.filter(pk=world.here.community.pk).update(settings=kept)
    forget_all()


def a_poll_as_it_goes(world: World) -> None:
    """Voted in, its result read, its words fixed, closed."""
    client, at = world.client("member"), world.here.url(f"/polls/{world.poll.pk}/")
    assert b"Members vote." in world.client("visitor").get(at).content
    with world.here.scope():
        Poll.objects.filter(pk=world.poll.pk).update(named=True)
    assert b"Those who have voted see it" in client.get(f"{at}votes/").content
    with world.here.scope():
        Poll.objects.filter(pk=world.poll.pk).update(named=False)
    assert client.post(f"{at}vote/", {}).status_code == 422
    assert client.post(f"{at}vote/", {"choice": "1"}).status_code == 302
    assert client.post(f"{at}vote/", {"choice": "0"}).status_code == 409
    assert b"Close it now" in client.get(f"{at}edit/").content
    assert b"Cotton of the south" in client.get(f"{at}edit/").content
    client.post(f"{at}close/")
    assert b"Poll closed" in world.client("visitor").get(at).content
    assert b"To the poll" in client.get(f"{at}edit/").content
    thread = world.poll.thread.slug
    assert b"Poll closed" in client.get(world.here.url(f"/forums/t/{thread}/")).content
    adding = world.here.url(f"/polls/{world.poll_adding.pk}/")
    assert b"This answer is already there" in client.post(f"{adding}answers/", {"answer": "neither"}).content
    _a_poll_comes_back(world, at)


def _a_poll_comes_back(world: World, at: str) -> None:
    client, here = world.client("member"), world.here
    soon = timezone.localtime(timezone.now() + datetime.timedelta(days=1))
    said = {"repeat_every": "week", "repeat_starts": f"{soon:%Y-%m-%dT%H:%M}", "repeat_days": "5"}
    assert client.post(f"{at}repeat/", said).status_code == 302
    assert b"No more polls after this one" in client.get(f"{at}repeat/").content
    assert b"Every week" in client.get(f"{at}edit/").content
    with here.scope():
        Poll.objects.filter(pk=world.poll.pk).update(again_at=timezone.now())
        open_again(here.community)
    assert b"Poll of" in client.get(f"{at}former/").content


def a_blog_of_ones_own(world: World) -> None:
    """Looked for, begun by somebody else, followed, changed in two windows, empty, ended."""
    visitor, manager, here = world.client("visitor"), world.client("manager"), world.here
    assert b"No blog has these words" in visitor.get(here.url("/blogs/people/?q=zzzz")).content
    assert b"Start my blog" in manager.get(here.url("/blogs/diaries/")).content
    assert manager.post(here.url("/blogs/new/"), {"space": "diaries"}).status_code == 302
    mine = here.url(f"/blogs/@{here.manager.handle}/")
    assert b"Your blog waits for its first article" in manager.get(mine).content
    assert b"Nothing has been published here yet" in visitor.get(mine).content
    followed = world.client("member").post(f"{mine}follow/", headers=IN_PLACE)
    assert b"Following" in followed.content
    assert manager.post(f"{mine}settings/", {"name": "x" * 81, "band": "tint"}).status_code == 422
    assert manager.post(f"{mine}settings/", {"band": "paper", "version": "0"}).status_code == 409
    assert manager.post(f"{mine}end/", {"sure": "1"}).status_code == 302


def an_article_past_its_editor(world: World) -> None:
    """Written on while it waits, looked for by its editor, nothing left to read."""
    member, here = world.client("member"), world.here
    at = f"/blogs/{world.reviewed_space.slug}/{world.submitted.slug}/"
    assert b"An editor of this blog reads the article" in member.get(here.url(f"{at}edit/")).content
    assert b"1 article waits to be read" in world.client("manager").get(here.url("/blogs/gazette/")).content
    assert b"Note on paragraph 1" in world.client("manager").get(here.url(f"{at}review/")).content


def a_thread_that_is_long(world: World) -> None:
    """Summed up; then merged, after a look at both; and split, which can be taken back."""
    with world.here.scope():
        thread = make_thread(world.space, by=world.here.member, title="A long one")
        replies = [make_reply(thread, by=world.here.ambassador) for _number in range(39)]
        Post.objects.filter(pk=replies[0].pk).update(reaction_count=2)
    visitor, url = world.client("visitor"), world.here.url
    assert b"Posts to begin with" in visitor.get(url(f"/t/{thread.slug}/summary/")).content
    path = url(f"/t/{thread.slug}/merge/")
    moderator = world.client("moderator")
    assert b"Merge the threads" in moderator.post(path, {"into": world.thread.title}).content
    sent = {"title": "Out of a long one", "posts": [str(replies[-1].pk)]}
    assert (
        b"These posts come from" in moderator.post(url(f"/t/{thread.slug}/split/"), sent, follow=True).content
    )
    assert b"Posts of this thread became" in moderator.get(url(f"/forums/t/{thread.slug}/")).content


def an_offer_as_it_goes(world: World) -> None:
    """Read by whom it is for and by who has a code; its picture; a list of which a line was refused."""
    at, desk = f"/offers/{world.code_offer.offer.slug}/", f"/manage/offers/{world.code_offer.pk}/"
    team, url = world.client("marketing"), world.here.url
    typed = {"title": "Splicing kit", "opens_at": "2026-01-01 08:00", "whom": "members", "way": "own"}
    assert team.post(url(f"{desk}edit/"), typed | {"file": a_picture()}).status_code == 302
    assert b"offer-picture" in world.client("ambassador").get(url(at)).content
    assert b"Offers for you" in world.client("ambassador").get(url("/")).content
    assert b"SPLICE-1" in world.client("member").get(url(at)).content
    assert b"was not accepted" in team.post(url(f"{desk}codes/"), {"text": "A-1\nnot a code"}).content
