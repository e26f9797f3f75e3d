"""Each construct of Markdown forty thousand times: from text to stored post, nothing grows faster than the text."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from django.db import connection

from communities.content.exceptions import ContentError
from communities.content.services import reply_to
from communities.content.text.rendering import MAX_CHARACTERS
from moderation.services.configuring import add_watch_word
from tests.conftest import Cast
from tests.factories import make_thread

MANY = 40_000
MOST = 4.0  # seconds of CPU; the ordinary one of them takes half a second, a square one half a minute
# On a slow machine: what grows with the text takes twice as long for twice the text, and a square four times.
AT_MOST_TIMES = 3.0
CONSTRUCTS = (
    "_a", "**a", "~~a", "`a", "[a", "![", "](", "<a", "&", "# ", "> ", "- ", "|a", "a\n=\n", "* a\n", "\\a",
    "@a", "www.a.b ", "a@b.c ", "://", "(", "\"", "\u200b", "😀", "[a]: b\n", "| a | b |\n",
)  # fmt: skip


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_a_reply_of_one_construct_is_stored_or_refused_in_no_time(here: Cast, construct: str) -> None:
    text = (construct * MANY)[:MAX_CHARACTERS]
    with here.scope():
        add_watch_word(by=here.owner, word="bad*word", action="hold")
        with connection.cursor() as cursor:
            # What the database takes is not seen by our own clock.
            cursor.execute("set local statement_timeout = '15s'")
        taken = seconds_for(here, text)
        if taken >= MOST:
            half = seconds_for(here, text[: len(text) // 2])
            assert taken < AT_MOST_TIMES * half, (
                f"{construct!r}: {taken:.1f} s, and {half:.1f} s for half of it"
            )


def seconds_for(here: Cast, text: str) -> float:
    thread = make_thread(here.forum, by=here.member, title="Mending a jib")
    began = time.process_time()
    # It may be refused, with a sentence.
    with suppress(ContentError):
        reply_to(thread, by=here.ambassador, body=text, body_format="markdown")
    return time.process_time() - began
