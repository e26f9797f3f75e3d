"""What pages read of tests: which there are, who has applied, what was released, what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from communities.content.managers import ThreadQuerySet
from communities.content.models import Post, Space, Thread
from communities.content.queries import follow
from communities.content.showing.reading import with_reader
from communities.content.showing.rewards import labelled
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer, readable_spaces, viewer_of
from communities.keysets import MOMENT, NUMBER, Keyset, Page
from communities.memory import Memory
from communities.models import Community, Membership, MembershipQuerySet
from communities.remembered_reads import RememberedRead
from communities.trials.models import FEEDBACK, TRIALS, Also, Feedback, Participant, Release, Trial

NEWEST = Keyset(("pk", NUMBER), size=20)
RELEASES = Keyset(("pk", NUMBER), size=20)
IN_LINE = Keyset(("applied_at", MOMENT), ("pk", NUMBER), size=50)
EXTRACT = 160  # characters of a report that a row of a list says
# Tests on one page, releases in a choice, doubles beside what they point to.
MOST_TRIALS, MOST_RELEASES, MOST_DOUBLES = 60, 50, 30
# Of what was fixed, in a report.
MOST_MENDED = 200


_announced_by: RememberedRead[tuple[int]] = RememberedRead(
    lambda community_id: (
        Trial.objects.filter(community_id=community_id).announced().values_list("pk")[:MOST_TRIALS]
    )
)


def _read_announced(community_id: int) -> tuple[int, ...]:
    return tuple([pk for (pk,) in _announced_by(community_id)])


_announced: Memory[tuple[int, ...]] = Memory(_read_announced, told=True)


def announced_in(community: Community) -> tuple[int, ...]:
    """The tests that everybody may know of, remembered for a second."""
    return _announced.get(community.pk)


def has_trials(request: HttpRequest) -> bool:
    """Whether there is something to be seen of tests, for this reader: a place in the header leads to something."""
    visit: Any = request
    if announced_in(visit.community):
        return True
    return visit.membership is not None and bool(readable_trials(visit.community, viewer_of(request)))


def readable_trials(community: Community, viewer: Viewer) -> list[Space]:
    """The private spaces that somebody reads."""
    return readable_spaces(community, viewer, TRIALS)


@dataclass
class Listed:
    """A test in a list, and how its reader stands in it."""

    trial: Trial
    mine: Participant | None = None


def listed_trials(community: Community, viewer: Viewer, by: Membership | None) -> list[Listed]:
    """The announced ones, the newest first; after them those that are being prepared, for who reads their spaces."""
    rows = Trial.objects.select_related("space")
    known = list(rows.announced()[:MOST_TRIALS])
    spaces = readable_trials(community, viewer) if by is not None else []
    shown = {one.pk for one in known}
    prepared = {one.pk: one for one in rows.filter(pk__in=[space.pk for space in spaces])}
    for space in spaces:
        if space.pk not in shown:
            known.append(prepared.get(space.pk) or Trial(space=space))
    mine = {}
    if by is not None:
        mine = {one.trial_id: one for one in Participant.objects.filter(membership=by, trial__in=list(shown))}
    return [Listed(one, mine.get(one.pk)) for one in known]


def find_trial(request: HttpRequest, slug: str) -> Trial | None:
    """A test by its address: announced, or being prepared by who asks; None for everybody else."""
    visit: Any = request
    found: Trial | None = (
        Trial.objects.select_related("space").filter(space__slug=slug, space__archived=False).first()
    )
    if found is not None and found.is_announced:
        return found
    for space in readable_trials(visit.community, viewer_of(request)):
        if space.slug == slug:
            return found or Trial(space=space)
    return None


def listed_releases(trial: Trial, *, after: str = "") -> Page[Release]:
    """A page of them, the newest first."""
    return RELEASES.newest_after(Release.objects.filter(trial=trial.pk), after)


def newest_releases(trial: Trial) -> list[Release]:
    """As many as a choice lists, and one more where there are more."""
    return list(Release.objects.filter(trial=trial.pk).order_by("-pk")[: MOST_RELEASES + 1])


def release_called(trial: Trial, name: str) -> Release | None:
    found: Release | None = Release.objects.filter(trial=trial.pk, name=name).first()
    return found


# Feedback


@dataclass
class Row:
    """A report in a list: its thread (with `feedback` and author), and how it begins."""

    thread: Thread
    extract: str = ""


def rows_of(threads: Sequence[Thread]) -> list[Row]:
    """One statement for how all of them begin."""
    bodies = {post.thread_id: post for post in Post.objects.bodies_of([one.pk for one in threads])}
    return [
        Row(one, labelled(body, excerpt(body.body_html, EXTRACT)) if (body := bodies.get(one.pk)) else "")
        for one in threads
    ]


def listed_feedback(
    viewer: Viewer, trial: Trial, *, state: str = "", severity: str = "", after: str = ""
) -> Page[Thread]:
    """A page of what was reported, the newest first, without what was pointed to another."""
    threads: ThreadQuerySet = Thread.objects.visible_to(viewer).in_space(trial.pk)
    threads = threads.filter(feedback__trial=trial.pk, feedback__same_as__isnull=True)
    if state:
        threads = threads.filter(feedback__state=state)
    if severity:
        threads = threads.filter(feedback__severity=severity)
    beside = ("author", "feedback__found_in", "feedback__mended_in")
    return NEWEST.newest_after(threads.select_related(*beside), after)


def mended_feedback(viewer: Viewer, trial: Trial) -> list[Thread]:
    """What was fixed, as far as this reader may read it; the newest first."""
    threads = Thread.objects.visible_to(viewer).in_space(trial.pk)
    fixed = threads.filter(feedback__state="mended", feedback__same_as__isnull=True)
    return list(fixed.select_related("feedback__mended_in").order_by("-pk")[:MOST_MENDED])


def feedback_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    """One report with its author, tags, what stands beside it, and how far this reader has read: one statement."""
    reader = by.pk if by is not None else None
    threads = Thread.objects.visible_to(viewer) if reader is None else Thread.objects.reachable_by(viewer)
    beside = ("author", "space", "feedback__trial", "feedback__found_in", "feedback__mended_in")
    found = threads.of_kind(FEEDBACK).filter(slug=slug)
    found = found.select_related(*beside, "feedback__same_as__thread__space").with_tags()
    thread: Thread | None = with_reader(found, reader).first()
    return thread


def feedback_for_act(viewer: Viewer, slug: str) -> Thread | None:
    """One report as it is now, for somebody who does something with it."""
    beside = ("space", "community", "feedback__trial", "feedback__found_in", "feedback__mended_in")
    found: Thread | None = (
        Thread.objects.reachable_by(viewer)
        .of_kind(FEEDBACK)
        .filter(slug=slug)
        .select_related(*beside, "feedback__same_as__thread__space")
        .first()
    )
    return found


def has_it(feedback: Feedback, by: Membership | None) -> bool:
    return by is not None and Also.objects.by(by.pk).filter(feedback=feedback.pk).exists()


def doubles_of(feedback: Feedback, viewer: Viewer) -> list[Thread]:
    """What was said to be the same, as far as it can be read."""
    threads = Thread.objects.visible_to(viewer).in_space(feedback.trial_id)
    same = threads.filter(feedback__same_as=feedback.pk).select_related("space", "author")
    return list(same.order_by("-pk")[:MOST_DOUBLES])


def new_address(path: str, viewer: Viewer) -> str:
    """Where a former address of this community leads now; empty for one that is unknown, or closed to this reader."""
    return follow([path[:400]], viewer)


# Testers


def counts_of_testers(trial: Trial) -> dict[str, int]:
    rows = Participant.objects.filter(trial=trial.pk).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def listed_testers(
    trial: Trial, state: str, people: MembershipQuerySet | None, *, after: str
) -> Page[Participant]:
    """Those of one state as they applied, of `people` where these are narrowed."""
    rows: QuerySet[Participant] = Participant.objects.filter(trial=trial.pk, state=state)
    if people is not None:
        rows = rows.filter(membership__in=people.values("pk"))
    place = IN_LINE.place(after)
    if place:
        at, number = place
        rows = rows.filter(applied_at__gte=at).filter(Q(applied_at__gt=at) | Q(pk__gt=number))
    return IN_LINE.page(rows.select_related("membership").order_by("applied_at", "pk"))


def may_see_report(trial: Trial, viewer: Viewer) -> bool:
    """Once it is closed: everybody, or those who read its space."""
    if not trial.is_closed:
        return False
    return trial.report_for == Trial.ReportFor.ALL or trial.pk in viewer.space_ids
