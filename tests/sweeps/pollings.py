"""The polls of the sweeps’ world: one under a member’s thread, one by name in which the member has voted, one in a
reply."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from communities.calendar import DAY
from communities.content.services import reply_to
from communities.polls.models import Poll
from communities.polls.repeating import RepeatWishes, open_next, repeat_poll
from communities.polls.services import Wishes, add_poll
from communities.polls.voting import cast_vote
from tests.conftest import Cast
from tests.factories import make_thread

OPTIONS = ("Hemp of the north", "Cotton of the south", "Neither")


def make_polls(here: Cast) -> dict[str, Any]:
    plain = make_thread(here.forum, by=here.member, title="Which fibre holds")
    poll = add_poll(plain, Wishes("Which fibre, for a jib?", OPTIONS), by=here.member)
    second = make_thread(here.forum, by=here.member, title="Which fibre lasts")
    said = Wishes("", OPTIONS, way=Poll.Way.RANKED, named=True, changeable=True, shown=Poll.Shown.ALWAYS)
    named = add_poll(second, said, by=here.member)
    for voter, choices in ((here.member, (1, 0)), (here.manager, (0,)), (here.ambassador, (2, 1))):
        cast_vote(named, choices, by=voter)
    third = make_thread(here.forum, by=here.member, title="Which fibre is missing")
    first = add_poll(third, Wishes("", OPTIONS, additions=1), by=here.member)
    repeat_poll(first, RepeatWishes("week", timezone.now() + DAY, 5), by=here.member)
    Poll.objects.filter(pk=first.pk).update(again_at=timezone.now())
    open_next(first.pk, here.community)
    adding = Poll.objects.select_related("thread").get(thread=third, current=True)
    post = reply_to(plain, by=here.member, body="<p>Let us ask, then.</p>")
    replied = add_poll(plain, Wishes("Which of these two?", OPTIONS[:2]), by=here.member, post=post)
    bare = make_thread(here.forum, by=here.member, title="Which knot to teach")
    return {
        "poll": poll,
        "poll_named": named,
        "poll_adding": adding,
        "poll_in_reply": replied,
        "bare_post": bare.opening(),
    }
