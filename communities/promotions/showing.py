"""Which banner a page shows. A file of its own because it remembers: reading pages ask the database nothing."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable, Collection

from django.utils import timezone

from communities.drawing import lasts_until
from communities.memory import Memory
from communities.models import Community
from communities.promotions.models import GRACE, Banner
from communities.remembered_reads import RememberedRead

# Banners that share a placement take turns, by the minute and by the page: the choice is the same for
# everybody, because visitors' pages are remembered (docs/decisions/0008-visitors-pages.md).
TURN = 60


def banner_for(
    community: Community,
    placement: str,
    *,
    language: str,
    page: str,
    now: datetime.datetime | None = None,
    opens: Callable[[set[str]], Collection[str]] = set,
) -> Banner | None:
    """The banner in a placement of one page, or None. Needs the community's scope.

    `opens` says which of their addresses its reader can open: another one is not shown to them.
    """
    now = now or timezone.now()
    meant = [
        banner
        for banner in standing_banners(community)
        if banner.placement == placement and banner.speaks(language)
    ]
    shown = [banner for banner in meant if banner.stage_at(now) == Banner.Stage.SHOWN]
    if meant:
        lasts_until(now.replace(second=0, microsecond=0) + datetime.timedelta(seconds=TURN))
    for banner in meant:
        for turn_of_it in (banner.starts_at, banner.ends_at):
            if turn_of_it is not None and turn_of_it > now:
                lasts_until(turn_of_it)
    open_to_them = opens({banner.target for banner in shown}) if shown else ()
    shown = [banner for banner in shown if banner.target in open_to_them]
    if not shown:
        return None
    turn = int(now.timestamp()) // TURN + zlib.crc32(page.encode())
    return shown[turn % len(shown)]


def standing_banners(community: Community) -> list[Banner]:
    """What may be shown, pressed or counted about now, remembered for a second."""
    return _standing.get(community.pk)


def answering_banner(community: Community, banner_id: int) -> Banner | None:
    """A banner that may be pressed and counted now; None when it is gone, or never was."""
    now = timezone.now()
    found = (banner for banner in standing_banners(community) if banner.pk == banner_id)
    return next((banner for banner in found if banner.answers_at(now)), None)


_of: RememberedRead[Banner] = RememberedRead(
    lambda community_id, moment: (
        Banner.objects.filter(community_id=community_id).not_ended_by(moment).order_by("id")
    )
)


def _load(community_id: int) -> list[Banner]:
    return _of(community_id, timezone.now() - GRACE)


_standing: Memory[list[Banner]] = Memory(_load, told=True)
