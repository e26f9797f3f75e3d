"""What the place itself needs: a stage that is ready or in danger, requests to join, mails that failed, legal texts."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.today.matters import Elsewhere, Matter, Named, Scope, Source
from communities.launch.models import JoinRequest, Stage
from communities.launch.permissions import can_edit_plan
from communities.launch.services.watching import note_of
from communities.models import Membership
from communities.people.permissions import can_approve_join_request
from communities.permissions import can_configure_community
from communities.texts.permissions import can_edit_texts, can_publish_text
from communities.texts.queries import unconfirmed
from members.models import OutgoingMail

DAY = datetime.timedelta(days=1)
# The stages that come next; nobody opens the one after them today.
STAGES = 2
# Mails that came to nothing since; older ones are on their page.
FAILED_SINCE = datetime.timedelta(days=7)
# Of one community as a whole: there is one of it.
ONE = 1
MINUTES_TO_DECIDE = 2
# Of one person on one day.
MOST_DECIDED = 100


class Stages(Source):
    """The next stages of the plan: one that is ready, opens tomorrow, or cannot open as planned."""

    name = "stages"
    label = gettext_lazy("Stage of the launch")
    order = 60
    url_name = "launch:show-plan"
    rests = 2 * DAY

    def may(self, viewer: Membership) -> bool:
        return can_edit_plan(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        rows = scope.narrowed(Stage.objects.waiting()).in_order()[: min(limit, STAGES)]
        plan = list(Stage.objects.in_order())
        noted = [(stage, note_of(stage, scope.community, scope.now, plan)) for stage in rows]
        return [self._matter(stage, note, scope) for stage, note in noted if note]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        return stages_named(keys)

    def _matter(self, stage: Stage, note: str, scope: Scope) -> Matter:
        said = {
            "ready": _("“%(stage)s” is ready to open"),
            "due": _("“%(stage)s” opens tomorrow"),
            "alarm": _("“%(stage)s” cannot open as planned"),
        }
        return Matter(
            str(stage.pk),
            said[note] % {"stage": stage.name},
            5 if note == "alarm" else 2,
            stage.planned_for if stage.planned_for and stage.planned_for < scope.now else scope.now,
            harm=2 if note == "alarm" else 0,
            facts=(str(stage.get_audience_display()), *stage.feature_labels[:3]),
            url=reverse("launch:show-stage", args=[stage.place]),
            act=_("Look at the stage"),
        )


def stages_named(keys: Collection[int]) -> dict[int, Named]:
    return {
        stage.pk: Named(stage.name, reverse("launch:show-stage", args=[stage.place]))
        for stage in Stage.objects.filter(pk__in=keys)
    }


class JoinRequests(Source):
    """People who ask to be let in."""

    name = "join-requests"
    label = gettext_lazy("Request to join")
    order = 35
    url_name = "console:list-join-requests"
    rests = None
    # They are decided on a page of their own.
    is_elsewhere = True

    def may(self, viewer: Membership) -> bool:
        return can_approve_join_request(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        asked = JoinRequest.objects.filter(state=JoinRequest.State.ASKED).select_related("membership")
        return [
            Matter(
                str(row.pk),
                _("%(name)s asks to join") % {"name": row.membership.display_name},
                MINUTES_TO_DECIDE,
                row.asked_at,
                people=1,
                url=reverse("console:list-join-requests"),
                act=_("Read the request"),
            )
            for row in scope.narrowed(asked).order_by("asked_at", "pk")[:limit]
        ]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        rows = JoinRequest.objects.filter(pk__in=keys).select_related("membership")
        return {row.pk: Named(row.membership.display_name, self.page) for row in rows}

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """Those that the viewer has let in or declined."""
        rows = JoinRequest.objects.filter(decided_by=scope.viewer, decided_at__gte=since)
        decided = rows.order_by("decided_at").values_list("pk", "decided_at")[:MOST_DECIDED]
        return [Elsewhere(pk, at, MINUTES_TO_DECIDE) for pk, at in decided if at is not None]


class FailedMails(Source):
    """Mails of this community that did not leave."""

    name = "mails"
    label = gettext_lazy("Mails that failed")
    order = 75
    url_name = "notifications:list-undelivered"
    rests = DAY

    def may(self, viewer: Membership) -> bool:
        return can_configure_community(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not scope.takes(ONE):
            return []
        rows = OutgoingMail.objects.of(scope.community.pk).undelivered()
        found = list(rows.filter(finished_at__gte=scope.now - FAILED_SINCE).values_list("finished_at")[:100])
        if not found:
            return []
        title = ngettext("%(n)s mail was not sent", "%(n)s mails were not sent", len(found))
        return [
            Matter(
                str(ONE),
                title % {"n": len(found)},
                2,
                min(at for (at,) in found if at is not None),
                harm=1,
                people=len(found),
                url=reverse(self.url_name),
                act=_("See what happened"),
            )
        ]


class LegalTexts(Source):
    """Texts that the law asks for, and that nobody has put in force."""

    name = "texts"
    label = gettext_lazy("Legal texts to confirm")
    order = 65
    url_name = "console:show-texts"
    rests = datetime.timedelta(days=14)

    def may(self, viewer: Membership) -> bool:
        return can_edit_texts(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not scope.takes(ONE):
            return []
        kinds = [kind for kind in unconfirmed() if kind.is_law]
        lacking = [str(kind.label) for kind in kinds]
        if not lacking:
            return []
        # Managers write and propose; the owner answers for it.
        publishes = any(can_publish_text(scope.viewer, kind.name) for kind in kinds)
        title = ngettext(
            "%(n)s legal text is to be confirmed", "%(n)s legal texts are to be confirmed", len(lacking)
        )
        return [
            Matter(
                str(ONE),
                title % {"n": len(lacking)},
                10,
                scope.community.created_at,
                harm=2,
                facts=tuple(lacking[:3]),
                url=reverse(self.url_name),
                act=_("Read them, and put them in force") if publishes else _("Read them"),
            )
        ]
