"""The demo’s calls: written, answered, judged and decided through the services, then put on the days of their files."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from communities.calendar import DAY
from communities.calls.applying import Said, save_application
from communities.calls.deciding import Plan, move_application, plan_application
from communities.calls.judging import declare_conflict, send_scores
from communities.calls.models import Application, Ask, Call, Evaluation, Step
from communities.calls.services import Wishes, add_call, publish_projects
from communities.content.models import Post, State, Thread
from communities.content.services import publish_thread, start_thread
from communities.demo.parts import Say
from communities.demo.reading import Entry
from communities.demo.scene import Scene, while_writing
from communities.limits import without_limits
from communities.memory import forget_all
from communities.notifications.models import Notification
from communities.scoping import community_scope

NOON = "12:00"
# A page of one line, which a reader of such files opens.
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def settle_calls(scene: Scene, say: Say) -> int:
    """All calls of the files that are not there yet; how many. Opens the scope itself."""
    made = 0
    forget_all()
    with while_writing(scene):
        for said in scene.brand.calls:
            with transaction.atomic(), community_scope(scene.community), without_limits():
                made += _settle(scene, said)
    if made:
        say(f"{scene.community.name}: {made} calls for projects.")
    return made


def _settle(scene: Scene, said: Entry) -> int:
    key = scene.key(said["slug"], 1)
    if Post.objects.filter(submission=key).exists():
        return 0
    latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    owner, clock = scene.people[said["by"]], scene.clock
    thread = start_thread(
        scene.spaces[said["space"]],
        by=owner,
        community=scene.community,
        kind=said["kind"],
        title=said["title"],
        body="".join(f"<p>{escape(line)}</p>" for line in said["text"]),
        language="fr",
        state=State.DRAFT,
        submission=key,
    )
    call = add_call(thread, _wishes(scene, said), by=owner)
    publish_thread(thread, by=owner, at=clock.at(said["day"], NOON), screened=True)
    call.thread = Thread.objects.select_related("space", "community").get(pk=thread.pk)
    made = [(one, _apply(scene, call, one)) for one in said["applications"]]
    closes = clock.at(said["closes_day"], NOON)
    over = closes <= timezone.now()
    _put_on_its_days(call, clock.at(said["day"], NOON), closes, over=over)
    for one, application in made:
        application.call = call
        _judge(scene, application, one)
        _follow_up(scene, application, one)
    if said.get("published"):
        publish_projects(call, shown=True, by=owner)
    Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
    return 1


def _wishes(scene: Scene, said: Entry) -> Wishes:
    """While it is made, it is open by the clock of the machine, whichever day the demo is told to begin on."""
    now = timezone.now()
    questions = [
        {
            "key": f"q{place}",
            "words": one["words"],
            "kind": one["kind"],
            "required": one.get("required", False),
            "options": one.get("options", []),
        }
        for place, one in enumerate(said["questions"], 1)
    ]
    jury = frozenset(scene.people[handle].pk for handle in said["jury"])
    return Wishes(now - DAY, now + DAY, said["conditions"], questions, said["criteria"], said["scale"], jury)


def _put_on_its_days(call: Call, opens: datetime.datetime, closes: datetime.datetime, *, over: bool) -> None:
    """Whoever had to be told of one that is over, or has opened, was told."""
    told, opened = closes if over else None, opens if opens <= timezone.now() else None
    rows = Call.objects.filter(pk=call.pk)
    rows.update(opens_at=opens, closes_at=closes, opening_told_at=opened, warned_at=told, told_at=told)
    call.opens_at, call.closes_at = opens, closes


def _apply(scene: Scene, call: Call, said: Entry) -> Application:
    by, sends = scene.people[said["by"]], not said.get("draft")
    words = iter(said["answers"])
    answers, files = {}, {}
    for question in call.questions:
        key = question["key"]
        if question["kind"] != Ask.FILE:
            answers[key] = next(words)
        elif sends:
            files[key] = SimpleUploadedFile("projet.pdf", PAPER)
    confirmed = range(len(call.conditions)) if sends else ()
    kept = {key: answer for key, answer in answers.items() if answer}
    application = save_application(
        call, Said(said["title"], said["summary"], kept, tuple(confirmed), files), by=by, send=sends
    )
    at = scene.clock.at(said["day"], NOON)
    rows = Application.objects.filter(pk=application.pk)
    rows.update(created_at=at, **({"sent_at": at} if sends else {}))
    Step.objects.filter(application=application).update(at=at)
    application.refresh_from_db()
    return application


def _judge(scene: Scene, application: Application, said: Entry) -> None:
    for handle, scores in said.get("scores", {}).items():
        juror = scene.people[handle]
        if scores == "conflict":
            declare_conflict(application, by=juror)
        else:
            send_scores(application, scores, by=juror)
    judged = application.call.closes_at + 2 * DAY
    Evaluation.objects.filter(application=application).update(sent_at=judged)


def _follow_up(scene: Scene, application: Application, said: Entry) -> None:
    owner = scene.people[said["owner"]] if "owner" in said else None
    for step in said.get("steps", []):
        application.refresh_from_db(fields=["state"])
        move_application(
            application,
            step["state"],
            words=step["words"],
            by=scene.manager,
            seen=application.state,
            at=scene.clock.at(step["day"], NOON),
        )
    if owner is None:
        return
    due = scene.clock.at(said["due_day"], NOON).date() if "due_day" in said else None
    actual = Decimal(said["actual"]) if "actual" in said else None
    plan = Plan(owner, due, Decimal(said["expected"]), said["chance"], actual)
    plan_application(application, plan, by=scene.manager)
