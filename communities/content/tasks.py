"""Periodic work on content: rows that are due, found by one function across the wall."""

from __future__ import annotations

import json
import logging

from celery import shared_task
from django.utils import timezone

from communities.content.kinds import KINDS
from communities.content.models import Tag
from communities.content.queries import recount_community
from communities.content.redirect_hits import store_hits
from communities.content.services import carding, publish_due, retire_due
from communities.content.services.folding import fold_spaces
from communities.content.services.keeping_unsent import UNSENT_LIVES, sweep_unsent
from communities.content.services.left_files import take_away_left
from communities.content.services.moving import STOPPED_AFTER, move_some, moves_to_resume
from communities.content.services.tag_keeping import forbid_tag, merge_tags
from communities.content.services.tag_moving import refile_some
from communities.content.services.uploading import ORPHANS_LIVE, sweep_orphans
from communities.models import Community, Membership
from communities.queries import communities_by_question
from communities.scoping import active_community_id
from communities.tasks import CommunityTask, in_each, inside_each, one_by_one
from members.jobs import KeptTask
from members.rounds import SHORT, Periodic

logger = logging.getLogger(__name__)


@shared_task(base=Periodic, budget=SHORT)
def publish_due_threads() -> int:
    """Publish what is scheduled and due, one community and one transaction at a time."""
    ids = communities_by_question("select communities_with_due_threads(%s)", [timezone.now()])
    return inside_each(ids, publish_due)


@shared_task(base=Periodic, budget=SHORT)
def retire_due_threads() -> int:
    """Take back what was to be public until now, one community and one transaction at a time; how many."""
    ids = communities_by_question("select communities_with_threads_to_retire(%s)", [timezone.now()])
    return inside_each(ids, retire_due)


@shared_task(base=Periodic)
def store_redirect_hits() -> int:
    """Bring into the table how often former addresses were followed; how many they were."""
    return store_hits()


@shared_task(base=Periodic)
def recount_all() -> int:
    """Repair counters that drifted; how many rows were wrong. Those that did are found in one pass over all."""
    return inside_each(communities_by_question("select communities_with_wrong_counters()", []), _recount)


def _recount(community: Community) -> int:
    wrong = recount_community(community.pk)
    for name, rows in wrong.items():
        logger.info("recounted", extra={"community": community.pk, "what": name, "rows": rows})
    return sum(wrong.values())


@shared_task(base=Periodic)
def sweep_uploads() -> int:
    """Delete pictures that no post took within a day; how many went."""
    ids = communities_by_question("select communities_with_old_uploads(%s)", [timezone.now() - ORPHANS_LIVE])
    return inside_each(ids, lambda _community: sweep_orphans())


@shared_task(base=Periodic)
def sweep_left_files() -> int:
    """Delete the files that the store did not take away while it was away; how many went."""
    return take_away_left()


@shared_task(base=Periodic)
def sweep_unsent_texts() -> int:
    """Delete what was typed and never sent, once nobody has come back for it for long; how many went."""
    ids = communities_by_question("select communities_with_old_unsent(%s)", [timezone.now() - UNSENT_LIVES])
    return inside_each(ids, lambda _community: sweep_unsent())


@shared_task(base=Periodic)
def fold_almost_empty() -> int:
    """Fold and unfold spaces of communities whose launch is under way; how many changed."""
    minimums = json.dumps({kind.name: kind.minimum for kind in KINDS})
    ids = communities_by_question("select communities_with_spaces_to_fold(%s)", [minimums])
    return inside_each(ids, fold_spaces)


@shared_task(base=CommunityTask)
def move_threads(move_id: int) -> None:
    """Move a part of a space's threads and send for the next: each part is a transaction of its own."""
    if not move_some(move_id):
        move_threads.delay_on_commit(community_id=active_community_id(), move_id=move_id)


@shared_task(base=CommunityTask)
def refile_tag(tag_id: int, by_id: int, into_id: int | None = None) -> None:
    """Take a tag off a part of its many threads and send for the next; at the end, merge it or forbid it. Whoever asks
    again goes on where it stopped."""
    tag, by = Tag.objects.filter(pk=tag_id).first(), Membership.objects.active().filter(pk=by_id).first()
    into = Tag.objects.filter(pk=into_id).first() if into_id else None
    if tag is None or by is None or (into_id and into is None):
        return
    if not refile_some(tag, by=by, into=into):
        refile_tag.delay_on_commit(
            community_id=active_community_id(), tag_id=tag_id, by_id=by_id, into_id=into_id
        )
    elif into is not None:
        merge_tags(tag, into=into, by=by)
    else:
        forbid_tag(tag, by=by)


@shared_task(base=KeptTask)
def make_cards(community_id: int, post_id: int) -> int:
    """Titles and pictures of the addresses that stand alone in a text; how many have them. It opens its own scopes: no
    transaction waits for other sites."""
    return carding.make_cards(community_id, post_id)


@shared_task(base=Periodic)
def resume_moves() -> int:
    """Take up moves that nobody has worked on for a while; how many."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_moves(%s)", [now - STOPPED_AFTER])
    return in_each(
        ids, lambda community: one_by_one(community, lambda: moves_to_resume(now), _resume, what="move")
    )


def _resume(move_id: int) -> bool:
    move_threads(community_id=active_community_id(), move_id=move_id)
    return True
