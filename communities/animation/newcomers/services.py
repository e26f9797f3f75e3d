"""Receiving newcomers: greet, introduce, look after, remind once. Each by a named person, in their own words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.exceptions import CameBack, CannotGreet, GreetedMeanwhile, NudgedBefore
from communities.animation.models import Handling, Introduction, Welcome
from communities.animation.newcomers.queries import first_texts, quiet
from communities.animation.notices import HELLO, NUDGE, Greeting, Introduced, NewcomerGiven
from communities.animation.permissions import (
    can_assign_newcomers,
    can_greet_newcomers,
    sees_own_part_only,
)
from communities.content.models import Post
from communities.content.services import reply_to
from communities.content.viewers import viewer_for
from communities.exceptions import ChangedMeanwhile, FieldError, NotAllowed
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell

LONGEST = 2000
MOST_INTRODUCED = 2


@dataclass(frozen=True)
class Wishes:
    """What somebody wants to say to a newcomer. `meet` are the members to introduce, with the reason that all read."""

    words: str
    how: str = Welcome.How.NOTE
    meet: Mapping[int, str] = field(default_factory=dict)
    # They have read that somebody was first, and write as well.
    also: bool = False
    submission: uuid.UUID | None = None


@transaction.atomic
def greet(person: Membership, wishes: Wishes, *, by: Membership, community: Community) -> Welcome:
    """Greet a newcomer and introduce them; who greets first is noted. Their row is locked first of all: of two who
    greet at once the second waits, and is told who was first.

    Raises NotAllowed, CannotGreet, GreetedMeanwhile, FieldError, and what refuses a reply.
    """
    _refuse_silent(by)
    person, welcome = _received_by(person, by)
    if welcome.greeted_at is not None and not (wishes.also and wishes.how == Welcome.How.REPLY):
        raise GreetedMeanwhile(_who_greeted(welcome, by))
    words = _checked(wishes.words)
    post: Post | None
    if wishes.how == Welcome.How.REPLY:
        post = _reply(person, words, by=by, community=community, submission=wishes.submission)
        said = ""
    else:
        post, said = None, words
    if welcome.greeted_at is None:
        welcome.greeted_at, welcome.greeted_by, welcome.how = timezone.now(), by, wishes.how
        welcome.post, welcome.words = post, said
        welcome.save()
        if said:
            tell(Greeting, [person.pk], About(actor=by, path="/me/greeting/", occasion=HELLO))
    introduce(person, wishes.meet, by=by)
    return welcome


@transaction.atomic
def introduce(person: Membership, meet: Mapping[int, str], *, by: Membership) -> list[Introduction]:
    """Bring a newcomer together with members, who are told of each other; whom they know already is left out.

    Raises NotAllowed, FieldError for more than two at once.
    """
    _refuse_silent(by)
    if not may_receive(by, person):
        raise NotAllowed
    if len(meet) > MOST_INTRODUCED:
        raise FieldError(_("Two people at most: more is a crowd."), field="meet")
    shown = Membership.objects.shown().not_suspended()
    others = shown.filter(pk__in=meet).exclude(pk=person.pk).order_by("pk")
    made = []
    for other in others:
        row, is_new = Introduction.objects.get_or_create(
            newcomer=person, person=other, defaults={"by": by, "reason": meet[other.pk][:200]}
        )
        if is_new:
            made.append(row)
            _tell_both(row, by)
    return made


def _tell_both(row: Introduction, by: Membership) -> None:
    for reader, other in ((row.newcomer, row.person), (row.person, row.newcomer)):
        path = f"/members/{other.handle}/"
        tell(Introduced, [reader.pk], About(actor=by, path=path, occasion=str(row.pk)))


@transaction.atomic
def look_after(
    person: Membership, to: Membership | None, *, by: Membership, was: int | None = None
) -> Welcome:
    """Give a newcomer into somebody’s care, or into nobody’s in particular; they are told. `was` is with whom the page
    showed them.

    Raises NotAllowed, CannotGreet, ChangedMeanwhile.
    """
    if not can_assign_newcomers(by):
        raise NotAllowed
    person, welcome = _received_by(person, by)
    if to is not None and (to.pk == person.pk or not can_greet_newcomers(to)):
        raise FieldError(_("This person does not welcome newcomers."), field="to")
    if welcome.looked_after_by_id == (to.pk if to else None):
        return welcome
    if welcome.looked_after_by_id != was:
        raise ChangedMeanwhile
    welcome.looked_after_by = to
    welcome.looked_after_since = timezone.now() if to else None
    welcome.save(update_fields=["looked_after_by", "looked_after_since"])
    if to is not None and to.pk != by.pk:
        about = About(actor=by, path="/manage/newcomers/?view=mine", occasion=f"care {person.pk}")
        tell(NewcomerGiven, [to.pk], about)
    return welcome


@transaction.atomic
def nudge(person: Membership, words: str, *, by: Membership) -> Welcome:
    """Write once more to somebody who has gone quiet: once, then never again.

    Raises NotAllowed, CannotGreet, NudgedBefore, CameBack, FieldError.
    """
    _refuse_silent(by)
    person, welcome = _received_by(person, by)
    if welcome.nudged_at is not None:
        raise NudgedBefore
    if not quiet(Membership.objects.filter(pk=person.pk), timezone.now()).exists():
        raise CameBack
    welcome.nudge = _checked(words)
    welcome.nudged_at, welcome.nudged_by = timezone.now(), by
    welcome.save(update_fields=["nudge", "nudged_at", "nudged_by"])
    tell(Greeting, [person.pk], About(actor=by, path="/me/greeting/", occasion=NUDGE))
    return welcome


def _refuse_silent(by: Membership) -> None:
    """Words to a newcomer are written by whoever may write: not under a measure, not where everything rests."""
    if not by.can_write:
        raise NotAllowed


def _received_by(person: Membership, by: Membership) -> tuple[Membership, Welcome]:
    """The newcomer, and how they were received so far, locked. Raises NotAllowed, CannotGreet."""
    if not may_receive(by, person):
        raise NotAllowed
    Welcome.objects.bulk_create([Welcome(membership=person)], ignore_conflicts=True)
    # Without whom it leads to: of a row that was waited for, the database joins what stood there before.
    row = Welcome.objects.select_for_update(of=("self",)).get(membership=person)
    fresh = Membership.objects.shown().not_suspended().filter(pk=person.pk).first()
    if fresh is None or fresh.pk == by.pk:
        raise CannotGreet
    return fresh, row


def may_receive(by: Membership, person: Membership) -> bool:
    """Ambassadors receive those who are in their care, or whose matter was given to them."""
    if not can_greet_newcomers(by):
        return False
    if not sees_own_part_only(by):
        return True
    if Welcome.objects.filter(membership=person, looked_after_by=by).exists():
        return True
    given = Handling.objects.filter(source__in=SOURCES, key=str(person.pk), to=by)
    return bool(given.standing().exists())


# The sources of Today whose matters are newcomers.
SOURCES = ("first-texts", "greetings", "introductions", "quiet-newcomers")


def _checked(words: str) -> str:
    text = words.strip()
    if not text:
        raise FieldError(_("Write something first."), field="words")
    if len(text) > LONGEST:
        raise FieldError(_("2000 characters at most: a greeting is short."), field="words")
    return text


def _reply(
    person: Membership,
    words: str,
    *,
    by: Membership,
    community: Community,
    submission: uuid.UUID | None,
) -> Post:
    texts = first_texts([person.pk], viewer_for(community, by)).select_related("thread__space")
    text = texts.first()
    if text is None:
        raise FieldError(_("Their first text is no longer there. Send a note instead."), field="how")
    text.thread.community = community
    return reply_to(text.thread, by=by, body=words, body_format="markdown", submission=submission)


def _who_greeted(welcome: Welcome, by: Membership) -> str:
    if welcome.greeted_by_id == by.pk:
        return _("You have greeted this person already.")
    name = welcome.greeted_by.display_name if welcome.greeted_by else _("Former member")
    return _("%(name)s was first, and has greeted this person already. Your words are still here.") % {
        "name": name
    }
