"""What is done with texts once they stand: members edit one, a question was asked before, somebody is to answer, a
thread is featured, articles are read one after the other. Each as its text is written, through the services."""

from __future__ import annotations

import datetime

from communities.blogs.models import ArticleSeries
from communities.blogs.series.services import add_part, start_series
from communities.calendar import today
from communities.content.models import Post, Thread
from communities.content.services import edit_post, set_wiki
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.forums.assigning import assign_thread
from communities.forums.featuring import feature_thread
from communities.forums.same import close_as_same
from communities.limits import without_limits
from communities.models import Membership
from communities.notifications.models import Notification

DAY = datetime.timedelta(days=1)


def arrange_thread(scene: Scene, thread: Thread, said: Entry) -> None:
    """What the team and other members have made of a thread of the files."""
    with without_limits():
        for one in said["posts"]:
            if "wiki" in one:
                _open_to_others(scene, said, one)
        if "featured" in said:
            until = today(scene.community) + said["featured"] * DAY
            feature_thread(thread, by=scene.manager, community=scene.community, until=until)
        if "assigned" in said:
            _assign(scene, thread, said["assigned"])
        if "asked_before" in said:
            _close(scene, thread, said["asked_before"])


def put_into_series(scene: Scene, thread: Thread, said: Entry) -> None:
    """An article as the next part of the series that its file names, which begins with the first of them."""
    title = said.get("series")
    if not title:
        return
    with without_limits():
        series = ArticleSeries.objects.filter(space=thread.space, title=title).first()
        if series is None:
            series = start_series(thread.space, by=scene.manager, community=scene.community, title=title)
        add_part(series, by=scene.manager, thread=thread)


def _open_to_others(scene: Scene, said: Entry, one: Entry) -> None:
    """A text that its author opened, and that somebody has added to."""
    key = scene.key(said["slug"], one["n"])
    post = Post.objects.select_related("thread__space", "author").get(submission=key)
    set_wiki(post, is_wiki=True, by=scene.people[one["author"]])
    post.refresh_from_db()
    edit_post(post, by=scene.people[one["wiki"]["by"]], body=post.body_html + one["wiki"]["adds"])


def _assign(scene: Scene, thread: Thread, said: Entry) -> None:
    """It stands on their Today; nobody is sent a mail about it."""
    assignee = scene.people[said["to"]]
    due_on = today(scene.community) + said["due"] * DAY
    latest = _latest()
    assign_thread(
        thread, to=assignee, due_on=due_on, seen=None, by=scene.people[said["by"]], community=scene.community
    )
    Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)


def _close(scene: Scene, thread: Thread, said: Entry) -> None:
    """Asked before, as far as that one is in the files that are loaded."""
    original = Thread.objects.filter(posts__submission=scene.key(said["as"], 1)).first()
    if original is None:
        return
    latest = _latest()
    by: Membership = scene.people[said["by"]]
    close_as_same(thread, original=original, by=by, reason=said["reason"])
    Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)


def _latest() -> int:
    return Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
