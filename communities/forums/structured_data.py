"""A thread in the terms of schema.org, for search engines. Only what the page shows; texts in extract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any

from communities.content.models import Post, Thread
from communities.content.text.spoilers import covered
from communities.models import Membership

_TAGS = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+")
LONGEST = 500
# Beside the accepted one: enough to choose from, and no second copy of a long page.
MOST_SUGGESTED = 5


def opening(html: str, length: int = LONGEST) -> str:
    """The first words of a stored text, cheaply: no parser runs on a page that is only read."""
    return _opening(covered(html)[: length * 4], length)


@lru_cache(maxsize=512)
def _opening(start: str, length: int) -> str:
    # A tag may be cut at the end of the stretch.
    text = unescape(
        _TAGS.sub(" ", start.rpartition("<")[0] if start.rfind("<") > start.rfind(">") else start)
    )
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= length else f"{text[: length - 1].rpartition(' ')[0]}…"


def describe_thread(
    thread: Thread,
    first: Post,
    accepted: Post | None,
    *,
    url: str,
    root: str,
    answers: int,
    others: Iterable[Post] = (),
) -> dict[str, Any]:
    """`url` is the thread's canonical address, `root` the scheme and host before its paths; `answers` how many
    replies answer it, rather than speak of an answer; `others` what else the page shows."""
    body: dict[str, Any] = {
        "author": _person(thread.author),
        "datePublished": thread.published_at.isoformat() if thread.published_at else "",
        "text": opening(first.body_html),
        "url": url,
    }
    if thread.asks:
        question: dict[str, Any] = {
            "@type": "Question",
            "name": thread.title,
            "answerCount": answers,
            **body,
        }
        if thread.vote_score:
            question["upvoteCount"] = thread.vote_score
        if accepted is not None:
            question["acceptedAnswer"] = _answer(thread, accepted, root)
        more = [_answer(thread, one, root) for one in _suggested(thread, others, accepted)]
        if more:
            question["suggestedAnswer"] = more
        return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question}
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": thread.title,
        "commentCount": thread.reply_count,
        **body,
    }


def _suggested(thread: Thread, others: Iterable[Post], accepted: Post | None) -> Iterator[Post]:
    """The first answers of the page that nobody has accepted. What speaks of an answer is none, and what the asker
    adds hardly ever is."""
    taken = accepted.pk if accepted is not None else None
    asker = thread.author_id or 0
    answers = (
        one
        for one in others
        if (one.position or 0) > 1 and one.is_published and not one.is_comment and one.pk != taken
        if one.author_id != asker
    )
    return islice(answers, MOST_SUGGESTED)


def _answer(thread: Thread, post: Post, root: str) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "text": opening(post.body_html),
        "author": _person(post.author),
        "datePublished": post.published_at.isoformat() if post.published_at else "",
        "upvoteCount": int(post.reactions.get("useful", 0)),
        "url": f"{root}{thread.url_of(post.position or 1)}",
    }


def _person(membership: Membership | None) -> dict[str, str]:
    return {"@type": "Person", "name": membership.display_name if membership else "–"}
