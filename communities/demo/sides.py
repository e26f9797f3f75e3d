"""What articles and questions have beside their thread, through the services of blogs and forums."""

from __future__ import annotations

import uuid

from communities.blogs.services import About, Draft, write_article
from communities.content.models import Post, Space, Thread
from communities.demo.reading import Entry
from communities.forums.models import Question
from communities.forums.services import accept_answer
from communities.models import Community, Membership


def draft_article(
    space: Space, said: Entry, *, body: str, by: Membership, community: Community, submission: uuid.UUID
) -> Thread:
    """An article as its file says, not published yet."""
    draft = Draft(
        title=said["title"],
        body=body,
        tags=said["tags"],
        co_authors=said["authors"][1:],
        language=said["lang"],
        about=About(excerpt=said["excerpt"], cover_drawing=said["art"], cover_alt=said.get("art_alt", "")),
    )
    return write_article(space, by=by, community=community, draft=draft, submission=submission)


def accept(thread: Thread, post: Post) -> None:
    """The asker says which answer helped, dated as the answer."""
    if thread.author is not None:
        accept_answer(thread, post=post, by=thread.author)
        Question.objects.filter(thread=thread).update(accepted_at=post.published_at)
