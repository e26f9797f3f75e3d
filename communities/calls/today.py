"""What calls have to say about today: applications to decide on, and projects whose next step is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.calendar import moments, today
from communities.calls.models import Application
from communities.calls.models.applications import ApplicationQuerySet
from communities.calls.permissions import FEATURE, runs_calls
from communities.launch.features import is_open_to
from communities.models import Membership

MINUTES = 15
State = Application.State


def _others(scope: Scope) -> ApplicationQuerySet:
    """Nobody is reminded to decide about what is their own: they had sent it before they belonged to the team."""
    rows: ApplicationQuerySet = Application.objects.exclude(applicant=scope.viewer.pk)
    return rows


class ApplicationsToMove(Source):
    """Applications of calls that have closed, until somebody decides; chosen projects by the day of their next step,
    for whoever sees them through and for managers. It goes once it is done."""

    name = "applications_to_calls"
    label = gettext_lazy("Application to move on")
    order = 37
    url_name = "calls:list-calls"
    rests = None

    def may(self, viewer: Membership) -> bool:
        return viewer.is_staff and is_open_to(viewer, FEATURE) and runs_calls(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        """What has a day first, then what waits for a decision: an index each, of which no more than that is read."""
        to_do = scope.narrowed(Application.objects.due(today(scope.community))).order_by("due_on", "pk")
        rows = list(to_do.select_related("call__thread")[:limit])
        if len(rows) < limit:
            to_decide = scope.narrowed(_others(scope).to_decide(timezone.now())).order_by("pk")
            rows += to_decide.select_related("call__thread")[: limit - len(rows)]
        return [self._matter(row, scope) for row in rows]

    def _matter(self, application: Application, scope: Scope) -> Matter:
        call, day = application.call, today(scope.community)
        since, facts = call.closes_at, (_("waits for a decision"),)
        if application.due_on is not None and application.state != State.SENT:
            since, _end = moments(application.due_on, application.due_on, scope.community)
            late = (day - application.due_on).days
            due = ngettext("next step due, %(n)s day late", "next step due, %(n)s days late", late) % {
                "n": late
            }
            facts = (due if late else _("next step due today"),)
        return Matter(
            str(application.pk),
            application.title,
            MINUTES,
            since,
            people=1,
            due=since,
            facts=(*facts, call.thread.title),
            url=reverse("calls:show-application", args=[application.pk]),
            act=_("Open the application"),
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        found = Application.objects.filter(pk__in=keys).sent()
        return {one.pk: Named(one.title, reverse("calls:show-application", args=[one.pk])) for one in found}
