"""What a file of the demo says of tests: the test and its people first, then reports as threads to write."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.html import escape

from communities.calendar import DAY, today
from communities.content.models import Space, Thread
from communities.limits import without_limits
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.trials.arranging import TrialWishes, edit_trial, release
from communities.trials.choosing import choose
from communities.trials.models import Feedback, Participant, Pledge, Release, Trial
from communities.trials.reporting import have_it_too, point_to, report_feedback, set_state
from communities.trials.taking_part import accept_pledge, apply

HOUR = "10:30"


def threads_told(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reports of a file in the form of its threads, each with what else it says of it."""
    return [_thread(one, test) for test in said["tests"] for one in test["feedback"]]


def _thread(one: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, Any]:
    posts = [
        {
            "n": n,
            "author": post["author"],
            "day": post["day"],
            "time": post.get("time", HOUR),
            "body": _paragraph(post["body"]),
        }
        for n, post in enumerate([one, *one.get("replies", [])], 1)
    ]
    return {
        "slug": one["slug"],
        "space": test["space"],
        "kind": "feedback",
        "title": one["title"],
        "lang": one.get("lang", "en"),
        "tags": [],
        "day": one["day"],
        "time": one.get("time", HOUR),
        "posts": posts,
        "feedback": one,
        "test": test,
    }


def draft_of_demo(
    space: Space,
    said: Mapping[str, Any],
    *,
    body: str,
    by: Membership,
    community: Community,
    submission: uuid.UUID,
) -> Thread:
    """A report as the service takes it, from somebody who is a tester by then."""
    one = said["feedback"]
    with without_limits():
        _settle_test(space, said["test"], community)
        # Who reads what has changed since these were fetched.
        space, by = Space.objects.get(pk=space.pk), Membership.objects.get(pk=by.pk)
        found_in = Release.objects.filter(trial=space.pk, name=one.get("found_in", "")).first()
        return report_feedback(
            space,
            by=by,
            community=community,
            title=said["title"],
            body=body,
            severity=one["severity"],
            found_in=found_in,
            environment=one.get("environment", ""),
            tags=[],
            submission=submission,
            language=said["lang"],
            draft=True,
        )


def settle_demo(thread: Thread, said: Mapping[str, Any]) -> None:
    """Who has it too, and what the team says of it."""
    one, manager = said["feedback"], _manager()
    thread = Thread.objects.select_related("space", "community", "feedback__trial").get(pk=thread.pk)
    before = _latest()
    with without_limits():
        for handle in one.get("also", []):
            have_it_too(thread, by=_person(handle))
        state = one.get("state", "new")
        if state != Feedback.State.NEW:
            mended_in = Release.objects.filter(trial=thread.space_id, name=one.get("mended_in", "")).first()
            set_state(thread, state, by=manager, mended_in=mended_in)
        if one.get("same_as"):
            target = Thread.objects.select_related("space").get(title=one["same_as"], space=thread.space_id)
            point_to(thread, target, by=manager)
    _tell_nobody_by_mail(before)


def _settle_test(space: Space, said: Mapping[str, Any], community: Community) -> None:
    """Announced, applied for, chosen and accepted, with its releases: once."""
    if Trial.objects.filter(pk=space.pk).exists():
        return
    before, manager, day = _latest(), _manager(), today(community)
    wishes = TrialWishes(
        product=said["product"],
        about=said["about"],
        pledge=said["confidentiality"],
        questions=said["questions"],
        places=said["places"],
        applies_until=day + said["applies_until_day"] * DAY,
        starts_on=day + said["starts_day"] * DAY,
        ends_on=day + said["ends_day"] * DAY,
    )
    trial = edit_trial(space, wishes, by=manager, announces=True)
    forget_all()
    for one in (*said["testers"], *said["applicants"]):
        apply(trial, one["answers"], by=_person(one["handle"]))
    testers = {one["handle"] for one in said["testers"]}
    rows = Participant.objects.filter(trial=trial, membership__handle__in=testers)
    choose(trial, [one.pk for one in rows], Participant.State.ACCEPTED, by=manager)
    for handle in sorted(testers):
        accept_pledge(trial, 1, by=_person(handle))
    for one in said["releases"]:
        release(trial, by=manager, **{name: one[name] for name in ("name", "changes", "url", "to_try")})
    _put_on_its_days(trial, said)
    _tell_nobody_by_mail(before)


def _put_on_its_days(trial: Trial, said: Mapping[str, Any]) -> None:
    """Everything happened when the file says, not now."""
    now = timezone.now()
    announced = now + said["announced_day"] * DAY
    Trial.objects.filter(pk=trial.pk).update(announced_at=announced)
    Pledge.objects.filter(trial=trial).update(at=announced)
    chosen = Participant.objects.accepted().filter(trial=trial)
    for place, row in enumerate(chosen.order_by("pk"), 1):
        applied = announced + place * DAY / 2
        Participant.objects.filter(pk=row.pk).update(
            applied_at=applied, decided_at=applied + DAY, agreed_at=applied + DAY * 3 / 2
        )
    for one in said["applicants"]:
        mine = Participant.objects.filter(trial=trial, membership__handle=one["handle"])
        mine.update(applied_at=now + one["day"] * DAY)
    for one in said["releases"]:
        Release.objects.filter(trial=trial, name=one["name"]).update(released_at=now + one["day"] * DAY)


def _latest() -> int:
    return Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _tell_nobody_by_mail(after: int) -> None:
    Notification.objects.filter(pk__gt=after).update(mail_due_at=None)


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _person(handle: str) -> Membership:
    person: Membership = Membership.objects.with_handle(handle).get()
    return person


def _manager() -> Membership:
    manager: Membership | None = Membership.objects.active().filter(role=Membership.Role.MANAGER).first()
    assert manager is not None  # each community of the demo has one
    return manager
