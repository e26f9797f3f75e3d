"""Who is told of an opening; each person once."""

from __future__ import annotations

from functools import lru_cache

from communities.launch.audiences import Audience, audience_of, would_be_inside
from communities.launch.features import features_for
from communities.launch.models import LaunchLogEntry, Stage, StageNews, StageOpening
from communities.launch.services.planning import log
from communities.models import Community, Membership
from communities.signals import stage_announced
from communities.terms import TERM


def announce(opening: StageOpening, people: list[int], *, by: Membership | None) -> int:
    """Put the news of an opening on its way to these memberships; to how many it had not gone before."""
    told = set(StageNews.objects.filter(opening=opening).values_list("membership_id", flat=True))
    fresh = [pk for pk in people if pk not in told and (by is None or pk != by.pk)]
    StageNews.objects.bulk_create(
        [StageNews(opening=opening, stage=opening.stage, membership_id=pk) for pk in fresh], batch_size=500
    )
    stage_announced.send(sender=Stage, stage=opening.stage, opening=opening, by=by)
    log(LaunchLogEntry.Act.ANNOUNCED, opening.stage, by=by, detail={"people": len(fresh)})
    return len(fresh)


def people_who_gain(before: Community, after: Community) -> list[int]:
    """The memberships to whom something is open in `after` that was not in `before`."""
    known = dict(_everybody(before))
    return [pk for pk, open_now in _everybody(after) if open_now - known.get(pk, frozenset())]


def people_inside(stage: Stage, community: Community) -> list[int]:
    """The memberships to whom all that a stage opens is open."""
    wanted = set(stage.features)
    return [pk for pk, open_now in _everybody(community) if wanted <= open_now]


def people_who_lose(stage: Stage, community: Community) -> list[int]:
    """The memberships that lose access by a paused stage; the team keeps it."""
    inside = lru_cache(lambda audience: would_be_inside(community.launch, stage.compiled(), audience))
    return [pk for pk, audience in _audiences() if not audience.is_team and inside(audience)]


def _everybody(community: Community) -> list[tuple[int, frozenset[str]]]:
    resolve = lru_cache(lambda audience: features_for(community, audience))
    return [(pk, resolve(audience)) for pk, audience in _audiences()]


def _audiences() -> list[tuple[int, Audience]]:
    shown = Membership.objects.active().filter(unclaimed=False)
    people = shown.only("role", *TERM, "status", "stage_ids", "suspended_until")
    return [(member.pk, audience_of(member)) for member in people]
