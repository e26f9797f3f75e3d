"""What programmes have to say about today: applications to decide, terms that end; one’s own tasks of the month."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.ambassadors.models import Task, Term
from communities.animation.ambassadors.months import MIDNIGHT, day_months_after
from communities.animation.ambassadors.permissions import FEATURE, can_run_programme
from communities.animation.ambassadors.queries import running_term, tasks_of
from communities.animation.today.matters import WEEK, Matter, Named, Scope, Source
from communities.calendar import day_of, moment_at
from communities.launch.features import is_open_to
from communities.models import Membership


class _Terms(Source):
    url_name = "animation:list-ambassadors"

    def may(self, viewer: Membership) -> bool:
        return can_run_programme(viewer)

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        rows = Term.objects.filter(pk__in=keys).select_related("membership")
        return {
            term.pk: Named(term.membership.display_name, reverse("animation:show-term", args=[term.pk]))
            for term in rows
        }


class Applications(_Terms):
    """Somebody offers their help and waits for a word."""

    name = "applications"
    label = gettext_lazy("Application")
    order = 60

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        waiting = Term.objects.filter(state=Term.State.APPLIED).select_related("membership", "programme")
        return [self._matter(term) for term in scope.narrowed(waiting.order_by("pk"))[:limit]]

    def _matter(self, term: Term) -> Matter:
        said = {"name": term.membership.display_name, "programme": term.programme.name}
        return Matter(
            str(term.pk),
            _("%(name)s applies for “%(programme)s”") % said,
            5,
            term.created_at,
            people=1,
            quote=term.words[:280],
            quoted=term.membership,
            url=reverse("animation:show-term", args=[term.pk]),
            act=_("Read the application"),
        )


class TermsEnding(_Terms):
    """Terms whose last day comes within two weeks: to be renewed, or let end."""

    name = "terms"
    label = gettext_lazy("End of a term")
    order = 61
    rests = WEEK

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        ending = Term.objects.ending(scope.now).select_related("membership", "programme")
        return [self._matter(term) for term in scope.narrowed(ending.order_by("until", "pk"))[:limit]]

    def _matter(self, term: Term) -> Matter:
        assert term.last_moment is not None  # the query has looked
        day = date_format(localtime(term.last_moment), "DATE_FORMAT")
        said = {"name": term.membership.display_name, "programme": term.programme.name, "day": day}
        return Matter(
            str(term.pk),
            _("%(name)s: the term in “%(programme)s” ends on %(day)s") % said,
            3,
            term.started_at or term.created_at,
            due=term.until,
            facts=(_("would like to go on"),) if term.goes_on else (),
            url=reverse("animation:show-term", args=[term.pk]),
            act=_("Renew it, or let it end"),
        )


class MonthTasks(Source):
    """What an ambassador is asked to do this month and has not ticked off in the kit: their own part of Today."""

    name = "month-tasks"
    label = gettext_lazy("Task of the month")
    order = 62
    url_name = "animation:show-kit"
    shared = True
    # It goes when it is ticked off in the kit. Put off by one, it would be off the list of all others, too.
    rests = None
    can_wait = False

    def may(self, viewer: Membership) -> bool:
        """The team is in no programme."""
        return False

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not is_open_to(scope.viewer, FEATURE):
            return []
        term = running_term(scope.viewer)
        if term is None:
            return []
        month = day_of(scope.now, scope.community).replace(day=1)
        open_tasks = [
            one.task for one in tasks_of(term, month) if not one.done and self._takes(one.task.pk, scope)
        ]
        return [self._matter(task, scope) for task in open_tasks[:limit]]

    @staticmethod
    def _takes(key: int, scope: Scope) -> bool:
        """Theirs by the programme, whether or not somebody has given it to them."""
        return key not in scope.without and (scope.key is None or scope.key == key)

    def _matter(self, task: Task, scope: Scope) -> Matter:
        ends = moment_at(day_months_after(task.month, 1), MIDNIGHT, scope.community)
        return Matter(
            str(task.pk),
            task.title,
            10,
            moment_at(task.month, MIDNIGHT, scope.community),
            due=ends,
            url=f"{self.page}#tasks",
            act=_("Open my kit"),
        )
