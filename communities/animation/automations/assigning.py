"""Giving a matter of Today to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.models import Handling
from communities.animation.permissions import can_give_matters, can_see_today
from communities.animation.today.listing import may_have
from communities.animation.today.matters import sources
from communities.animation.today.services import give, take_back
from communities.automatic import MATTER, PERSON, Automatic, Order, Outcome, Trigger, Values
from communities.exceptions import DomainError, NotAllowed
from communities.models import Membership


class AssignMatter(Automatic):
    """What it is about stands on Today: it is given to somebody, as a person of the team would do."""

    name = "assign"
    label = gettext_lazy("assign it to somebody, on Today")
    order = 25
    needs = frozenset({MATTER})
    asks_to = gettext_lazy("To whom")
    can_be_undone = True

    def said(self, values: Values, to: str, by: str) -> str:
        return _("assign it to %(name)s, on Today") % {"name": to}

    def takes(self, trigger: Trigger) -> bool:
        return super().takes(trigger) and trigger.on_today is not None and trigger.on_today[0] in sources

    def may(self, by: Membership) -> bool:
        return by.can_manage and can_give_matters(by)

    def may_be_given_to(self, to: Membership, trigger: Trigger) -> bool:
        if trigger.on_today is None or not can_see_today(to):
            return False
        return may_have(sources[trigger.on_today[0]], to)

    def check(self, trigger: Trigger, when: Values, values: Values) -> str:
        if trigger.comes_to_today(when):
            return ""
        return _("It appears on Today only after a day: choose 24 hours or more, or tell somebody instead.")

    def foresees(self, order: Order) -> str:
        try:
            source, key = _matter(order)
        except DomainError as refusal:
            return str(refusal)
        if order.to is not None and order.to.pk == order.by.pk:
            return _("It is already on the list of whoever signed this.")
        return _("Somebody sees to it already.") if key in _seen_to(order, source) else ""

    def do(self, order: Order) -> Outcome:
        source, key = _matter(order)
        if refusal := self.foresees(replace(order, found=replace(order.found, memo={}))):
            raise DomainError(refusal)
        seen = Handling.objects.of(source, key).aggregate(last=Max("number"))["last"] or 0
        row = give(sources[source], key, by=order.by, community=order.found.community, seen=seen, to=order.to)
        return Outcome({"handling": row.pk})

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        """In the name in which it was given: only whoever gave something takes it back."""
        row = Handling.objects.select_related("by").filter(pk=kept["handling"]).first()
        if row is None or row.by is None:
            raise NotAllowed
        take_back(row, by=row.by)


def _seen_to(order: Order, source: str) -> set[str]:
    """The matters of this source that somebody sees to, among those that are asked for together."""
    memo, found = f"seen to {source}", order.found
    if memo not in found.memo:
        of_people = order.trigger.on_today is not None and order.trigger.on_today[1] == PERSON
        keys = found.people_together() if of_people else found.threads_together()
        rows = Handling.objects.filter(source=source, key__in=[str(key) for key in keys]).standing()
        found.memo[memo] = set(rows.values_list("key", flat=True))
    seen: set[str] = found.memo[memo]
    return seen


def _matter(order: Order) -> tuple[str, str]:
    """Source and key on Today. Raises DomainError where it leads to nothing that stands there."""
    if order.trigger.on_today is None:
        raise DomainError(_("This is not on Today."))
    source, counts = order.trigger.on_today
    thing = order.found.person if counts == PERSON else order.found.thread
    if thing is None:
        raise DomainError(_("This is no longer there."))
    return source, str(thing.pk)
