"""What the open page of a case hears: who else has it open, who writes a decision, and that it was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from communities.hearing.news import channel_of_member, tell_channels, tell_pages
from communities.hearing.presence import AGAIN, note_presence, who_is_at
from communities.hearing.topics import Look, Topic, register_topic
from communities.middleware import MemberRequest
from communities.models import Membership
from moderation.models import Case, Sanction
from moderation.permissions import can_see_queue, cases_seen_by

OPEN, WRITING = "open", "writing"
# So many are named.
MOST_NAMED = 5


def look_at_case(request: MemberRequest, rest: Sequence[str]) -> Look | None:
    """`case.<ref>.<open or writing>`: what others do there. Whoever asks has it open, and others hear of that."""
    by, ref = request.membership, rest[0] if rest else ""
    if not can_see_queue(by):
        return None
    case = cases_seen_by(by, Case.objects.all()).filter(ref=ref).first()
    if case is None:
        return None
    channel = f"case.{case.ref}"
    if not case.is_open:
        # Whoever decided it has gone on to the next one.
        return Look(channel, {"how": "here", "said": _("This case has been decided.")})
    doing = WRITING if rest[1:] == [WRITING] else OPEN
    if note_presence(channel, by.pk, doing, yields=doing == OPEN):
        tell_pages(channel)
    said = _said(who_is_at(channel, but=by.pk))
    return Look(channel, {"how": "here", "said": said, "again": AGAIN})


def _said(others: dict[int, str]) -> str:
    people = Membership.objects.active().filter(pk__in=sorted(others)[:MOST_NAMED]) if others else ()
    sentences = {
        OPEN: _("%(name)s has this case open, too."),
        WRITING: _("%(name)s is writing a decision."),
    }
    told = [sentences[others[one.pk]] % {"name": one.display_name} for one in people]
    return " ".join(sorted(told))


@receiver(post_save, sender=Case, dispatch_uid="moderation.hearing.case")
def tell_of_case(sender: type[Case], instance: Case, created: bool, **_extra: Any) -> None:
    if not created:
        tell_pages(f"case.{instance.ref}")


@receiver(post_save, sender=Sanction, dispatch_uid="moderation.hearing.sanction")
def tell_of_measure(sender: type[Sanction], instance: Sanction, **_extra: Any) -> None:
    """What they may read has changed: their open pages begin anew, or not at all."""
    tell_channels([channel_of_member(instance.membership_id)])


register_topic(Topic("case", look_at_case))
