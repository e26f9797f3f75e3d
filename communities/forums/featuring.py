"""Featured threads: a few of each space stand out on top of it and on the home page, until a day or until taken away.

They end by the clock of whoever reads, by no job; what is featured is asked of the database with what is shown.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calendar import day_of, moments, today
from communities.content.managers import ThreadQuerySet
from communities.content.models import Space, Thread
from communities.content.showing.reading import for_lines
from communities.content.viewers import Viewer, refuse_closed_space
from communities.exceptions import NotAllowed
from communities.forums.exceptions import FeatureError
from communities.forums.models import FeaturedThread
from communities.forums.permissions import can_feature_thread, can_unfeature_thread
from communities.journal.services import record
from communities.models import Community, Membership
from communities.reads import CompiledRead

ACT = "feature_thread"
# More of a space would be a second list; the home page shows as many of all spaces.
MOST_FEATURED = 3
# Nobody plans further ahead.
LONGEST = datetime.timedelta(days=366)
DAY = datetime.timedelta(days=1)
_STANDS = Q(ends_at__isnull=True) | Q(ends_at__gt=Now())


@transaction.atomic
def feature_thread(
    thread: Thread,
    *,
    by: Membership,
    community: Community,
    until: datetime.date | None = None,
    anew: bool = True,
) -> bool:
    """Have a thread stand out, to the end of a day if one is said; False where it does so already, and, if not `anew`,
    where it does until another day.

    Raises NotAllowed, FeatureError where its space has as many as it takes, or the day is no good.
    """
    # The space is the lock: two who feature at once count each other.
    Space.objects.select_for_update(no_key=True).only("pk").get(pk=thread.space_id)
    held = _held(thread)
    if held is None or not can_feature_thread(by, held):
        raise NotAllowed
    refuse_closed_space(by, held.space)
    first = today(community)
    if until is not None and not first <= until <= first + LONGEST:
        raise FeatureError(_("Choose a day from today on, within a year."), field="until")
    row = FeaturedThread.objects.filter(thread=held).first()
    before = kept_of(row, community)
    if before == _kept(True, until) or (before["featured"] and not anew):
        return False
    if not before["featured"]:
        _refuse_too_many(held)
    ends_at = moments(until, until, community)[1] if until is not None else None
    said = {"ends_at": ends_at, "featured_by": by, "featured_at": timezone.now()}
    FeaturedThread.objects.update_or_create(thread=held, defaults=said)
    record(by, ACT, what=held.title, about=held.pk, before=before, after=_kept(True, until))
    return True


@transaction.atomic
def unfeature_thread(thread: Thread, *, by: Membership, community: Community) -> bool:
    """One among the others again; False where it is. Raises NotAllowed."""
    held = _held(thread)
    if held is None or not can_unfeature_thread(by, held):
        raise NotAllowed
    row = FeaturedThread.objects.filter(thread=held).first()
    if row is None:
        return False
    _end(row, held, by=by, community=community)
    return True


def end_beyond(space: Space, *, came: Thread | None = None, by: Membership | None = None) -> None:
    """Where threads came into a space that features as many as it takes: the one that came is featured no more; of many
    that did, those that were featured first."""
    Space.objects.select_for_update(no_key=True).only("pk").get(pk=space.pk)
    standing = FeaturedThread.objects.filter(_STANDS, thread__space=space).select_related("thread")
    rows = list(standing.order_by("-featured_at", "-pk"))
    if came is not None:
        rows.sort(key=lambda row: row.thread_id == came.pk)
    for row in rows[MOST_FEATURED:]:
        _end(row, row.thread, by=by, community=Community.objects.get(pk=space.community_id))


def _end(row: FeaturedThread, thread: Thread, *, by: Membership | None, community: Community) -> None:
    before = kept_of(row, community)
    row.delete()
    record(by, ACT, what=thread.title, about=thread.pk, before=before, after=_kept(False, None))


def _held(thread: Thread) -> Thread | None:
    held: Thread | None = Thread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).first()
    return held


def _refuse_too_many(thread: Thread) -> None:
    """One that is hidden counts: it would come back beside as many others. So they are named."""
    standing = FeaturedThread.objects.filter(_STANDS, thread__space=thread.space_id).exclude(thread=thread)
    titles = list(standing.order_by("featured_at").values_list("thread__title", flat=True))
    if len(titles) >= MOST_FEATURED:
        said = _("A space can feature up to %(most)s threads. Remove one of them first: %(titles)s.")
        raise FeatureError(said % {"most": MOST_FEATURED, "titles": ", ".join(titles)})


def feature_of(thread: Thread) -> FeaturedThread | None:
    """How a thread stands out now; None where it does not."""
    row: FeaturedThread | None = FeaturedThread.objects.filter(_STANDS, thread=thread).first()
    return row


def last_day_of(row: FeaturedThread, community: Community) -> datetime.date | None:
    """The last day on which it stands out."""
    return day_of(row.ends_at - DAY / 2, community) if row.ends_at is not None else None


def kept_of(row: FeaturedThread | None, community: Community) -> dict[str, Any]:
    """What the journal keeps of it; of one that has ended as of none."""
    if row is None or (row.ends_at is not None and row.ends_at <= timezone.now()):
        return _kept(False, None)
    return _kept(True, last_day_of(row, community))


def _kept(featured: bool, until: datetime.date | None) -> dict[str, Any]:
    return {"featured": featured, "until": until}


def featured_in(viewer: Viewer, space: Space) -> list[Thread]:
    """What stands out in a space, the last one first: one statement."""
    return _in_space(viewer, space.pk)


def featured_for(viewer: Viewer) -> list[Thread]:
    """What stands out in all spaces that somebody reads: one statement."""
    return _anywhere(viewer)


def _standing(viewer: Viewer) -> ThreadQuerySet:
    stands = Q(featured__ends_at__isnull=True) | Q(featured__ends_at__gt=Now())
    threads: ThreadQuerySet = Thread.objects.visible_to(viewer).filter(stands, featured__isnull=False)
    return for_lines(threads).order_by("-featured__featured_at", "-pk")


_in_space: CompiledRead[Thread] = CompiledRead(
    lambda viewer, space_id: _standing(viewer).in_space(space_id)[:MOST_FEATURED]
)
_anywhere: CompiledRead[Thread] = CompiledRead(lambda viewer: _standing(viewer)[:MOST_FEATURED])
