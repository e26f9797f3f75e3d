"""Threads that somebody judged are evidence; and a reason for holding says itself in words."""

from __future__ import annotations

import pytest

from moderation.queries.evidence import threads_with_cases
from moderation.screening import NEWCOMER, PRE, WORD, reason_text
from moderation.services import report_post
from tests.conftest import Cast
from tests.factories import make_reply, make_thread


def test_a_thread_in_which_something_was_reported_is_evidence(here: Cast) -> None:
    with here.scope():
        threads = [make_thread(here.forum, by=here.member) for _number in range(2)]
        report_post(make_reply(threads[1], by=here.member), by=here.owner, category="spam")
        assert threads_with_cases([thread.pk for thread in threads]) == {threads[1].pk}


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (PRE, "here every text is read before it appears"),
        (NEWCOMER, "first posts of a new member"),
        (f"{WORD}casino", "watched word “casino”"),
        ("of another room", ""),
    ],
)
def test_a_reason_for_holding_in_words(reason: str, words: str) -> None:
    assert reason_text(reason) == words
