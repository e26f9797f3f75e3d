"""What the demo's moderators find: watched words, reports, texts to read, a change that waits, decided cases.

A file of its own because it is the demo's, and the demo below knows nothing of moderation.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from communities.content.models import Post
from communities.content.services import edit_post
from communities.demo.parts import Say
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from moderation.exceptions import CannotReport
from moderation.models import AuditEvent, Case
from moderation.services import add_watch_word, decide_case, open_case, report_post

# The first report of each text came this long ago, one text after the other; further ones soon after.
AGES = tuple(datetime.timedelta(hours=hours) for hours in (2, 5, 11, 7, 14))
SOON = datetime.timedelta(minutes=11)
# Texts of the last days that a moderator has still to read, where the mode asks for that.
TO_READ = 3


@dataclass
class Made:
    """What this run has added to a community."""

    words: int = 0
    reports: int = 0
    decided: int = 0
    waiting: int = 0


def add_moderation(scene: Scene, say: Say) -> None:
    """The part of the demo that is moderation's; nobody is sent a mail about it. Small communities are quiet."""
    if scene.brand.is_small:
        return
    made = Made()
    with transaction.atomic(), community_scope(scene.community):
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        is_first = not AuditEvent.objects.filter(act="add_watch_word").exists()
        if is_first:
            made.words = _watch_words(scene)
        for place, thread in enumerate(one for one in scene.brand.threads if one.get("reports")):
            _report(scene, thread, AGES[place % len(AGES)], made)
        for thread in scene.brand.threads:
            _decide(scene, thread, made)
            _change(scene, thread)
        if is_first:
            _ask_to_read(scene)
        Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
        made.waiting = Case.objects.open().count()
    if made.words or made.reports:
        say(_summary(scene.community, made))


def _summary(community: Community, made: Made) -> str:
    return (
        f"{community.name}: {made.words} watch words, {made.reports} reports, {made.decided} cases decided, "
        f"{made.waiting} in the moderators’ queue."
    )


def _watch_words(scene: Scene) -> int:
    words = scene.brand.community["watch_words"]
    for said in words:
        add_watch_word(by=scene.manager, word=said["word"], action=said["action"], why=said["why"])
    return len(words)


def _find(scene: Scene, thread: Entry, number: int) -> Post | None:
    key = scene.key(thread["slug"], number)
    return Post.objects.select_related("thread__space").filter(submission=key).first()


def _report(scene: Scene, thread: Entry, age: datetime.timedelta, made: Made) -> None:
    """The reports of a thread by the people who made them. What is held cannot be reported: it waits already."""
    first: dict[int, Post] = {}
    for said in thread["reports"]:
        post = first.get(said["post"]) or _find(scene, thread, said["post"])
        known = said["post"] in first
        if post is None or (not known and Case.objects.about(post).exists()):
            continue
        first[said["post"]] = post
        for number, handle in enumerate(said["by"]):
            at = min(_since(scene, post, age) + SOON * (number + 1), scene.clock.now)
            # The file has the words of one of them.
            text = "" if number else said["note"]
            made.reports += _report_once(
                post, by=scene.people[handle], category=said["reason"], text=text, at=at
            )


def _since(scene: Scene, post: Post, age: datetime.timedelta) -> datetime.datetime:
    written = post.published_at or post.created_at
    return max(scene.clock.now - age, written)


def _report_once(post: Post, *, by: Membership, category: str, text: str, at: datetime.datetime) -> bool:
    """False if a rule has hidden the text by now: another report adds nothing."""
    post.refresh_from_db(fields=["state"])
    try:
        report_post(post, by=by, category=category, text=text, at=at)
    except CannotReport:
        return False
    return True


def _decide(scene: Scene, thread: Entry, made: Made) -> None:
    """A case that the moderator has decided, with the words its author and its reporters read."""
    said = thread.get("decided")
    post = _find(scene, thread, said["post"]) if said else None
    case = Case.objects.open().about(post).first() if post is not None and said else None
    # What was reported again since, by anybody, is for a person to decide.
    if said is None or post is None or case is None or case.decisions.exists() or not made.reports:
        return
    moderator = next(one for one in scene.people.values() if one.role == Membership.Role.MODERATOR)
    decide_case(
        case,
        by=moderator,
        act=said["act"],
        version=case.version,
        revision=post.revision_count,
        ground=str(said.get("ground", "")),
        reason=_words(scene, said),
    )
    made.decided += 1


def _words(scene: Scene, said: Entry) -> str:
    """The message: its own words, or those of a saved reply."""
    replies = {reply["title"]: reply["text"] for reply in scene.brand.community["saved_replies"]}
    return str(said.get("text") or replies[said["reply"]])


def _change(scene: Scene, thread: Entry) -> None:
    """An edit that waits for a moderator, the words before it still public."""
    said = thread.get("held_edit")
    post = _find(scene, thread, said["post"]) if said else None
    if said is None or post is None or post.author is None or Case.objects.about(post).exists():
        return
    edit_post(post, by=post.author, body=said["body"], reason=said["reason"])


def _ask_to_read(scene: Scene) -> None:
    """The newest texts of spaces where texts are read after they have appeared."""
    mine = [one.pk for one in scene.people.values() if one.is_staff]
    recent = Post.objects.filter(
        mode=Community.Mode.POST, state="published", submission__isnull=False, cases__isnull=True
    )
    for post in (
        recent.exclude(author__in=mine).select_related("thread").order_by("-published_at", "-pk")[:TO_READ]
    ):
        open_case(post, kind=Case.Kind.LOOK, severity=0, at=post.published_at)
