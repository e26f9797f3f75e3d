"""Whether a reply under a question answers it, or is a comment on the matter."""

from __future__ import annotations

from django.db import transaction

from communities.content.exceptions import AcceptedAnswers
from communities.content.kinds import kind_of
from communities.content.models import Post
from communities.content.permissions import can_set_comment, is_author
from communities.content.services.counting import settle_threads
from communities.content.services.holding import hold_text
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Membership
from communities.signals import comment_set

ACT = "comment"


@transaction.atomic
def set_comment(post: Post, *, is_comment: bool, by: Membership) -> bool:
    """Have a reply stand apart as a comment, or among the answers again; False where it does so already. A question
    that nobody else has answered waits for an answer again. Where the team says so, the journal can undo it.

    Raises NotAllowed; AcceptedAnswers for the answer that the asker has accepted.
    """
    post = hold_text(post.pk)
    thread = post.thread
    if not can_set_comment(by, post):
        raise NotAllowed
    refuse_closed_space(by, thread.space)
    if is_comment == post.is_comment:
        return False
    if is_comment and post.pk in kind_of(thread).bound_posts(thread):
        raise AcceptedAnswers
    post.is_comment = is_comment
    post.save(update_fields=["is_comment"])
    settle_threads(thread.community_id, [thread.pk])
    if not is_author(by, post):
        before, after = {"comment": not is_comment}, {"comment": is_comment}
        record(by, ACT, what=thread.title, about=post.pk, before=before, after=after)
    comment_set.send(sender=Post, post=post, by=by)
    return True
