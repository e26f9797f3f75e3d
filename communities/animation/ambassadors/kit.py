"""The kit and the tasks of a month: what the team gives, and what somebody has done."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.animation.ambassadors.exceptions import TaskThere, TermMoved
from communities.animation.ambassadors.models import KitItem, Programme, Task, TaskDone, Term
from communities.animation.ambassadors.permissions import FEATURE, can_run_programme
from communities.content.images import delete_picture, store_picture
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.models import Membership


@dataclass(frozen=True)
class ItemWishes:
    title: str
    words: str = ""
    path: str = "/"
    picture_alt: str = ""


@transaction.atomic
def add_item(
    programme: Programme, wishes: ItemWishes, *, by: Membership, picture: File[Any] | None = None
) -> KitItem:
    """Something more to share. Raises NotAllowed, UploadRefused for a file that is no picture."""
    if not can_run_programme(by):
        raise NotAllowed
    item = KitItem(
        programme=programme,
        title=one_line(wishes.title),
        words=wishes.words.strip(),
        path=wishes.path,
        picture_alt=one_line(wishes.picture_alt),
    )
    if picture is not None:
        stored = store_picture(picture, folder="public/kit")
        item.picture, item.picture_renditions = stored.path, [list(pair) for pair in stored.renditions]
        item.picture_width, item.picture_height = stored.width, stored.height
    item.save()
    record(by, "kit_added", what=item.title, about=programme.pk)
    return item


@transaction.atomic
def remove_item(item: KitItem, *, by: Membership) -> None:
    """It goes from the kits; links that were shared lead on. Raises NotAllowed."""
    if not can_run_programme(by):
        raise NotAllowed
    paths = item.picture_paths
    record(by, "kit_removed", what=item.title, about=item.programme_id)
    item.delete()
    transaction.on_commit(lambda: delete_picture(paths))


@transaction.atomic
def set_task(
    programme: Programme, title: str, month: datetime.date, *, by: Membership, path: str = ""
) -> Task:
    """Ask everybody in a programme to do something in a month (its first day). Raises NotAllowed, TaskThere."""
    if not can_run_programme(by):
        raise NotAllowed
    task = Task(programme=programme, title=one_line(title), month=month, path=path)
    try:
        with transaction.atomic():
            task.save()
    except IntegrityError as there:
        raise TaskThere from there
    record(by, "kit_task_set", what=task.title, about=programme.pk)
    return task


@transaction.atomic
def remove_task(task: Task, *, by: Membership) -> None:
    """Nobody is asked for it any more; that some had done it goes with it. Raises NotAllowed."""
    if not can_run_programme(by):
        raise NotAllowed
    record(by, "kit_task_removed", what=task.title, about=task.programme_id)
    task.delete()


@transaction.atomic
def tick_task(task: Task, *, by: Membership, done: bool) -> None:
    """Say that one has done it, or take that back. Raises FeatureClosed, TermMoved."""
    refuse_closed(by, FEATURE)
    if not Term.objects.running(timezone.now()).of(by).filter(programme=task.programme_id).exists():
        raise TermMoved
    rows = TaskDone.objects.filter(task=task, membership=by)
    if done:
        if not rows.exists():
            TaskDone.objects.bulk_create([TaskDone(task=task, membership=by)], ignore_conflicts=True)
    else:
        rows.delete()
