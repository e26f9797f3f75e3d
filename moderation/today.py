"""What moderation has to say about today: cases to decide, texts that wait to be read."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.today.matters import Elsewhere, Matter, Named, Scope, Source, register_source
from communities.models import Membership
from moderation.managers import CaseQuerySet
from moderation.models import Case
from moderation.permissions import can_see_queue, cases_seen_by
from moderation.queries.minutes import Spent, decided_by, usual_minutes
from moderation.queries.queue import first_words_of
from moderation.subjects.base import FirstWords, subject_of

DAY = datetime.timedelta(days=1)
WORDS = 80


class _Cases(Source):
    """Cases go from the list when they are decided, and their hour is promised: none of them can wait."""

    url_name = "moderation:list-cases"
    rests = None
    can_wait = False
    # It is decided in the queue, and its minutes are used there.
    is_elsewhere = True
    # What one takes where the queue’s own journal does not say yet.
    minutes = 5
    act_words: str | Promise = gettext_lazy("Open the case")

    def may(self, viewer: Membership) -> bool:
        return can_see_queue(viewer)

    def cases(self, scope: Scope) -> CaseQuerySet:
        """Never one’s own: nobody judges their own words."""
        seen = cases_seen_by(scope.viewer, Case.objects.all()).open().exclude(author=scope.viewer)
        cases: CaseQuerySet = scope.narrowed(seen)
        return cases

    def title(self, case: Case, words: str) -> str:
        raise NotImplementedError

    def takes(self, scope: Scope) -> int:
        """Minutes for one, as this community’s own decisions say; one statement for both kinds."""
        memo: dict[str, Any] = scope.memo
        if "minutes of cases" not in memo:
            memo["minutes of cases"] = usual_minutes(scope.now, ("cases", "held"))
        usual: dict[str, int] = memo["minutes of cases"]
        return usual.get(self.name, self.minutes)

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        found = cases_seen_by(scope.viewer, Case.objects.all()).filter(pk__in=keys)
        cases = list(found.select_related("author", "space"))
        words = first_words_of(cases)
        return {case.pk: self._named(case, words.get(case.pk, FirstWords("")).text) for case in cases}

    def _named(self, case: Case, words: str) -> Named:
        said = {"ref": case.ref, "words": Truncator(words).chars(WORDS)}
        title = _("%(ref)s: “%(words)s”") % said if words else case.ref
        return Named(title, reverse("moderation:show-case", args=[case.ref]))

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """What somebody has decided in the queue; how long each took says the queue’s own journal."""
        if "decided" not in scope.memo:
            scope.memo["decided"] = decided_by(scope.viewer, since)
        decided: list[Spent] = scope.memo["decided"]
        own = [one for one in decided if one.kind == self.name]
        usual = self.takes(scope) if any(one.minutes is None for one in own) else self.minutes
        return [Elsewhere(one.case_id, one.at, one.minutes or usual) for one in own]

    def matters(self, cases: CaseQuerySet, scope: Scope, limit: int) -> Sequence[Matter]:
        found = list(
            cases.select_related("author", "space")
            .annotate(reporters=Count("reports"))
            .order_by("due_at", "id")[:limit]
        )
        words = first_words_of(found)
        minutes = self.takes(scope) if found else self.minutes
        return [self._matter(case, words.get(case.pk, FirstWords("")).text, minutes) for case in found]

    def _matter(self, case: Case, words: str, minutes: int) -> Matter:
        place = str(subject_of(case).place_of(case))
        return Matter(
            str(case.pk),
            self.title(case, Truncator(words).chars(WORDS)),
            minutes,
            case.opened_at,
            harm=case.severity,
            people=case.reporters + (1 if case.waited else 0),  # type: ignore[attr-defined]
            due=case.due_at,
            facts=tuple(filter(None, (case.ref, place))),
            url=reverse("moderation:show-case", args=[case.ref]),
            act=str(self.act_words),
        )


class CasesDue(_Cases):
    """Reports, and all others that are to be decided within a day."""

    name = "cases"
    label = gettext_lazy("Case to decide")
    order = 10

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        reported = self.cases(scope).exclude(kind=Case.Kind.HELD)
        return self.matters(reported.due_within(24), scope, limit)

    def title(self, case: Case, words: str) -> str:
        return _("To decide: “%(words)s”") % {"words": words} if words else _("A case to decide")


class HeldTexts(_Cases):
    """Texts that nobody sees before somebody of the team has read them."""

    name = "held"
    label = gettext_lazy("Text to read before it appears")
    order = 15
    minutes = 2
    act_words = gettext_lazy("Read it")

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        return self.matters(self.cases(scope).filter(kind=Case.Kind.HELD), scope, limit)

    def title(self, case: Case, words: str) -> str:
        return (
            _("Waits to be read: “%(words)s”") % {"words": words} if words else _("A text waits to be read")
        )


def register() -> None:
    register_source(CasesDue())
    register_source(HeldTexts())
