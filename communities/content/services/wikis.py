"""Letting members edit a text, and ending that; and whose words stand in it."""

from __future__ import annotations

from django.db import transaction

from communities.content.models import Post
from communities.content.permissions import can_open_wiki, is_author
from communities.content.services.holding import hold_text
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Membership
from communities.signals import wiki_set

ACT = "wiki"


@transaction.atomic
def set_wiki(post: Post, *, is_wiki: bool, by: Membership) -> bool:
    """Let members edit a text, or its author alone again; False where it is so already. What it was before is read by
    those whose it was. Where the team does it, its author is told, and the journal can undo it. Raises NotAllowed."""
    post = hold_text(post.pk)
    if not can_open_wiki(by, post):
        raise NotAllowed
    refuse_closed_space(by, post.thread.space)
    if is_wiki == (post.wiki_from is not None):
        return False
    post.wiki_from = post.revision_count if is_wiki else None
    post.save(update_fields=["wiki_from"])
    if not is_author(by, post):
        title = post.thread.title
        record(by, ACT, what=title, about=post.pk, before={"wiki": not is_wiki}, after={"wiki": is_wiki})
        wiki_set.send(sender=Post, post=post, by=by)
    return True


def last_writer(post: Post) -> Membership | None:
    """Whose words name somebody: its author’s, but for a wiki that somebody else has edited."""
    last = None
    if post.wiki_from is not None:
        versions = post.revisions.filter(number__gte=post.wiki_from).select_related("editor")
        last = versions.order_by("-number").first()
    return last.editor if last is not None else post.author
