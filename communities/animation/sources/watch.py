"""A stage in its first 72 hours: one that has paused by itself, or nears a limit."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.sources.place import stages_named
from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.launch.limits import LIMITS, limits_of, neared
from communities.launch.models import Stage, StageOpening, WatchReading
from communities.launch.permissions import can_edit_plan
from communities.launch.watched import stopped_by_itself
from communities.models import Membership


class WatchedStages(Source):
    """It goes when the figures fall, or when somebody has resumed the stage or rolled it back."""

    name = "watch"
    label = gettext_lazy("Stage that is watched")
    order = 15
    url_name = "launch:show-plan"
    rests = datetime.timedelta(hours=12)
    can_wait = False

    def may(self, viewer: Membership) -> bool:
        return can_edit_plan(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        counts = WatchReading.objects.filter(opening=OuterRef("pk"), at__gte=OuterRef("watched_from"))
        newest = counts.order_by("-at", "-id")
        openings = (
            scope.narrowed(StageOpening.objects.standing(), "stage")
            # A stopped one waits for somebody to resume it, also after its hours are over.
            .filter(
                Q(watch_until__gt=scope.now) | Q(watch_until__isnull=False, stage__state=Stage.State.PAUSED)
            )
            .annotate(values_now=Subquery(newest.values("values")[:1]))
            .select_related("stage")
            .order_by("-stage__place")
        )
        found = [self._matter(opening, scope) for opening in openings[:limit]]
        return [matter for matter in found if matter is not None]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        return stages_named(keys)

    def _matter(self, opening: StageOpening, scope: Scope) -> Matter | None:
        stage = opening.stage
        if stage.is_paused:
            line = stopped_by_itself(stage)
            if line is None:
                return None
            title = _("“%(stage)s” has paused automatically")
            # Members stand before a closed door: it comes before whatever else is there.
            about = _about(stage, title % {"stage": stage.name}, line.at, 4, (line.limit_words,))
            return replace(about, due=line.at)
        values = getattr(opening, "values_now", None) or {}
        high = neared(values, limits_of(stage.limits))
        if opening.watch_at is None or not high:
            return None
        title = ngettext(
            "“%(stage)s” nears %(n)s of its limits", "“%(stage)s” nears %(n)s of its limits", len(high)
        )
        labels = tuple(str(LIMITS[name].label) for name in high)
        return _about(
            stage, title % {"stage": stage.name, "n": len(high)}, opening.watched_from or scope.now, 2, labels
        )


def _about(stage: Stage, title: str, since: datetime.datetime, harm: int, facts: tuple[str, ...]) -> Matter:
    return Matter(
        str(stage.pk),
        title,
        5,
        since,
        harm=harm,
        facts=facts,
        url=reverse("launch:show-watch", args=[stage.place]),
        act=_("Look at its limits"),
    )
