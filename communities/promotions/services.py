"""Keeping banners, and bringing their counts home."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.content.images import delete_picture, store_picture
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.promotions.counting import KEPT, Counts, Minute, forget_minute, settled_minutes
from communities.promotions.exceptions import BannerArchived
from communities.promotions.models import Banner, BannerHour, CountedMinute
from communities.promotions.permissions import can_edit_placement
from communities.scoping import community_scope
from members.aside import go_on


@transaction.atomic
def save_banner(
    banner: Banner, *, by: Membership, picture: File[Any] | None = None, remove_picture: bool = False
) -> Banner:
    """Keep a new banner, or what was changed in one, with its picture; shown within a second.

    Raises NotAllowed, BannerArchived, UploadRefused for a file that is no picture.
    """
    _check(banner, by)
    if picture is not None or remove_picture:
        former = banner.picture_paths
        if former:
            transaction.on_commit(lambda: delete_picture(former))
        _take_picture(banner, picture)
    if banner._state.adding:
        banner.created_by = by
    banner.save()
    transaction.on_commit(forget_all)
    return banner


def _take_picture(banner: Banner, picture: File[Any] | None) -> None:
    if picture is None:
        banner.picture, banner.picture_renditions = "", []
        banner.picture_width = banner.picture_height = 0
        return
    stored = store_picture(picture, folder="public/banners")
    banner.picture, banner.picture_renditions = stored.path, [list(pair) for pair in stored.renditions]
    banner.picture_width, banner.picture_height = stored.width, stored.height


def pause_banner(banner: Banner, *, by: Membership) -> Banner:
    """Take a banner away until it is resumed. Raises NotAllowed, BannerArchived."""
    _check(banner, by)
    return _mark(banner, paused_at=banner.paused_at or timezone.now())


def resume_banner(banner: Banner, *, by: Membership) -> Banner:
    _check(banner, by)
    return _mark(banner, paused_at=None)


def archive_banner(banner: Banner, *, by: Membership) -> Banner:
    """Take a banner away and off the list; its figures stay. Raises NotAllowed."""
    if not can_edit_placement(by):
        raise NotAllowed
    return _mark(banner, archived_at=banner.archived_at or timezone.now())


def restore_banner(banner: Banner, *, by: Membership) -> Banner:
    """Put an archived banner back on the list, paused: it shows again only when somebody resumes it."""
    if not can_edit_placement(by):
        raise NotAllowed
    if banner.archived_at is None:
        return banner
    return _mark(banner, archived_at=None, paused_at=timezone.now())


def _check(banner: Banner, by: Membership) -> None:
    if not can_edit_placement(by):
        raise NotAllowed
    if banner.archived_at is not None:
        raise BannerArchived


@transaction.atomic
def _mark(banner: Banner, **moments: datetime.datetime | None) -> Banner:
    for name, moment in moments.items():
        setattr(banner, name, moment)
    banner.save(update_fields=list(moments))
    transaction.on_commit(forget_all)
    return banner


def store_counts(now: datetime.datetime | None = None) -> int:
    """Bring the counts of all settled minutes into the hourly table; how many minutes. Raises redis.RedisError.

    May be interrupted anywhere and repeated, also by two workers at once: each minute is entered once for each
    community, in the transaction that adds its numbers, and Redis forgets it afterwards.
    """
    minutes = settled_minutes(now or timezone.now())
    return sum(_store_minute(minute) for minute in minutes)


def _store_minute(minute: Minute) -> bool:
    """Whether all of it is in the table. Where a community could not take its part, Redis keeps the minute, which
    changes nothing where it was entered already."""

    def store(community_id: int) -> int:
        with community_scope(community_id):
            add_minute(minute.at, minute.counts[community_id])
        return 1

    stored = go_on("community", minute.counts, store) == len(minute.counts)
    if stored:
        forget_minute(minute)
    return stored


def add_minute(at: datetime.datetime, counts: Counts) -> None:
    """Add what was counted in one minute, in the community’s scope; the same minute again changes nothing."""
    known = set(Banner.objects.filter(pk__in=counts).values_list("pk", flat=True))
    if not known:
        return  # the community, or the banner, has gone meanwhile
    _entered, is_new = CountedMinute.objects.get_or_create(minute=at)
    if not is_new:
        return
    hour = at.replace(minute=0)
    BannerHour.objects.bulk_create(
        [BannerHour(banner_id=banner_id, hour=hour) for banner_id in sorted(known)], ignore_conflicts=True
    )
    for banner_id in sorted(known):
        more = {kind: F(kind) + number for kind, number in counts[banner_id].items()}
        BannerHour.objects.filter(banner_id=banner_id, hour=hour).update(**more)
    # Redis itself keeps no minute for as long as this.
    CountedMinute.objects.filter(minute__lt=at - 2 * KEPT).delete()
