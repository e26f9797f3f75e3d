"""What a segment means: conditions that all hold, each with the answers that fit. One rule, one query set."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.newsletters.models import Newsletter, Segment
from communities.animation.newsletters.permissions import can_write_newsletter
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.models import Membership, MembershipQuerySet
from communities.people.fields.defined import fields_here
from communities.queries import communities_by_id
from communities.scoping import active_community_id

# A segment of segments of segments: more is not understood by anybody.
DEEPEST = 4

VISITS = (
    ("7", gettext_lazy("in the last 7 days")),
    ("28", gettext_lazy("in the last 28 days")),
    ("-28", gettext_lazy("not for 28 days")),
    ("-90", gettext_lazy("not for 90 days")),
)
POSTS = (
    ("some", gettext_lazy("has written something")),
    ("none", gettext_lazy("has written nothing yet")),
)


class SegmentInUse(DomainError):
    message = gettext_lazy("A newsletter or another segment uses this one. Take it out there first.")


@dataclass(frozen=True)
class Rule:
    """Whoever fits all that is said; what is empty says nothing. `stages` are numbers of stages of the launch,
    `answers` are “key:number” of a profile field’s option, `within` and `without` numbers of other segments."""

    roles: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    visit: str = ""
    posts: str = ""
    came_by: tuple[str, ...] = ()
    stages: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    within: tuple[int, ...] = ()
    without: tuple[int, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Rule:
        known = {one.name for one in fields(cls)}
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in kept.items()
            if name in known
        }
        return cls(**said)

    def as_json(self) -> dict[str, Any]:
        said = {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }
        return {name: value for name, value in said.items() if value}

    def people(self, depth: int = 0) -> MembershipQuerySet:
        """Those whom it means, of the community in scope: members who are here and not shut out.

        One query set, whatever is combined; other segments are looked up when it is made, one query for each depth.
        """
        here: MembershipQuerySet = Membership.objects.shown().not_suspended()
        if self.roles:
            here = here.in_roles(set(self.roles))
        exact = {"trust_level__in": self.levels, "came_by__in": self.came_by}
        here = here.filter(**{name: said for name, said in exact.items() if said})
        if self.languages:
            here = here.filter(language__in=[*self.languages, *_unsaid(self.languages)])
        if self.visit:
            here = _visiting(here, int(self.visit))
        if self.posts:
            here = here.filter(post_count__gt=0) if self.posts == "some" else here.filter(post_count=0)
        if self.stages:
            here = here.filter(stage_ids__overlap=list(self.stages))
        for wanted in _by_field(self.answers).values():
            here = here.filter(wanted)
        return self._combined(here, depth)

    def _combined(self, here: MembershipQuerySet, depth: int) -> MembershipQuerySet:
        if not (self.within or self.without) or depth >= DEEPEST:
            return here
        others = Segment.objects.in_bulk([*self.within, *self.without])
        for number in self.within:
            # One that has gone means nobody: never more people than somebody has seen.
            people = Rule.read(others[number].rule).people(depth + 1) if number in others else here.none()
            here = here.filter(pk__in=people.values("pk"))
        for number in self.without:
            if number in others:
                here = here.exclude(pk__in=Rule.read(others[number].rule).people(depth + 1).values("pk"))
        return here


def _unsaid(languages: Sequence[str]) -> list[str]:
    """Whoever chose no language reads the community’s own."""
    community = communities_by_id.get(active_community_id())
    return [""] if community is not None and community.language in languages else []


def _visiting(here: MembershipQuerySet, days: int) -> MembershipQuerySet:
    edge = timezone.now() - datetime.timedelta(days=abs(days))
    if days > 0:
        return here.filter(seen_at__gte=edge)
    return here.filter(Q(seen_at__lt=edge) | Q(seen_at__isnull=True))


def _by_field(answers: Sequence[str]) -> dict[str, Q]:
    """Of one field any of the answers, of several fields one each. An answer that no field knows fits nobody."""
    known = fields_here()
    wanted: dict[str, Q] = {}
    for said in answers:
        key, _colon, number = said.partition(":")
        field = known.get(key)
        if field is None or not number.isdecimal():
            wanted.setdefault(key, Q(pk__in=[]))
            continue
        option = int(number)
        value = [option] if field.kind == "several" else option
        wanted[key] = wanted.get(key, Q(pk__in=[])) | Q(profile__contains={key: value})
    return wanted


def people_of(segment: Segment) -> MembershipQuerySet:
    return Rule.read(segment.rule).people()


@transaction.atomic
def save_segment(segment: Segment, *, by: Membership, name: str, rule: Rule) -> Segment:
    """Keep a new one, or what was changed. Raises NotAllowed, FieldError where its name is taken or it leads back to
    itself."""
    if not can_write_newsletter(by):
        raise NotAllowed
    if Segment.objects.filter(name=name).exclude(pk=segment.pk).exists():
        raise FieldError(_("There is a segment of this name already."), field="name")
    if segment.pk and _leads_to(rule, segment.pk):
        raise FieldError(_("These segments lead back to this one."), field="within")
    if segment._state.adding:
        segment.created_by = by
    segment.name, segment.rule = name, rule.as_json()
    segment.save()
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, by: Membership) -> None:
    """Raises NotAllowed, SegmentInUse."""
    if not can_write_newsletter(by):
        raise NotAllowed
    row = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if row is None:
        return
    others = Segment.objects.exclude(pk=row.pk).values_list("rule", flat=True)
    named = any(row.pk in (*Rule.read(rule).within, *Rule.read(rule).without) for rule in others)
    if named or Newsletter.objects.filter(segment=row).exists():
        raise SegmentInUse
    row.delete()


def _leads_to(rule: Rule, number: int) -> bool:
    seen: set[int] = set()
    ahead = {*rule.within, *rule.without}
    while ahead - seen:
        if number in ahead:
            return True
        seen |= ahead
        rows = Segment.objects.filter(pk__in=ahead).values_list("rule", flat=True)
        ahead = {pk for row in rows for pk in (*Rule.read(row).within, *Rule.read(row).without)}
    return number in ahead
