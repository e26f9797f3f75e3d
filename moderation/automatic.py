"""What automations may begin with here, and do: a case is decided; a text is held until a person has read it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from communities.automatic import (
    PERSON,
    POST,
    Automatic,
    Condition,
    Found,
    Occurrence,
    Order,
    Outcome,
    Span,
    Trigger,
    Values,
    automatics,
    conditions,
    triggers,
)
from communities.content.models import Post
from communities.exceptions import DomainError
from communities.models import Community, Membership
from moderation import vocabulary
from moderation.models import Case
from moderation.permissions import can_see_queue, cases_seen_by
from moderation.services.deciding import CASE_DECIDED, occurrence_of
from moderation.services.holding import hold_post

# What a decided case gives besides a person, for conditions about it.
CASE = "case"


class CaseDecided(Trigger):
    """A person has decided a case; the person is whose text or page it was about, where they were told."""

    name = CASE_DECIDED
    label = _("a case of moderation is decided")
    order = 80
    gives = frozenset({PERSON, CASE})

    def known_to(self, reader: Membership) -> bool:
        return can_see_queue(reader)

    def may_be_told(self, reader: Membership, what: str) -> bool:
        """As the page of the case asks: who looks after some spaces sees the cases of these."""
        return can_see_queue(reader) and cases_seen_by(reader, Case.objects.filter(ref=what)).exists()

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        rows = Case.objects.resolved().filter(resolved_at__gt=span.since, resolved_at__lte=span.until)
        found = rows.exclude(outcome=Case.Outcome.WITHDRAWN).order_by("resolved_at", "pk")
        return [occurrence_of(row) for row in found[: span.most]]


class HowItEnded(Condition):
    """Of a case: what was decided. Read now: a case that was decided anew since has its new end."""

    name = "outcome"
    label = _("it ended as")
    order = 60
    needs = frozenset({CASE})

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        # What its author takes back is not decided.
        return [
            (name, str(label))
            for name, label in vocabulary.outcome_choices()
            if name != Case.Outcome.WITHDRAWN
        ]

    def holds(self, found: Found, key: str) -> bool:
        if "outcomes" not in found.memo:
            rows = Case.objects.filter(ref__in=found.whats_together())
            found.memo["outcomes"] = dict(rows.values_list("ref", "outcome"))
        return bool(found.memo["outcomes"].get(found.what) == key)


class HoldText(Automatic):
    """Nobody but its author and the team sees it until somebody has read it. It comes back from the queue."""

    name = "hold"
    label = _("hold it until somebody on the team has read it")
    order = 55
    needs = frozenset({POST})

    def may(self, by: Membership) -> bool:
        return by.can_judge

    def foresees(self, order: Order) -> str:
        post = order.found.post
        of_team = post is not None and order.found.person is not None and order.found.person.is_staff
        return str(_("Texts by the team are not held.")) if of_team else ""

    def do(self, order: Order) -> Outcome:
        post = order.found.post
        if post is None and order.found.thread is not None:
            post = order.found.thread.opening()
        fresh = (
            Post.objects.select_related("thread__space", "author").filter(pk=post.pk if post else 0).first()
        )
        if fresh is None:
            raise DomainError(_("The text is no longer there."))
        case = hold_post(fresh, by=order.by)
        return Outcome({"case": case.pk})


def register() -> None:
    triggers.register(CaseDecided())
    conditions.register(HowItEnded())
    automatics.register(HoldText())
