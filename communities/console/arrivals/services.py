"""What the operator does with an export of another installation."""

from __future__ import annotations

import logging
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.archive.coming.checking import no_room
from communities.archive.coming.files import forget_file, has_file, keep_file
from communities.archive.models import Coming
from communities.archive.tasks import bring_community
from communities.console.founding import free_slug
from communities.console.operator.acting import note, refuse_others
from communities.console.operator.models import OperatorAct
from communities.exceptions import DomainError
from communities.files import StoreAway
from communities.models import Community
from communities.stored import NotKept, is_full
from members.models import Member

logger = logging.getLogger(__name__)

State = Coming.State


class NotReady(DomainError):
    message = _("It is being worked on, or is through already.")


class SlugTaken(DomainError):
    message = _("Another community here has this short name.")


@transaction.atomic
def take_export(file: File[Any], *, by: Member) -> Coming:
    """Keep an uploaded file and have it checked by a rehearsal. Raises NotAllowed, ArchiveRefused without room,
    NotKept without a store."""
    refuse_others(by)
    name = (file.name or "export.zip").replace("\\", "/").rpartition("/")[2][:200]
    coming = Coming.objects.create(by=by, file_name=name, size=file.size or 0)
    try:
        keep_file(coming, file)
    except StoreAway as away:
        logger.error("an export could not be stored", extra={"problem": str(away)})
        raise NotKept from away
    except OSError as error:
        if is_full(error):
            raise no_room() from error
        raise
    bring_community.delay_on_commit(coming.pk)
    return coming


def slug_for(coming: Coming) -> str:
    """The short name to propose: its own, or one like it where that is taken."""
    taken = Community.objects.filter(slug=coming.slug).exists()
    return free_slug(coming.slug) if taken else coming.slug


@transaction.atomic
def bring_in(coming: Coming, *, slug: str, by: Member) -> None:
    """Have it brought in under a short name. Raises NotAllowed, NotReady, SlugTaken."""
    refuse_others(by)
    fresh = Coming.objects.select_for_update().get(pk=coming.pk)
    if fresh.state not in (State.REHEARSED, State.FAILED) or not has_file(fresh):
        raise NotReady
    if Community.objects.filter(slug=slug).exists():
        raise SlugTaken
    fresh.slug, fresh.state, fresh.worked_at, fresh.tries = slug, State.RUNNING, timezone.now(), 0
    fresh.save(update_fields=["slug", "state", "worked_at", "tries"])
    note(OperatorAct.Kind.ARRIVED, by, what=f"{fresh.report.get('name', '')} ({slug})"[:300])
    bring_community.delay_on_commit(fresh.pk)


@transaction.atomic
def put_away(coming: Coming, *, by: Member) -> None:
    """Delete the file; what was brought in stays. Raises NotAllowed, NotReady while it is worked on."""
    refuse_others(by)
    fresh = Coming.objects.select_for_update().get(pk=coming.pk)
    if fresh.is_at_work:
        raise NotReady
    transaction.on_commit(lambda: forget_file(fresh))
    Coming.objects.filter(pk=fresh.pk).delete()
