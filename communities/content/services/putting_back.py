"""Putting an earlier version of a text back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.content.addresses import to_shown
from communities.content.models import Post, Revision, Thread
from communities.content.services.editing import edit_post
from communities.models import Membership


@transaction.atomic
def put_version_back(post: Post, *, number: int, by: Membership) -> Post:
    """Make the text what it was in this version; what stands there now is kept as one. Its title stays.

    Raises Revision.DoesNotExist, and what `edit_post` raises: it is judged as any change is, and may wait.
    """
    version = Revision.objects.get(post=post, number=number)
    written = bool(version.body_source)
    saved = edit_post(
        post,
        by=by,
        body=to_shown(version.body_source or version.body_html),
        body_format=version.body_format if written else Post.Format.HTML,
        reason=_("Version %(n)s put back") % {"n": number + 1},
        keeps=True,
    )
    if post.is_body:
        # Whoever has the former text in their editor is told that somebody saved meanwhile.
        Thread.objects.filter(pk=post.thread_id).update(version=F("version") + 1)
    return saved
