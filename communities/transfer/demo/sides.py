"""What articles and questions have beside their thread."""

from __future__ import annotations

import math

from communities.blogs.models import Article, CoAuthor
from communities.content.extracts import plain_text
from communities.content.models import Post, Thread
from communities.content.rendering import with_anchors
from communities.forums.models import Question
from communities.models import Membership
from communities.transfer.demo.reading import Entry

WORDS_A_MINUTE = 220


def make_article(thread: Thread, said: Entry, *, others: list[Membership]) -> None:
    """The article of a draft."""
    article = Article.objects.create(
        thread=thread,
        excerpt=said["excerpt"],
        cover_drawing=said["art"],
        cover_alt=said.get("art_alt", ""),
    )
    CoAuthor.objects.bulk_create(
        [
            CoAuthor(article=article, membership=other, place=place)
            for place, other in enumerate(others, start=1)
        ]
    )
    _describe(thread)


def _describe(thread: Thread) -> None:
    body = thread.posts.get()
    html, headings = with_anchors(body.body_html)
    Post.objects.filter(pk=body.pk).update(body_html=html)
    Article.objects.filter(thread=thread).update(
        reading_minutes=max(1, math.ceil(len(plain_text(html).split()) / WORDS_A_MINUTE)),
        contents=[{"level": one.level, "title": one.title, "anchor": one.anchor} for one in headings],
    )


def make_question(thread: Thread) -> Question:
    question, _created = Question.objects.get_or_create(thread=thread)
    return question


def accept(thread: Thread, post: Post) -> None:
    """The asker says which answer helped; at the moment of the next words in the thread, or of the answer."""
    Question.objects.filter(thread=thread).update(
        accepted=post, accepted_by=thread.author, accepted_at=post.published_at
    )
    Thread.objects.filter(pk=thread.pk).update(solved=True, answered=True)
