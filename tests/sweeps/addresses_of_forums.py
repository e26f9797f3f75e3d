"""Addresses of what is done with a thread of a forum, beside reading and answering it."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import AUTHOR_AND_JUDGES, JUDGES, only

THREAD, QUESTION, POST = {"slug": "thread.slug"}, {"slug": "question.slug"}, {"public_id": "post.public_id"}
# Of the ambassador.
ANSWER, ITS_WRITER_AND_JUDGES = (
    {"public_id": "answer.public_id"},
    only("ambassador", "moderator", "manager", "owner"),
)

FORUMS = {
    "p/<uuid:public_id>/wiki/": Address(AUTHOR_AND_JUDGES, POST, post=AUTHOR_AND_JUDGES, data={"wiki": "1"}),
    "p/<uuid:public_id>/as-comment/": act(ITS_WRITER_AND_JUDGES, **ANSWER),
    "p/<uuid:public_id>/as-answer/": act(ITS_WRITER_AND_JUDGES, **ANSWER),
    "forums/t/<words:slug>/asked-before/": Address(
        AUTHOR_AND_JUDGES, QUESTION, post=AUTHOR_AND_JUDGES, data={"original": "nowhere"}
    ),
    "forums/t/<words:slug>/still-open/": Address(
        AUTHOR_AND_JUDGES, QUESTION, post=AUTHOR_AND_JUDGES, data={"said": "alone"}
    ),
    "forums/t/<words:slug>/open-again/": act(AUTHOR_AND_JUDGES, **QUESTION),
    "forums/t/<words:slug>/ask-members/": act(AUTHOR_AND_JUDGES, **QUESTION),
    "forums/t/<words:slug>/assign/": Address(JUDGES, THREAD, post=JUDGES, data={"to": "@here.manager.pk"}),
    "forums/t/<words:slug>/feature/": Address(JUDGES, THREAD, post=JUDGES, data={"until": ""}),
    "forums/t/<words:slug>/unfeature/": act(JUDGES, **THREAD),
    "forums/t/<words:slug>/unassign/": act(JUDGES, **THREAD),
}
