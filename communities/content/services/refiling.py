"""Filing once more what was written elsewhere and has changed there since: the rows become what filing it anew would
have left, and keep who they are. Nobody is told, as when it was filed, and no revision is kept: the former words were
never written here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from communities.content.kinds import Filed
from communities.content.models import Post, State, Tag, TaggedThread, Thread, ThreadTitle
from communities.content.services.counting import settle_threads
from communities.content.services.filing import PostToFile, ThreadToFile, check_may_import
from communities.content.services.placing import LONGEST_REASON, PINNED
from communities.content.services.publishing import place_from, show_from
from communities.content.services.tagging import date_tags, new_link, recount_tags
from communities.models import Community, Membership
from members.signs import cut


@dataclass(slots=True)
class ThreadToRefile:
    """A filed thread as it is to be now; only the first of `new.posts` is looked at.

    `words` are the tags that the old site knows: no other is taken from the thread.
    """

    thread: Thread
    new: ThreadToFile
    words: Collection[int] = ()


@transaction.atomic
def refile_threads(
    batch: Sequence[ThreadToRefile], *, community: Community, by: Membership | None
) -> list[Filed]:
    """Bring filed threads up to date: words, dates, whether they are public; the caller holds the locks of their rows.

    Raises NotAllowed, ValueError for one that is to be a draft and has replies.
    """
    check_may_import(by)
    filed = [_refiled(one) for one in batch]
    public = [one.thread for one in batch if one.thread.is_published]
    _settle(community, [thread.pk for thread in public])
    for thread in public:
        # Replies that come next are counted from here.
        thread.refresh_from_db(fields=["last_position", "last_activity_at", "reply_count", "answered"])
    return filed


@transaction.atomic
def refile_replies(
    batch: Sequence[tuple[Post, PostToFile]], *, community: Community, by: Membership | None
) -> None:
    """Give filed replies their words and dates of today; the caller holds the locks of their threads.

    Raises NotAllowed.
    """
    check_may_import(by)
    for post, new in batch:
        post.author_id, post.body_html, post.body_source = new.author_id, new.html, new.html
        post.created_at, post.published_at, post.edited_at = new.written_at, new.written_at, new.edited_at
        post.save(
            update_fields=["author", "body_html", "body_source", "created_at", "published_at", "edited_at"]
        )
    _settle(community, {post.thread_id for post, _new in batch})


def refile_activity(threads: Collection[Thread]) -> None:
    """What is dated behind all its replies, as where old answers were moved to it, is as new as itself."""
    public = Thread.objects.filter(pk__in=[thread.pk for thread in threads], state=State.PUBLISHED)
    public.filter(last_activity_at__lt=F("published_at")).update(last_activity_at=F("published_at"))


def refile_scores(scores: Mapping[int, int]) -> None:
    """Keep what votes say of filed threads, by number; nobody votes on them here."""
    cases = [When(pk=pk, then=Value(score)) for pk, score in scores.items()]
    if cases:
        now = Case(*cases, output_field=IntegerField())
        Thread.objects.filter(pk__in=list(scores)).exclude(vote_score=now).update(vote_score=now)


def _settle(community: Community, thread_ids: Collection[int]) -> None:
    # Whether somebody has answered is what the old site told when they were filed.
    settle_threads(community.pk, thread_ids, withdrawn=True, told=thread_ids)


def _refiled(one: ThreadToRefile) -> Filed:
    thread, new, opening = one.thread, one.new, one.new.posts[0]
    body = thread.opening()
    was_public = thread.is_published
    thread.title, thread.author_id, thread.created_at = new.title, opening.author_id, opening.written_at
    body.author_id, body.body_html, body.body_source = opening.author_id, opening.html, opening.html
    body.created_at, body.edited_at = opening.written_at, opening.edited_at
    if new.locked_reason or thread.locked_reason:
        thread.locked, thread.locked_reason = bool(new.locked_reason), cut(new.locked_reason, LONGEST_REASON)
    if new.state == State.DRAFT:
        _hide(thread, body)
        thread.scheduled_for = new.scheduled_for
    elif was_public:
        thread.published_at = opening.written_at
        place_from(body, 1, opening.written_at)
    else:
        show_from(thread, body, opening.written_at)
        thread.place(PINNED if new.pinned else 0)
    thread.save()
    body.save()
    ThreadTitle.objects.filter(thread=thread).update(title=new.title)
    _retag(thread, new.tags, one.words)
    return Filed(thread, [body], new.said)


def _hide(thread: Thread, body: Post) -> None:
    if thread.is_published and thread.posts.exclude(pk=body.pk).exists():
        raise ValueError(f"{thread.slug} has replies: they go before it is a draft")
    thread.state, thread.published_at, thread.last_activity_at = State.DRAFT, None, None
    thread.last_position, thread.reply_count = 0, 0
    thread.place(0)
    body.state, body.position, body.published_at = State.DRAFT, None, None


def _retag(thread: Thread, tags: Sequence[Tag], words: Collection[int]) -> None:
    standing = set(TaggedThread.objects.filter(content_object=thread).values_list("tag_id", flat=True))
    wanted = {tag.pk: tag for tag in tags}
    going = (standing & set(words)) - set(wanted)
    TaggedThread.objects.filter(content_object=thread, tag_id__in=going).delete()
    TaggedThread.objects.bulk_create(
        [new_link(thread, tag) for pk, tag in wanted.items() if pk not in standing]
    )
    date_tags(thread)
    if going:
        recount_tags(thread.community_id, going)
