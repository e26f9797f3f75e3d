"""Taking a tag off very many threads, a part at a time, so that it may stop anywhere and go on."""

from __future__ import annotations

from django.db import transaction

from communities.content.models import Tag, TaggedThread
from communities.content.permissions import can_keep_tags
from communities.content.services.tagging import recount_tags
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import record
from communities.models import Membership

# So many threads change hands while a page waits, and stand in one line of the journal; more by the worker.
AT_ONCE = 2_000
REFILED = "tag_refiled"


def is_large(tag: Tag) -> bool:
    """Whether it files more threads than change at once."""
    return bool(TaggedThread.objects.filter(tag=tag)[AT_ONCE : AT_ONCE + 1].count())


def was_refiled(tag: Tag) -> bool:
    """Whether parts of what it filed are elsewhere by now: then it cannot be brought back as it was."""
    return Change.objects.of(REFILED, tag.pk).exists()


@transaction.atomic
def refile_some(tag: Tag, *, by: Membership, into: Tag | None = None) -> bool:
    """Take a tag off the next threads, and file them under another one, if one is named. Whether no more than one act
    can do is left. Two at once take turns. Raises NotAllowed.
    """
    if not can_keep_tags(by):
        raise NotAllowed
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    if not is_large(tag):
        return True
    links = TaggedThread.objects.filter(tag=tag).order_by("content_object_id")
    part = list(links.values_list("content_object_id", flat=True)[:AT_ONCE])
    moving = TaggedThread.objects.filter(tag=tag, content_object__in=part)
    if into is not None:
        both = TaggedThread.objects.filter(tag=into, content_object__in=part).values("content_object_id")
        moving.exclude(content_object__in=both).update(tag=into)
    TaggedThread.objects.filter(tag=tag, content_object__in=part).delete()
    recount_tags(tag.community_id, {tag.pk, *([into.pk] if into else [])})
    record(
        by,
        REFILED,
        what=tag.name,
        about=tag.pk,
        before={"threads": part},
        after={"into": into.name if into else ""},
    )
    return not is_large(tag)
