"""Moving all threads of a space to another one, a part at a time, so that it may stop anywhere and go on."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.exceptions import SpaceError
from communities.content.kinds import KINDS
from communities.content.models import Space, Subscription, Thread, ThreadMove
from communities.content.readers import change_of_readers, readers_of
from communities.content.services.forwarding import forward_moved
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Membership
from communities.permissions import can_edit_spaces
from communities.queries import local_path
from communities.signals import space_emptied, space_narrowed, threads_moved

# So many are moved while the page waits; more by the worker, a part in each transaction.
AT_ONCE = 200
# A move that nobody has worked on for this long has lost its worker.
STOPPED_AFTER = datetime.timedelta(minutes=2)


@transaction.atomic
def begin_move(source: Space, target: Space, *, by: Membership) -> ThreadMove:
    """Move everything that stands in a space, drafts and removed threads too, to another one of its kind.

    The same move begun twice is one. What is left is done by `move_some`, by the worker. Raises NotAllowed,
    SpaceError.
    """
    if not can_edit_spaces(by):
        raise NotAllowed
    source = Space.objects.select_for_update().get(pk=source.pk)
    if source.pk == target.pk or source.kind != target.kind or target.archived:
        raise SpaceError(_("Choose another space of the same kind."), field="target")
    if not KINDS[source.kind].moves:
        raise SpaceError(_("What is in this space stays in it: its readers were let in only for that."))
    running = ThreadMove.objects.filter(finished_at__isnull=True)
    going_on = running.filter(source=source).first()
    if going_on is not None:
        if going_on.target_id != target.pk:
            raise SpaceError(_("Its threads are already on their way to another space."), field="target")
        return going_on
    if running.filter(target=source).exists() or running.filter(source=target).exists():
        raise SpaceError(_("Threads are on their way into or out of it. Wait until they are there."))
    total = source.threads.count()
    if not total:
        raise SpaceError(_("This space has no threads."))
    refuse_too_many(target, coming=total)
    move: ThreadMove = ThreadMove.objects.create(source=source, target=target, by=by, total=total)
    record(
        by,
        "move_threads",
        what=source.name,
        about=str(source.pk),
        before={"space": source.name},
        after={"space": target.name, "threads": total},
    )
    return move


@transaction.atomic
def move_some(move_id: int, *, at_most: int = AT_ONCE) -> bool:
    """Move the next threads; whether the move is done. Two at once take turns, and doing it again does nothing."""
    move = ThreadMove.objects.select_for_update(of=("self",)).filter(pk=move_id).first()
    if move is None or move.is_finished:
        return True
    # Whoever is starting a thread there is waited for: it comes along.
    source = Space.objects.select_for_update().get(pk=move.source_id)
    target = Space.objects.get(pk=move.target_id)
    threads = list(source.threads.select_for_update(of=("self",)).order_by("pk")[:at_most])
    if threads:
        move_threads(threads, source, target)
    move.moved, move.worked_at = F("moved") + len(threads), timezone.now()
    done = len(threads) < at_most
    if done:
        _move_followers(source, target)
        space_emptied.send(sender=Space, source=source, target=target)
        move.finished_at = timezone.now()
        if change_of_readers(source, readers_of(target)).narrows:
            space_narrowed.send(sender=Space, space=target)
        transaction.on_commit(forget_all)
    move.save(update_fields=["moved", "worked_at", "finished_at"])
    return done


def refuse_too_many(target: Space, *, coming: int) -> None:
    """Raises SpaceError where a space would hold more than pages of its kind list."""
    most = KINDS[target.kind].holds_at_most
    if most and target.threads.count() + coming > most:
        said = _("“%(space)s” can have %(most)s texts at most. Choose another space.")
        raise SpaceError(said % {"space": target.name, "most": most}, field="target")


def move_threads(threads: list[Thread], source: Space, target: Space) -> None:
    """Put these locked threads of a space into another one; their former addresses lead there."""
    kind, addresses = KINDS[source.kind], {}
    for thread in threads:
        thread.space = source
        path = local_path(kind.thread_url(thread))
        thread.space = target
        # What was never public has no address that anybody could have kept.
        if thread.published_at is not None:
            addresses[path] = local_path(kind.thread_url(thread))
    ids = [thread.pk for thread in threads]
    Thread.objects.filter(pk__in=ids).update(space=target)
    forward_moved(addresses)
    threads_moved.send(sender=Thread, thread_ids=ids, source=source, target=target)


def _move_followers(source: Space, target: Space) -> None:
    """Who followed the space follows the one where its threads are; who may not read that is told of nothing."""
    followers = Subscription.objects.following().filter(space=source)
    people = followers.order_by("pk").values_list("membership_id", flat=True)
    Subscription.objects.bulk_create(
        [Subscription(membership_id=pk, space=target) for pk in people],
        ignore_conflicts=True,
        batch_size=1000,
    )
    Subscription.objects.filter(space=source).delete()


def moves_to_resume(now: datetime.datetime) -> list[int]:
    """The moves of the community in scope whose worker seems to be gone."""
    stopped = ThreadMove.objects.filter(finished_at__isnull=True, worked_at__lte=now - STOPPED_AFTER)
    return list(stopped.order_by("worked_at").values_list("pk", flat=True)[:20])
