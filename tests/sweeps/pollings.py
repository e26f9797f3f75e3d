"""The polls of the sweeps’ world: one under a member’s thread, one by name in which the member has voted."""

from __future__ import annotations

from typing import Any

from communities.polls.models import Poll
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
    adding = add_poll(third, Wishes("", OPTIONS, additions=1), by=here.member)
    bare = make_thread(here.forum, by=here.member, title="Which knot to teach")
    return {"poll": poll, "poll_named": named, "poll_adding": adding, "bare_post": bare.opening()}
