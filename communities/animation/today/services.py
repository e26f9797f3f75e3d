"""Acts about what is due: do it, tick it off, put it off, give it to somebody, take it back."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.exceptions import (
    CannotGive,
    HandledMeanwhile,
    NoMatter,
    NothingToTakeBack,
)
from communities.animation.models import LONGEST_REST, Handling
from communities.animation.notices import MatterGiven
from communities.animation.permissions import can_give_matters, can_see_today, sees_own_part_only
from communities.animation.today.listing import may_have, scope_for, standing_of
from communities.animation.today.matters import Matter, Scope, Source
from communities.exceptions import DomainError, NotAllowed
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell

Act = Handling.Act
# What was done indeed is asked about again after this long: a reply may have been held.
SETTLES = datetime.timedelta(days=1)


def find_matter(source: Source, key: str, *, by: Membership, community: Community) -> tuple[Matter, Scope]:
    """The matter as it is now on somebody’s list. Raises NotAllowed, NoMatter."""
    if not can_see_today(by):
        raise NotAllowed
    if not may_have(source, by):
        raise NoMatter
    now = timezone.now()
    scope = scope_for(source, standing_of(by, now), community, by, now)
    number = int(key) if key.isdecimal() and len(key) <= 18 else -1
    scope.key = number
    found = source.due(scope, 1)
    if not found:
        raise NoMatter
    return found[0], scope


@transaction.atomic
def tick_off(source: Source, key: str, *, by: Membership, community: Community, seen: int) -> Handling:
    """It is done, or need not be: nobody is reminded of it for as long as its source says.

    Raises NotAllowed, NoMatter, HandledMeanwhile; DomainError for what goes only when it is done indeed.
    """
    matter = _mine_to_handle(source, key, by, community, seen)
    if source.rests is None:
        raise DomainError(_("This leaves the list when it is done, not before."))
    until = timezone.now() + min(source.rests, LONGEST_REST)
    return _note(source, key, Act.DONE, by=by, seen=seen, until=until, minutes=matter.minutes)


@transaction.atomic
def carry_out(
    source: Source, key: str, *, by: Membership, community: Community, seen: int, data: QueryDict
) -> str:
    """Do it here, by the service of the room that it belongs to; what was done, in a sentence.

    The line is written first: of two who do it at once the second waits for the first, and is told. Raises NotAllowed,
    NoMatter, HandledMeanwhile, and whatever the act refuses.
    """
    matter = _mine_to_handle(source, key, by, community, seen)
    _note(
        source,
        key,
        Act.DONE,
        by=by,
        seen=seen,
        until=timezone.now() + SETTLES,
        minutes=matter.minutes,
        carried_out=True,
    )
    return source.act(key, Scope(community, by, timezone.now(), key=int(key)), data)


@transaction.atomic
def postpone(
    source: Source, key: str, *, by: Membership, community: Community, seen: int, until: datetime.datetime
) -> Handling:
    """It comes back then. Raises NotAllowed, NoMatter, HandledMeanwhile; DomainError for what cannot wait."""
    _mine_to_handle(source, key, by, community, seen)
    if not source.can_wait:
        raise DomainError(_("This cannot wait: the law, or a promise, sets the deadline."))
    now = timezone.now()
    if not now < until <= now + LONGEST_REST:
        raise DomainError(_("Choose a moment within the next 90 days."))
    return _note(source, key, Act.POSTPONED, by=by, seen=seen, until=until)


@transaction.atomic
def give(
    source: Source, key: str, *, by: Membership, community: Community, seen: int, to: Membership | None
) -> Handling:
    """Somebody else sees to it; they are told. Raises NotAllowed, NoMatter, HandledMeanwhile, CannotGive."""
    if not can_give_matters(by):
        raise NotAllowed
    _mine_to_handle(source, key, by, community, seen)
    if to is None:
        raise CannotGive(_("Choose somebody."))
    if to.pk == by.pk or not can_see_today(to) or not may_have(source, to):
        raise CannotGive
    number = int(key)
    theirs = Scope(community, to, timezone.now(), only=frozenset([number]), key=number)
    if not source.due(theirs, 1):
        raise CannotGive
    row = _note(source, key, Act.GIVEN, by=by, seen=seen, to=to)
    tell(MatterGiven, [to.pk], About(actor=by, path="/today/", occasion=f"matter {row.pk}"))
    return row


@transaction.atomic
def take_back(row: Handling, *, by: Membership) -> None:
    """As if it had not been done: the matter is on the list again. One’s own act, as long as nobody did more since.

    Raises NotAllowed, NothingToTakeBack.
    """
    fresh = Handling.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not can_see_today(by):
        raise NotAllowed
    if fresh.by_id != by.pk:
        raise NothingToTakeBack(_("Only whoever did this can take it back."))
    newer = Handling.objects.of(fresh.source, fresh.key).filter(
        number__gt=fresh.number, undone_at__isnull=True
    )
    if fresh.undone_at is not None or fresh.carried_out or newer.exists():
        raise NothingToTakeBack
    Handling.objects.filter(pk=fresh.pk).update(undone_at=timezone.now())


def _mine_to_handle(source: Source, key: str, by: Membership, community: Community, seen: int) -> Matter:
    """Raises HandledMeanwhile where somebody acted since the list was drawn, before anything else is said."""
    if not can_see_today(by):
        raise NotAllowed
    if not may_have(source, by):
        raise NoMatter
    _refuse_unseen(source, key, by, seen)
    return find_matter(source, key, by=by, community=community)[0]


def _refuse_unseen(source: Source, key: str, by: Membership, seen: int) -> None:
    newest = Handling.objects.of(source.name, key).select_related("by").order_by("-number").first()
    if newest is not None and newest.number > seen:
        raise HandledMeanwhile(_who_was_first(newest, by))


def _who_was_first(row: Handling, by: Membership) -> str:
    if row.by_id == by.pk:
        return _("You have already done this, in another window or with a second click.")
    name = row.by.display_name if row.by else _("Former member")
    if row.act == Act.GIVEN:
        return _("%(name)s has just given this to somebody. Nothing you wrote is lost.") % {"name": name}
    if row.act == Act.POSTPONED:
        return _("%(name)s has just put this off. Nothing you wrote is lost.") % {"name": name}
    return _("%(name)s has just done this. Nothing you wrote is lost.") % {"name": name}


def _note(
    source: Source,
    key: str,
    act: str,
    *,
    by: Membership,
    seen: int,
    until: datetime.datetime | None = None,
    to: Membership | None = None,
    minutes: int = 0,
    carried_out: bool = False,
) -> Handling:
    """One line, in its turn: never further than the next, whatever its sender says that they have seen. What somebody
    was given and puts off stays theirs."""
    last = Handling.objects.of(source.name, key).aggregate(last=Max("number"))["last"] or 0
    standing = Handling.objects.of(source.name, key).standing().first()
    kept = standing.to_id if standing is not None and standing.to_id == by.pk else None
    row = Handling(
        source=source.name,
        key=key,
        number=min(seen, last) + 1,
        act=act,
        by=by,
        until=until,
        to_id=to.pk if to is not None else (kept if sees_own_part_only(by) or act == Act.POSTPONED else None),
        minutes=minutes,
        carried_out=carried_out,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        _refuse_unseen(source, key, by, seen)
        raise HandledMeanwhile from error
    return row
