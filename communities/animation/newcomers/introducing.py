"""Newcomers who were received and know nobody yet, with members who have said the same of themselves."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.models import Introduction, Welcome
from communities.animation.newcomers.matters import (
    MINUTES_TO_INTRODUCE,
    MOST_GREETED,
    NewcomerSource,
    own_newcomers,
    who,
)
from communities.animation.newcomers.meeting import Suggestion, suggested, writers_for
from communities.animation.newcomers.queries import NEWCOMER, first_texts, newcomers
from communities.animation.newcomers.services import introduce
from communities.animation.today.matters import DONE_HERE, Elsewhere, Matter, Scope
from communities.exceptions import FieldError
from communities.models import Membership

# Of the newest so many are looked at: most newcomers have said nothing that anybody else has.
MOST_LOOKED_AT = 60
# Whom somebody introduces with a greeting, they introduce in the same moment.
AT_ONCE, SAME_ACT = datetime.timedelta(0), datetime.timedelta(minutes=1)


class Introductions(NewcomerSource):
    """Whoever was greeted or answered, and has something in common with members who wrote lately. The same space alone
    is not enough to be reminded of: the desk names it."""

    name = "introductions"
    label = gettext_lazy("Newcomer to introduce")
    order = 45
    is_elsewhere = True

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        people = self._received(scope)
        if not people:
            return []
        writers = writers_for(scope.community, scope.reader)
        found = [
            (person, suggested(person, writers, scope.community, but=[scope.viewer.pk])) for person in people
        ]
        return [self._matter(person, meet) for person, meet in found if meet][:limit]

    def _received(self, scope: Scope) -> list[Membership]:
        """The newest who know nobody yet, and wait for no first word any more."""
        people = own_newcomers(scope, newcomers(scope.now - NEWCOMER))
        welcomes = Welcome.objects.filter(membership=OuterRef("pk")).greeted()
        people = people.exclude(Exists(Introduction.objects.filter(newcomer=OuterRef("pk"))))
        people = people.annotate(greeted_at=Subquery(welcomes.values("greeted_at")[:1]))
        rows = people.filter(Q(greeted_at__isnull=False) | Q(post_count__gt=0)).newest()[:MOST_LOOKED_AT]
        found: list[Membership] = list(rows)
        texts = first_texts([person.pk for person in found], scope.reader).select_related("thread")
        firsts = {text.author_id: text for text in texts} if found else {}
        return [one for one in found if _is_received(one, firsts.get(one.pk))]

    def _matter(self, person: Membership, meet: list[Suggestion]) -> Matter:
        return Matter(
            str(person.pk),
            _("%(name)s could meet others") % {"name": person.display_name},
            MINUTES_TO_INTRODUCE,
            _greeted_at(person) or person.joined_at,
            people=1,
            facts=who(person),
            url=f"{reverse('animation:greet-newcomer', args=[person.pk])}?back=today",
            act=_("Read what they said"),
            form="animation/today/introduce.html",
            context={"meet": meet},
        )

    def act(self, key: str, scope: Scope, data: QueryDict) -> str:
        """Only those who are offered, with the reason that all of them read."""
        person = Membership.objects.get(pk=int(key))
        writers = writers_for(scope.community, scope.reader)
        offered = suggested(person, writers, scope.community, but=[scope.viewer.pk])
        reasons = {one.number: one.reason for one in offered}
        meet = {int(pk): reasons[pk] for pk in data.getlist("meet") if pk in reasons}
        if not meet:
            raise FieldError(_("Choose who they should meet."), field="meet")
        introduce(person, meet, by=scope.viewer)
        return _("They are introduced, and told of each other.")

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """Whom the viewer has introduced at the desk, but for those whom they have greeted with the same press."""
        here = scope.memo.get(DONE_HERE, ())
        mine = Introduction.objects.filter(by=scope.viewer, at__gte=since).order_by("at")
        hello_of = Welcome.objects.filter(membership=OuterRef("newcomer"), greeted_by=scope.viewer)
        rows = mine.annotate(hello=Subquery(hello_of.values("greeted_at")[:1]))
        told: dict[int, Elsewhere] = {}
        for newcomer, at, hello in rows.values_list("newcomer_id", "at", "hello")[:MOST_GREETED]:
            with_greeting = hello is not None and AT_ONCE <= at - hello < SAME_ACT
            if not with_greeting and (self.name, newcomer) not in here:
                told.setdefault(newcomer, Elsewhere(newcomer, at, MINUTES_TO_INTRODUCE))
        return list(told.values())


def _is_received(person: Membership, first: Any) -> bool:
    """Greeted or answered; whose first text waits for a reply gets that first."""
    if first is None or (first.reply_id is None and first.thread.locked):
        return _greeted_at(person) is not None
    return first.reply_id is not None


def _greeted_at(person: Membership) -> datetime.datetime | None:
    found: datetime.datetime | None = getattr(person, "greeted_at", None)
    return found
