"""Addresses of what stands under texts: polls here, calls in a file of their own."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.addresses_of_calls import CALLS
from tests.sweeps.audiences import ALL_MEMBERS, AUTHOR_AND_JUDGES, EVERYBODY

POLL, NAMED = {"pk": "poll.pk"}, {"pk": "poll_named.pk"}
SAID = {
    "poll_question": "Which knot?",
    "poll_options": "Bowline\nHitch",
    "poll_way": "one",
    "poll_shown": "always",
}

POLLS = {
    "polls/<int:pk>/": Address(EVERYBODY, NAMED),
    "polls/<int:pk>/vote/": act(ALL_MEMBERS, {"rank-0": "1"}, **NAMED),
    "polls/<int:pk>/votes/": Address(ALL_MEMBERS, NAMED),
    "polls/<int:pk>/edit/": Address(AUTHOR_AND_JUDGES, POLL, post=AUTHOR_AND_JUDGES, data=SAID),
    "polls/<int:pk>/close/": act(AUTHOR_AND_JUDGES, pk="poll_in_reply.pk"),
    "polls/<int:pk>/remove/": act(AUTHOR_AND_JUDGES, **POLL),
    "polls/<int:pk>/answers/": act(ALL_MEMBERS, {"answer": "Flax of the east"}, pk="poll_adding.pk"),
    "polls/<int:pk>/repeat/": Address(
        AUTHOR_AND_JUDGES,
        POLL,
        post=AUTHOR_AND_JUDGES,
        data={"repeat_every": "week", "repeat_starts": "2060-01-01T10:00", "repeat_days": "5"},
    ),
    "polls/<int:pk>/repeat/stop/": act(AUTHOR_AND_JUDGES, **POLL),
    "polls/<int:pk>/former/": Address(EVERYBODY, NAMED),
    "polls/under/<uuid:public_id>/": Address(
        AUTHOR_AND_JUDGES, {"public_id": "bare_post.public_id"}, post=AUTHOR_AND_JUDGES, data=SAID
    ),
} | CALLS
