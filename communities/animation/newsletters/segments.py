"""What a segment means: conditions that all hold, each with the answers that fit. One rule, one query set."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
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
from communities.queries import communities_by_id, locked_community
from communities.registries import Registry
from communities.scoping import active_community_id

# A segment of segments of segments: more is not understood by anybody.
DEEPEST = 4
MOST_SEGMENTS = 100
# Stands for the number of one that is not kept yet: nothing leads to it.
NEW = -1

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


class TooManySegments(DomainError):
    message = gettext_lazy("A hundred segments is the limit. Delete one that nobody uses first.")


class SegmentInUse(DomainError):
    message = gettext_lazy(
        "A newsletter, an announcement, an offer or another segment uses this one. Take it out there first."
    )


@dataclass(frozen=True)
class SegmentUse:
    """Something else that is for a segment: whether it needs one now, and what is kept of it when it is deleted."""

    name: str
    needs: Callable[[Segment], bool]
    leave: Callable[[Segment], None]


segment_uses: Registry[SegmentUse] = Registry("use of a segment")


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
        numbers = {*self.within, *self.without}
        if not numbers:
            return here
        others = Segment.objects.in_bulk(numbers) if depth < DEEPEST else {}
        if numbers - others.keys():
            # One that has gone, or is too deep, means nobody: never more people than somebody has seen.
            return here.none()
        means = {number: Rule.read(one.rule).people(depth + 1).values("pk") for number, one in others.items()}
        for number in self.within:
            here = here.filter(pk__in=means[number])
        for number in self.without:
            here = here.exclude(pk__in=means[number])
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
    """Keep a new one, or what was changed. Raises NotAllowed, TooManySegments, FieldError where its name is taken, or
    where the segments that it is made of lead back to itself, too deep, or nowhere.
    """
    if not can_write_newsletter(by):
        raise NotAllowed
    # Two that are saved at once, each made of the other, or of one that is being deleted, would each see no harm.
    locked_community(by.community_id)
    if Segment.objects.filter(name=name).exclude(pk=segment.pk).exists():
        raise FieldError(_("There is already a segment with this name."), field="name")
    _check_chain(segment.pk or NEW, rule)
    if segment._state.adding:
        if Segment.objects.count() >= MOST_SEGMENTS:
            raise TooManySegments
        segment.created_by = by
    segment.name, segment.rule = name, rule.as_json()
    segment.save()
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, by: Membership) -> None:
    """Raises NotAllowed, SegmentInUse."""
    if not can_write_newsletter(by):
        raise NotAllowed
    locked_community(by.community_id)
    row = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if row is None:
        return
    named = any(row.pk in made_of for pk, made_of in _chains().items() if pk != row.pk)
    using = Newsletter.objects.filter(segment=row)
    needed = any(use.needs(row) for use in segment_uses)
    if named or needed or using.exclude(state=Newsletter.State.SENT).exists():
        raise SegmentInUse
    using.update(segment_name=row.name)
    for use in segment_uses:
        use.leave(row)
    row.delete()


def _chains() -> dict[int, tuple[int, ...]]:
    """Of which others each segment is made."""
    rows = Segment.objects.values_list("pk", "rule")
    return {pk: _made_of(Rule.read(rule)) for pk, rule in rows}


def _made_of(rule: Rule) -> tuple[int, ...]:
    return (*rule.within, *rule.without)


def _check_chain(number: int, rule: Rule) -> None:
    """Raises FieldError where with this rule a segment would lead back to itself, too deep, or nowhere."""
    chains = _chains() | {number: _made_of(rule)}
    if any(one not in chains for one in _made_of(rule)):
        raise FieldError(_("One of these segments has been deleted in the meantime."), field="within")
    if _leads_to(chains, number):
        raise FieldError(_("These segments lead back to this one."), field="within")

    @cache
    def depth(pk: int) -> int:
        return max((1 + depth(one) for one in chains.get(pk, ())), default=0)

    if max(depth(pk) for pk in chains) > DEEPEST:
        raise FieldError(
            _("Segments within segments: four deep is the limit. Enter the conditions themselves here."),
            field="within",
        )


def _leads_to(chains: Mapping[int, Sequence[int]], number: int) -> bool:
    seen: set[int] = set()
    ahead = set(chains[number])
    while ahead - seen:
        seen |= ahead
        ahead = {one for pk in ahead for one in chains.get(pk, ())}
    return number in seen
