"""What pages read of calls: the list of them, one with its text, applications by score with what the jury says."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.formats import date_format, number_format

from communities.calls.judging import Sum as JurySum
from communities.calls.judging import hundredths, sum_of, weighed
from communities.calls.models import Application, ApplicationFile, Ask, Call, Evaluation, Juror, Step, Worth
from communities.content.managers import ThreadQuerySet
from communities.content.models import State, Thread
from communities.content.permissions import reads_as_author
from communities.content.viewers import Viewer, viewer_of
from communities.keysets import MOMENT, NUMBER, Keyset, Page
from communities.memory import Memory
from communities.models import Community, Membership
from communities.reads import CompiledRead
from communities.remembered_reads import RememberedRead

CALLS_PER_PAGE, APPLICATIONS_PER_PAGE, PROJECTS_PER_PAGE = 20, 30, 30
BY_END = Keyset(("closes_at", MOMENT), ("pk", NUMBER), size=CALLS_PER_PAGE)
BY_SCORE = Keyset(("points", NUMBER), ("pk", NUMBER), size=APPLICATIONS_PER_PAGE)
BY_NUMBER = Keyset(("pk", NUMBER), size=PROJECTS_PER_PAGE)
# Of one application’s past on its page.
MOST_STEPS = 50
_ZERO = Decimal(0)
WORTH = ("sent", "chosen", "expected", "actual")

_of_thread: CompiledRead[Call] = CompiledRead(
    lambda thread: Call.objects.filter(thread_id=thread)[:1], name="call_of_thread"
)
_own: CompiledRead[Application] = CompiledRead(
    lambda call, by: Application.objects.filter(call_id=call, applicant_id=by)[:1]
)
_judges: CompiledRead[Juror] = CompiledRead(
    lambda call, by: Juror.objects.filter(call_id=call, membership_id=by)[:1]
)


def _public(community_id: int) -> Any:
    public = Call.objects.filter(community_id=community_id, thread__published_at__isnull=False)
    return public.filter(thread__state=State.PUBLISHED).values_list("thread__space_id").distinct()


_in_public: RememberedRead[tuple[int]] = RememberedRead(_public)


def _read_spaces(community_id: int) -> frozenset[int]:
    return frozenset([space for (space,) in _in_public(community_id)])


_spaces: Memory[frozenset[int]] = Memory(_read_spaces, told=True)


def spaces_with_calls(community: Community) -> frozenset[int]:
    """In which spaces there is a call that its readers know of, remembered for a second."""
    return _spaces.get(community.pk)


def has_calls(request: HttpRequest) -> bool:
    """Whether there is a call that this reader may open: a place in the header leads to something."""
    visit: Any = request
    return not spaces_with_calls(visit.community).isdisjoint(viewer_of(request).space_ids)


def call_of(thread: Thread) -> Call | None:
    """The call under a thread that was fetched visibly: one statement."""
    call = _of_thread.first(thread.pk)
    if call is not None:
        call.thread = thread
    return call


def own_application(call: Call, by: Membership | None) -> Application | None:
    return _own.first(call.pk, by.pk) if by is not None else None


def is_juror(call: Call, by: Membership | None) -> bool:
    return by is not None and _judges.first(call.pk, by.pk) is not None


def reachable_call(viewer: Viewer, pk: int, *, by: Membership | None) -> Call | None:
    """A call by its number, where this reader may open its text."""
    call: Call | None = Call.objects.filter(pk=pk).first()
    if call is None:
        return None
    threads = Thread.objects.select_related("space", "author", "community").filter(pk=call.thread_id)
    thread = threads.reachable_by(viewer).first()
    if thread is None:
        thread = threads.get()
        if not reads_as_author(by, thread):
            return None
    call.thread = thread
    return call


@dataclass
class Listed:
    """A call in the list, with what it brought where the reader may know."""

    call: Call
    sent: int = 0
    chosen: int = 0
    expected: Decimal = _ZERO
    actual: Decimal = _ZERO


def listed_calls(viewer: Viewer, *, after: str, worth: bool) -> Page[Listed]:
    """The calls under texts that everybody of these readers can open, those that close last first: two statements, and
    one for what they are worth."""
    readable: ThreadQuerySet = Thread.objects.visible_to(viewer).filter(inset=Call.INSET)
    calls = Call.objects.filter(thread__in=readable.values("pk")).select_related("thread__space")
    place = BY_END.place(after)
    if place:
        at, last = place
        calls = calls.filter(closes_at__lte=at).filter(Q(closes_at__lt=at) | Q(pk__lt=last))
    page = BY_END.page(calls.order_by("-closes_at", "-pk"))
    worths = worth_of(page.rows) if worth else {}
    return Page([Listed(call, **worths.get(call.pk, {})) for call in page.rows], page.older)


def worth_of(calls: Sequence[Call]) -> dict[int, dict[str, Any]]:
    """How many applications each call has, how many were chosen, what these are expected to bring by how likely that
    is, and what was delivered has brought; nothing of one to which none was sent."""
    rows = Worth.objects.filter(call__in=[call.pk for call in calls], sent__gt=0)
    return {row.pop("call_id"): row for row in rows.values("call_id", *WORTH)}


@dataclass
class Judged:
    """An application in the list of its call: what the jury says where the reader may know, and what they said."""

    application: Application
    jury: JurySum = field(default_factory=JurySum)
    mine: Evaluation | None = None

    @property
    def conflict(self) -> bool:
        return self.mine is not None and self.mine.conflict


def listed_applications(call: Call, *, by: Membership, summed: bool, state: str, after: str) -> Page[Judged]:
    """Those that were sent. `summed` is by score, with how the jury judged; else they stand as they came, with
    one’s own scores alone: what others say would lead them. Two statements."""
    rows = Application.objects.of(call).sent().select_related("applicant")
    if state:
        rows = rows.filter(state=state)
    page = (
        BY_SCORE.page(rows.best(BY_SCORE.place(after)))
        if summed
        else BY_NUMBER.page(rows.newest(BY_NUMBER.place(after)))
    )
    evaluations: dict[int, list[Evaluation]] = {}
    found = Evaluation.objects.filter(application__in=[one.pk for one in page.rows])
    for evaluation in found if summed else found.filter(juror=by):
        evaluations.setdefault(evaluation.application_id, []).append(evaluation)
    judged = []
    for one in page.rows:
        one.call = call
        said = evaluations.get(one.pk, [])
        mine = next((evaluation for evaluation in said if evaluation.juror_id == by.pk), None)
        judged.append(Judged(one, sum_of(said, call) if summed else JurySum(), mine))
    return Page(judged, page.older)


def selected_projects(call: Call, after: str) -> Page[Application]:
    """What was chosen, in the order in which it came."""
    rows = Application.objects.of(call).selected().select_related("applicant")
    return BY_NUMBER.page(rows.newest(BY_NUMBER.place(after)))


def application_of(viewer: Viewer, pk: int, *, by: Membership | None) -> Application | None:
    """An application by its number, with its call and that text. Its applicant reads it even where the text of the
    call can no longer be opened; who else may, is asked of the permissions."""
    rows = Application.objects.select_related(
        "applicant", "owner", "call__thread__space", "call__thread__community"
    )
    found: Application | None = rows.filter(pk=pk).first()
    if found is None or by is None:
        return None
    if found.applicant_id == by.pk or by.can_manage:
        return found
    return found if found.call.thread.space_id in viewer.space_ids else None


@dataclass(frozen=True)
class Answer:
    """One question of the form as it was answered."""

    words: str
    kind: str
    text: str = ""
    file: ApplicationFile | None = None

    @property
    def said(self) -> str:
        """As the language of the reader writes it."""
        if self.text and self.kind == Ask.DAY:
            return date_format(datetime.date.fromisoformat(self.text))
        if self.text and self.kind == Ask.NUMBER:
            return number_format(Decimal(self.text), use_l10n=True, force_grouping=True)
        return self.text


def answers_of(application: Application) -> list[Answer]:
    files = {one.key: one for one in ApplicationFile.objects.filter(application=application)}
    answers = application.answers
    return [
        Answer(one["words"], one["kind"], str(answers.get(one["key"], "")), files.get(one["key"]))
        for one in application.call.questions
    ]


def steps_of(application: Application) -> list[Step]:
    return list(
        Step.objects.filter(application=application).select_related("by").order_by("-pk")[:MOST_STEPS]
    )


@dataclass(frozen=True)
class Said:
    """One juror’s scores on the page of an application."""

    evaluation: Evaluation
    scores: list[tuple[str, int]]
    mean: int

    @property
    def shown(self) -> str:
        return hundredths(self.mean)


def evaluations_of(application: Application) -> list[Evaluation]:
    rows = Evaluation.objects.filter(application=application).select_related("juror").order_by("pk")
    return list(rows)


def told_evaluations(evaluations: Iterable[Evaluation], call: Call) -> list[Said]:
    names = [one["name"] for one in call.criteria]
    return [
        Said(
            evaluation,
            list(zip(names, evaluation.scores, strict=False)),
            0 if evaluation.conflict else weighed(evaluation.scores, call.criteria),
        )
        for evaluation in evaluations
    ]


def jury_of(call: Call) -> list[Juror]:
    return list(Juror.objects.filter(call=call).select_related("membership").order_by("pk"))
