"""States of what the newer kinds hold, and the pages that show them."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from analytics.capture.models import AudienceDay, Dimension
from communities.calendar import DAY, today
from communities.content.models import Thread
from communities.content.services import set_tags
from communities.forums.models import AssignedThread, FeaturedThread, SameQuestion
from communities.forums.services import accept_answer
from communities.polls.models import Poll
from communities.promotions.customers.services import answer_as_customer, ask_customer
from tests.factories import make_membership, make_reply, make_thread
from tests.sweeps.world import World


def make_kinds(world: World) -> dict[str, Any]:
    """A question that was asked before, one that somebody could be asked about, one that is given to somebody; a poll
    that comes back; a thread that is featured; a second customer; an article that was read."""
    here = world.here
    soon = timezone.now() + datetime.timedelta(days=7)
    Poll.objects.filter(pk=world.poll.pk).update(repeats="week", again_at=soon, days_open=5, month_day=1)
    asked_twice = make_thread(world.space, by=here.member, kind="question")
    SameQuestion.objects.create(thread=asked_twice, original=world.question)
    given = make_thread(world.space, by=here.member, kind="question")
    AssignedThread.objects.create(thread=given, assignee=here.manager, due_on=today(here.community) + DAY)
    known = make_thread(world.space, by=here.manager, kind="question", tags=["Splices"])
    knows = make_reply(known, by=make_membership(joined_at=timezone.now() - 30 * DAY))
    accept_answer(known, post=knows, by=here.manager)
    asked = make_thread(world.space, by=here.member, kind="question")
    set_tags(Thread.objects.get(pk=asked.pk), by=here.manager, names=["Splices"])
    FeaturedThread.objects.create(thread=known)
    ask_customer(here.ambassador.handle, by=here.marketing, quote="Never wet again.", target="")
    answer_as_customer(by=here.ambassador, agrees=True)
    _make_read(world)
    return {"asked_twice": asked_twice, "given": given, "asked_of_some": asked, "featured": known}


def _make_read(world: World) -> None:
    """An article that has been here for weeks, and was read."""
    days = [today(world.here.community) - n * DAY for n in range(1, 29)]
    Thread.objects.filter(pk=world.article.pk).update(published_at=timezone.now() - 60 * DAY)
    path = world.article.get_absolute_url().removeprefix(world.here.prefix)
    for day in days:
        AudienceDay.objects.create(dimension=Dimension.PAGE, key=path, day=day, page_views=20, visitors=15)


def seen_of_kinds(world: World) -> dict[str, list[str]]:
    """Each of a name that a menu leads to as well, by who opens it: of its author, of the team."""
    threads = "/forums/t/"
    return {
        "member": [
            f"{threads}{world.asked_twice.slug}/",
            f"{threads}{world.asked_of_some.slug}/",
            f"/polls/{world.poll.pk}/repeat/",
            f"/photos/p/{world.photo.post.public_id}/",
            f"/reviews/r/{world.review.slug}/",
            f"/events/e/{world.event_over.slug}/",
        ],
        "moderator": [f"{threads}{world.given.slug}/", f"{threads}{world.featured.slug}/"],
        "manager": [f"/reviews/of/{world.unreviewed.slug}/edit/"],
    }
