"""What the team does with a mention: read it, hide it, give it to somebody, plan a reply, say that it was given; and
delete it, where its writer objects."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.listening.counting import leave_counts
from communities.animation.listening.exceptions import NotColleague, NotPlanned
from communities.animation.listening.models import Mention, MentionMatch, MentionQuerySet
from communities.animation.listening.permissions import can_delete_mentions, can_listen
from communities.calendar import DAY, today
from communities.exceptions import FieldError, NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership

# A reply to something said elsewhere is of use for some days.
FURTHEST = 90


def mark_seen(mention: Mention, *, by: Membership) -> bool:
    """That somebody has read it; False where it was no longer new. Raises NotAllowed."""
    _refuse(by)
    return bool(_one(mention).filter(state=Mention.State.NEW).update(state=Mention.State.SEEN))


def hide(mention: Mention, *, by: Membership) -> None:
    """It is noise: out of the list, of all figures and of Today, until it is shown again. Raises NotAllowed."""
    _refuse(by)
    _one(mention).update(state=Mention.State.HIDDEN)


def show_again(mention: Mention, *, by: Membership) -> None:
    """It counts again, with its reply and whose it is as they were. Raises NotAllowed."""
    _refuse(by)
    _one(mention).filter(state=Mention.State.HIDDEN).update(state=Mention.State.SEEN)


def colleagues() -> list[Membership]:
    """Who can be given a mention, by name."""
    return [
        one for one in Membership.objects.active().team().order_by("display_name", "pk") if can_listen(one)
    ]


@transaction.atomic
def assign(mention: Mention, to: Membership | None, *, by: Membership) -> None:
    """Whose it is; None: nobody’s. Raises NotAllowed, NotColleague."""
    _refuse(by)
    if to is not None and not can_listen(to):
        raise NotColleague(field="to")
    _one(mention).update(assignee=to)
    mark_seen(mention, by=by)


@transaction.atomic
def plan_reply(
    mention: Mention, day: datetime.date, *, to: Membership | None, by: Membership, community: Community
) -> None:
    """A reply where it was said, on a day, by somebody; Today says so from then on until it was given. What is to be
    answered is no noise: it is shown again where it was hidden.

    Raises NotAllowed, NotColleague, FieldError.
    """
    _refuse(by)
    now = today(community)
    if not now <= day <= now + DAY * FURTHEST:
        raise FieldError(_("Choose a day from today on, within 90 days."), field="day")
    if to is not None and not can_listen(to):
        raise NotColleague(field="to")
    _one(mention).update(reply_on=day, replied_at=None, assignee=to, state=Mention.State.SEEN)


def call_reply_off(mention: Mention, *, by: Membership) -> None:
    """No reply is planned any more; whose it is stays. Raises NotAllowed."""
    _refuse(by)
    _one(mention).filter(replied_at__isnull=True).update(reply_on=None)


def mark_replied(mention: Mention, *, by: Membership) -> None:
    """The reply was given where it was said. Raises NotAllowed, NotPlanned."""
    _refuse(by)
    planned = _one(mention).filter(reply_on__isnull=False, replied_at__isnull=True)
    if not planned.update(replied_at=timezone.now()):
        raise NotPlanned


def open_again(mention: Mention, *, by: Membership) -> None:
    """It was not given after all: it is planned as it was. Raises NotAllowed."""
    _refuse(by)
    _one(mention).filter(replied_at__isnull=False).update(replied_at=None)


@transaction.atomic
def delete_mention(mention: Mention, *, by: Membership, community: Community) -> bool:
    """Its words, its author and its address go for good: nothing takes it back. How often each name was said on its day
    stays counted, and its source does not bring it again. The journal says that one was deleted, and not which.

    False where it was deleted already. Raises NotAllowed.
    """
    if not can_delete_mentions(by):
        raise NotAllowed
    row = _one(mention).select_for_update(of=("self",)).select_related("source").first()
    if row is None:
        return False
    leave_counts({row.pk: row}, community)
    MentionMatch.objects.filter(mention=row).delete()
    nothing = dict.fromkeys(("title", "excerpt", "link", "author"), "")
    never = dict.fromkeys(("reply_on", "replied_at", "assignee"))
    _one(row).update(state=Mention.State.DELETED, **nothing, **never)
    record(by, "mention_deleted", what=row.source.name, about=row.pk)
    return True


def _one(mention: Mention) -> MentionQuerySet:
    found: MentionQuerySet = Mention.objects.kept().filter(pk=mention.pk)
    return found


def _refuse(by: Membership) -> None:
    if not can_listen(by):
        raise NotAllowed
