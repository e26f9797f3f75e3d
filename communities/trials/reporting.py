"""Reporting what one found, having it too, and what the team says of it."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.calendar import today
from communities.content.audiences import may_read
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_edit_thread
from communities.content.services import publish_thread, start_thread
from communities.content.services.composing import mode_of
from communities.content.services.waiting import judge, opening_of
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.notifications.services import tell
from communities.queries import hold_member
from communities.trials.exceptions import NotNow, NotTheSame, TrialClosed, WordsHeld
from communities.trials.models import FEEDBACK, Also, Feedback, Release, Trial
from communities.trials.notices import FeedbackState, about_state
from communities.trials.permissions import FEATURE, can_handle_feedback, can_have_it_too
from communities.trials.taking_part import held
from communities.trials.wording import why_no_feedback


@transaction.atomic
def report_feedback(
    space: Space,
    *,
    by: Membership,
    community: Community,
    title: str,
    body: str,
    severity: str,
    found_in: Release | None = None,
    environment: str = "",
    body_format: str = "html",
    tags: list[str] | None = None,
    language: str = "",
    submission: uuid.UUID | None = None,
    draft: bool = False,
) -> Thread:
    """Report what one found in a test, while it takes feedback. What stands beside the text is judged with it.

    The same `submission` twice is one. Raises NotNow, NotAllowed, BlankText, TextTooLong, TagRequired, TooFast.
    """
    trial = _taking(space, by, community)
    thread = start_thread(
        space,
        by=by,
        community=community,
        kind=FEEDBACK,
        title=title,
        body=body,
        body_format=body_format,
        tags=tags,
        language=language,
        state=State.DRAFT,
        submission=submission,
    )
    beside = {"trial": trial, "severity": severity, "found_in": found_in, "environment": environment}
    _row, is_new = Feedback.objects.get_or_create(thread=thread, defaults=beside)
    if is_new and not draft:
        publish_thread(thread, by=by)
    thread.refresh_from_db(fields=["state", "published_at", "last_position"])
    return thread


def _taking(space: Space, by: Membership, community: Community) -> Trial:
    """The test of a space, held. Raises NotNow where it takes no feedback, NotAllowed for who may not read it."""
    refuse_closed(by, FEATURE)
    hold_member(by)
    Trial.objects.get_or_create(space=space)
    # Closing counts: a report comes before that, or is refused.
    trial: Trial = held(space.pk)
    if not trial.takes_feedback(today(community)):
        raise NotNow(why_no_feedback(trial))
    if not may_read(by, space):
        raise NotAllowed
    return trial


def settle_feedback(thread: Thread) -> Feedback:
    """What stands beside a thread that has become public; made once, with a test for its space where there is none."""
    Trial.objects.get_or_create(space_id=thread.space_id)
    made: Feedback
    made, _new = Feedback.objects.get_or_create(thread=thread, defaults={"trial_id": thread.space_id})
    return made


@transaction.atomic
def describe(
    thread: Thread, *, by: Membership, severity: str, found_in: Release | None, environment: str
) -> None:
    """How bad it is, in which release and where: said anew by its author, or by who looks after it.

    Raises NotAllowed, TrialClosed; WordsHeld where a moderator would have to read the environment first.
    """
    refuse_closed(by, FEATURE)
    if not can_edit_thread(by, thread):
        raise NotAllowed
    feedback = _held(thread)
    is_other = feedback.environment != environment
    feedback.severity, feedback.found_in, feedback.environment = severity, found_in, environment
    feedback.save(update_fields=["severity", "found_in", "environment"])
    if is_other and environment:
        _judge(thread, by)


def _judge(thread: Thread, by: Membership) -> None:
    """The words as they are stored now: of a published report they are judged at once, else when it is published."""
    opening = opening_of(thread) if thread.state == State.PUBLISHED else None
    if opening is not None:
        opening.mode = mode_of(thread.space, by.community)
        if judge(opening, by=by).held:
            raise WordsHeld(field="environment")


@transaction.atomic
def have_it_too(thread: Thread, *, by: Membership) -> bool:
    """Say that one has it, too; False where one has said so. Raises NotAllowed, NotTheSame, TrialClosed, TooFast."""
    refuse_closed(by, FEATURE)
    refuse_closed_space(by, thread.space)
    # What is the same takes no replies, and says why.
    if Feedback.objects.filter(pk=thread.pk, same_as__isnull=False).exists():
        raise NotTheSame(_("This is the same as another report. Say it there."))
    if not can_have_it_too(by, thread):
        raise NotAllowed
    hold_member(by)
    feedback = _held(thread)
    if feedback.is_double:
        raise NotTheSame(_("This is the same as another report. Say it there."))
    if Also.objects.by(by.pk).filter(feedback=feedback).exists():
        return False
    count_act(by, Limited.REACT)
    try:
        with transaction.atomic():
            Also.objects.create(feedback=feedback, person=by)
    except IntegrityError:
        return False
    Feedback.objects.filter(pk=feedback.pk).update(people=F("people") + 1)
    return True


@transaction.atomic
def no_longer_have_it(thread: Thread, *, by: Membership) -> bool:
    """Take that back; False where one has not said so. Who may only read may, too. Raises NotAllowed, TrialClosed."""
    if not by.is_active:
        raise NotAllowed
    refuse_closed_space(by, thread.space)
    feedback = _held(thread)
    if not Also.objects.by(by.pk).filter(feedback=feedback).delete()[0]:
        return False
    Feedback.objects.filter(pk=feedback.pk).update(people=F("people") - 1)
    return True


@transaction.atomic
def set_state(thread: Thread, state: str, *, by: Membership, mended_in: Release | None = None) -> bool:
    """Say what becomes of it; author and who has it too are told. False where that was said already.

    `mended_in` is the release in which it is gone, for that state and no other. Raises NotAllowed, TrialClosed,
    NotTheSame.
    """
    refuse_closed(by, FEATURE)
    if not can_handle_feedback(by, thread):
        raise NotAllowed
    feedback = _held(thread)
    is_mended = state == Feedback.State.MENDED
    if is_mended and (mended_in is None or mended_in.trial_id != feedback.trial_id):
        raise NotTheSame(_("Say in which release it is fixed."), field="mended_in")
    if feedback.is_double:
        raise NotTheSame(_("This is the same as another report: its state is shown there."))
    release = mended_in if is_mended else None
    if (feedback.state, feedback.mended_in_id) == (state, release.pk if release else None):
        return False
    feedback.state, feedback.mended_in = state, release
    feedback.save(update_fields=["state", "mended_in"])
    if state != Feedback.State.NEW:
        tell(FeedbackState, people_concerned(feedback, thread, but=by.pk), about_state(feedback, thread, by))
    return True


def people_concerned(feedback: Feedback, thread: Thread, *, but: int | None) -> list[int]:
    """Who reported it, or has it too."""
    having = Also.objects.filter(feedback=feedback, person__isnull=False).values_list("person_id", flat=True)
    people = {*having, *([thread.author_id] if thread.author_id else [])}
    return sorted(pk for pk in people if pk is not None and pk != but)


@transaction.atomic
def point_to(source: Thread, target: Thread, *, by: Membership) -> Feedback:
    """Say that one report is the same as another of its test: whoever has it, its author included, counts there.

    `take_apart` restores what was. Raises NotAllowed, NotTheSame, TrialClosed.
    """
    refuse_closed(by, FEATURE)
    if not can_handle_feedback(by, source):
        raise NotAllowed
    double, main = _both(source, target)
    having = set(
        Also.objects.filter(feedback=double, person__isnull=False).values_list("person_id", flat=True)
    )
    having |= {source.author_id} - {None}
    known = set(Also.objects.filter(feedback=main, person__isnull=False).values_list("person_id", flat=True))
    new = sorted(pk for pk in having - known - {target.author_id} if pk is not None)
    Also.objects.bulk_create(Also(feedback=main, person_id=pk, came_with=double) for pk in new)
    Feedback.objects.filter(pk=main.pk).update(people=F("people") + len(new))
    double.same_as = main
    double.save(update_fields=["same_as"])
    return double


@transaction.atomic
def take_apart(thread: Thread, *, by: Membership) -> bool:
    """Say that it is not the same after all: who came with it counts here again. False where it stood for itself.

    Raises NotAllowed, TrialClosed.
    """
    refuse_closed(by, FEATURE)
    if not can_handle_feedback(by, thread):
        raise NotAllowed
    known = Feedback.objects.filter(pk=thread.pk).values_list("same_as_id", flat=True).first()
    if known is None:
        return False
    rows = _held_rows([thread.pk, known])
    double, main = rows[thread.pk], rows[known]
    if double.same_as_id != main.pk:
        return False
    gone = Also.objects.filter(feedback=main, came_with=double).delete()[0]
    Feedback.objects.filter(pk=main.pk).update(people=F("people") - gone)
    double.same_as = None
    double.save(update_fields=["same_as"])
    return True


def _held(thread: Thread) -> Feedback:
    """Its row, locked. Raises TrialClosed for one whose test is closed: nothing of that changes any more."""
    return _held_rows([settle_feedback(thread).pk])[thread.pk]


def _held_rows(numbers: list[int]) -> dict[int, Feedback]:
    rows = Feedback.objects.filter(pk__in=numbers).order_by("pk")
    trials = sorted(set(rows.order_by().values_list("trial_id", flat=True)))
    # Closing counts: it comes before this or after it.
    for trial in (
        Trial.objects.filter(pk__in=trials).order_by("pk").select_for_update(of=("self",), no_key=True)
    ):
        if trial.is_closed:
            raise TrialClosed
    return {one.pk: one for one in rows.select_for_update(of=("self",), no_key=True)}


def _both(source: Thread, target: Thread) -> tuple[Feedback, Feedback]:
    if source.pk == target.pk:
        raise NotTheSame(_("A report cannot be the same as itself."), field="other")
    rows = _held_rows([source.pk, target.pk])
    double, main = rows.get(source.pk), rows.get(target.pk)
    if double is None or main is None or double.trial_id != main.trial_id:
        raise NotTheSame(_("Choose feedback of the same test."), field="other")
    if double.is_double:
        raise NotTheSame(_("This is already marked as the same as another report."))
    if main.is_double or target.state != State.PUBLISHED:
        raise NotTheSame(
            _("Choose feedback that others can read and that is a report of its own."), field="other"
        )
    if Feedback.objects.filter(same_as=double).exists():
        said = _("Other reports are marked as the same as this one. Separate them first.")
        raise NotTheSame(said, field="other")
    return double, main
