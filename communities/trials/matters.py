"""What tests have to say about today: applications to answer, what stops testers, a last day that has passed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.permissions import can_see_today
from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.calendar import DAY, moments, today
from communities.content.models import Thread
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.trials.models import Feedback, Trial
from communities.trials.permissions import FEATURE, can_run_trial

MINUTES_TO_CHOOSE, MINUTES_TO_ANSWER, MINUTES_TO_CLOSE = 10, 10, 20


class _OfTrials(Source):
    rests = None

    def may(self, viewer: Membership) -> bool:
        return can_run_trial(viewer)

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        rows = Trial.objects.filter(pk__in=keys).select_related("space")
        return {one.pk: Named(one.space.name, one.space.get_absolute_url()) for one in rows}


class Applicants(_OfTrials):
    """People have applied for a test, and nobody has answered them."""

    name = "test-applicants"
    label = gettext_lazy("Applications for a beta test")
    order = 63

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not is_open_to(scope.viewer, FEATURE):
            return []
        new = Q(testers__state="applied")
        going_on = Trial.objects.going_on().filter(space__archived=False)
        waiting = going_on.annotate(
            n=Count("testers", filter=new), since=Min("testers__applied_at", filter=new)
        )
        rows = scope.narrowed(waiting.filter(n__gt=0).select_related("space"))
        return [self._matter(trial) for trial in rows.order_by("since", "pk")[:limit]]

    def _matter(self, trial: Trial) -> Matter:
        n: int = trial.n  # type: ignore[attr-defined]
        waits = ngettext("%(n)s application waits", "%(n)s applications wait", n) % {"n": n}
        return Matter(
            str(trial.pk),
            trial.space.name,
            MINUTES_TO_CHOOSE,
            trial.since,  # type: ignore[attr-defined]
            people=n,
            facts=(waits,),
            url=reverse("trials:list-testers", args=[trial.space.slug]),
            act=_("Choose testers"),
        )


class BlockingFeedback(Source):
    """Somebody cannot go on testing, and nobody has said what becomes of it."""

    name = "blocking-feedback"
    label = gettext_lazy("Blocking feedback")
    order = 36
    rests = None

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not is_open_to(scope.viewer, FEATURE):
            return []
        untouched = Feedback.objects.untouched().filter(trial__in=scope.reader.staff_space_ids)
        rows = scope.narrowed(untouched.select_related("thread__space"))[:limit]
        return [self._matter(one) for one in rows]

    def _matter(self, feedback: Feedback) -> Matter:
        thread: Thread = feedback.thread
        return Matter(
            str(feedback.pk),
            thread.title,
            MINUTES_TO_ANSWER,
            thread.published_at or thread.created_at,
            harm=1,
            people=1 + feedback.people,
            facts=(thread.space.name,),
            url=thread.get_absolute_url(),
            act=_("Say what becomes of it"),
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        found = Thread.objects.visible_to(scope.reader).filter(pk__in=keys).select_related("space")
        return {thread.pk: Named(thread.title, thread.get_absolute_url()) for thread in found}


class TrialsOver(_OfTrials):
    """The last day of a test has passed, and it is not closed: its testers wait for the report."""

    name = "tests-over"
    label = gettext_lazy("Beta test to close")
    order = 64

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not is_open_to(scope.viewer, FEATURE):
            return []
        late = Trial.objects.going_on().filter(space__archived=False, ends_on__lt=today(scope.community))
        rows = scope.narrowed(late.select_related("space")).order_by("ends_on", "pk")[:limit]
        return [self._matter(trial, scope) for trial in rows]

    def _matter(self, trial: Trial, scope: Scope) -> Matter:
        assert trial.ends_on is not None  # the query has looked
        after = trial.ends_on + DAY
        since, _end = moments(after, after, scope.community)
        return Matter(
            str(trial.pk),
            trial.space.name,
            MINUTES_TO_CLOSE,
            since,
            facts=(_("its last day has passed"),),
            url=reverse("trials:close-trial", args=[trial.space.slug]),
            act=_("Close it with a report"),
        )
