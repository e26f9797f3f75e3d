"""Margins of notes: what their authors add later, which is no text. Held, reported, struck, put back.

A kind of the product has this file at home with moderation, as `moderation/subjects/<name>.py`.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.content.models import Post, Thread
from communities.content.services import Verdict
from communities.content.services.composing import mode_of
from communities.content.viewers import viewer_of
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Community, Membership
from communities.signals import post_removed
from moderation.exceptions import TextRefused
from moderation.models import Case, Decision, WatchWord
from moderation.permissions import can_approve_post, can_remove_post, can_restore_removed_post
from moderation.screening import PRE, WORD, is_trusted
from moderation.services.opening import open_case, withdraw_cases
from moderation.subjects.acts import Act, Order
from moderation.subjects.base import Subject, register_subject
from moderation.subjects.words import Words
from moderation.vocabulary import Act as Name
from moderation.vocabulary import Outcome
from moderation.words import find_words, watched_in
from tests.kinds.notes.models import NOTES, Margin, Note
from tests.kinds.notes.services import margin_written, set_margin

STRIKE, STRUCK = "strike", "struck"


def may_leave(by: Membership, case: Case, _note: Note, _last: Decision | None) -> bool:
    return case.is_open and can_approve_post(by, case)


def may_strike(by: Membership, case: Case, note: Note, _last: Decision | None) -> bool:
    return case.is_open and note.margin_state != Margin.STRUCK and can_remove_post(by, case)


def may_put_back(by: Membership, case: Case, note: Note, last: Decision | None) -> bool:
    return (
        not case.is_open and note.margin_state == Margin.STRUCK and can_restore_removed_post(by, case, last)
    )


def show(order: Order) -> None:
    set_margin(order.thing, Margin.SHOWN)


def strike(order: Order) -> None:
    set_margin(order.thing, Margin.STRUCK)


ACTS = (
    Act(
        name=Name.APPROVE,
        done=Name.APPROVE.label,
        label="Let it stand",
        key="a",
        outcome=Outcome.APPROVED,
        may=may_leave,
        does=show,
    ),
    Act(
        name=STRIKE,
        done="Margin struck",
        label="Strike the margin",
        key="r",
        outcome=STRUCK,
        may=may_strike,
        does=strike,
        about="The note stays.",
        bad=True,
        needs_ground=True,
        headline="The margin of your note was struck",
        effect="Your note stays; nobody reads what stood beside it.",
        answer="The margin was struck.",
    ),
    Act(
        name=Name.RESTORE,
        done=Name.RESTORE.label,
        label="Put it back",
        key="a",
        outcome=Outcome.RESTORED,
        may=may_put_back,
        does=show,
        needs_reason=True,
        headline="The margin of your note is back",
        effect="We were wrong. Our apologies.",
    ),
)


class MarginSubject(Subject[Note]):
    name = "margin"
    model = Note
    label = "Margin of a note"
    acts = ACTS
    words = Words(
        heading="The margin",
        decided="Decision about the margin of your note, ref. %(ref)s",
        said="The margin of your note",
        report_title="Report this margin",
    )
    doors = ("margin",)
    feature = NOTES
    # Who writes a margin locks it before what is open about it; nobody waits for each other.
    locks_first = True

    def columns(self, thing: Note) -> dict[str, Any]:
        return super().columns(thing) | {"space_id": thing.thread.space_id}

    def title_of(self, thing: Note) -> str:
        return thing.thread.title

    def author_of(self, thing: Note) -> Membership | None:
        return thing.thread.author

    def key_of(self, thing: Note) -> str:
        return thing.thread.slug

    def state_of(self, thing: Note) -> str:
        return thing.margin_state

    def thread_of(self, thing: Note) -> Thread:
        return thing.thread

    def address_of(self, thing: Note) -> str:
        return thing.thread.get_absolute_url()

    def text_of(self, thing: Note) -> str:
        return thing.margin

    def find(self, request: CommunityRequest, door: str, key: str) -> Note | None:
        readable = Thread.objects.visible_to(viewer_of(request)).filter(slug=key)
        notes = Note.objects.filter(thread__in=readable.values("pk"))
        return notes.select_related("thread__space", "thread__author").first()

    def find_for_team(self, request: MemberRequest, key: str) -> Note | None:
        note = self.find(request, self.name, key)
        looked_after = viewer_of(request).staff_space_ids
        return note if note is not None and note.thread.space_id in looked_after else None

    def can_report(self, by: Membership | None, thing: Note) -> bool:
        return bool(thing.public_margin) and (by is None or by.pk != thing.thread.author_id)

    def can_be_looked_at(self, thing: Note) -> bool:
        return bool(thing.public_margin)


register_subject(MarginSubject())


@receiver(margin_written, dispatch_uid="notes.margin_written")
def screen_margin(sender: type[Note], note: Note, by: Membership, **_extra: Any) -> None:
    """Before anybody reads it. What waited is replaced; what was reported stays to be judged."""
    withdraw_cases(note, kinds=[Case.Kind.HELD])
    verdict = Verdict()
    if note.margin and not is_trusted(by):
        _screen(note, verdict)
    if verdict.held:
        note.margin_state = Margin.WAITING
        open_case(note, kind=Case.Kind.HELD, reasons=verdict.reasons)


def _screen(note: Note, verdict: Verdict) -> None:
    if mode_of(note.thread.space, note.thread.community) == Community.Mode.PRE:
        verdict.hold(PRE)
    for hit in find_words(note.margin, watched_in(note.community_id)):
        if hit.watched.action == WatchWord.Action.BLOCK:
            raise TextRefused
        if hit.watched.action != WatchWord.Action.REPORT:
            verdict.hold(f"{WORD}{hit.watched.word}")


@receiver(post_removed, dispatch_uid="notes.post_removed")
def follow_removal(sender: type[Post], post: Post, by: Membership | None, **_extra: Any) -> None:
    """With a note that its author takes back goes what stands in its margin."""
    note = Note.objects.filter(pk=post.thread_id).first() if post.is_body else None
    if note is not None and by is not None and by.pk == post.author_id:
        withdraw_cases(note)
