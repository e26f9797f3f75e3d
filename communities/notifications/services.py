"""Telling people what happened: one line in the bell at once, one mail until they come back."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from communities.content.kinds import THREAD_KINDS
from communities.content.models import Post, Thread
from communities.content.viewers import people_who_read
from communities.launch.models import Stage, StageNews, StageOpening
from communities.launch.permissions import can_edit_plan
from communities.launch.services import people_who_lose
from communities.models import Community, Membership
from communities.notifications.launching import NOTES
from communities.notifications.models import Notification
from members.personal import Leaver

Kind = Notification.Kind

# A mail waits a little, so that an author's quick corrections are in it and a reader on the page needs none.
MAIL_DELAY = datetime.timedelta(minutes=2)

# Unread news of one kind about one thread is one line: the newest post, how many there are. Running twice for
# the same post changes nothing, because a line only ever moves to a newer post.
NOTIFY = """
with news as (
  insert into notifications_notification
    (community_id, membership_id, kind, thread_id, post_id, actor_id, count, created_at, mail_due_at)
  select %(community)s, m.id, %(kind)s, %(thread)s, %(post)s, %(actor)s, 1, now(),
    case when %(kind)s = any(m.muted_mails) or m.member_id is null then null else %(mail_due)s::timestamptz end
  from communities_membership m
  where m.community_id = %(community)s and m.id = any(%(people)s) and m.status = 'active'
  on conflict (membership_id, kind, thread_id) where read_at is null and path = '' do update
    set count = notifications_notification.count + 1, post_id = excluded.post_id, actor_id = excluded.actor_id,
      created_at = excluded.created_at
    where notifications_notification.post_id is distinct from excluded.post_id
      and coalesce(notifications_notification.post_id, 0) < excluded.post_id
  returning membership_id, (xmax = 0) as is_new
)
update communities_membership m set unread_count = unread_count + 1
from news where m.community_id = %(community)s and m.id = news.membership_id and news.is_new
"""

# A line about a stage is there once for one occasion, however often the job runs.
NOTE_STAGE = """
with news as (
  insert into notifications_notification
    (community_id, membership_id, kind, stage_id, occasion, path, count, created_at, mail_due_at)
  select %(community)s, m.id, %(kind)s, %(stage)s, %(occasion)s, %(path)s, 1, now(),
    case when %(kind)s = any(m.muted_mails) or m.member_id is null then null else %(mail_due)s::timestamptz end
  from communities_membership m
  where m.community_id = %(community)s and m.id = any(%(people)s) and m.status = 'active'
  on conflict (membership_id, kind, stage_id, occasion) where stage_id is not null do nothing
  returning membership_id
)
update communities_membership m set unread_count = unread_count + 1
from news where m.community_id = %(community)s and m.id = news.membership_id
"""

FOLLOWERS = """
select membership_id from content_subscription
where community_id = %(community)s and level = 'follow' and {target} and membership_id <> %(actor)s
order by membership_id
"""

BATCH = 1_000


def tell(people: list[int], *, kind: str, thread: Thread, post: Post, actor: Membership | None) -> None:
    """Put one line into the bell of each of these members, and a mail on its way where they want one.

    Nobody hears of what they may not read, or of what the launch plan keeps closed to them.
    """
    people = people_who_read(thread.space, people)
    values: dict[str, Any] = {
        "community": thread.community_id,
        "kind": kind,
        "thread": thread.pk,
        "post": post.pk,
        "actor": actor.pk if actor else None,
        "mail_due": timezone.now() + MAIL_DELAY,
    }
    with connection.cursor() as cursor:
        for first in range(0, len(people), BATCH):
            cursor.execute(NOTIFY, values | {"people": people[first : first + BATCH]})


@transaction.atomic
def tell_person(
    membership: Membership,
    *,
    kind: str,
    thread: Thread | None,
    post: Post | None,
    path: str,
    mail_after: datetime.timedelta = MAIL_DELAY,
) -> Notification:
    """One line about a person's own words, acts or page, which leads to `path` (within the community), and one mail.

    It is shown whether or not the post can be seen by others, and nobody can mute it. A page has no thread.
    """
    line = Notification.objects.create(
        membership=membership,
        kind=kind,
        thread=thread,
        post=post,
        path=path,
        mail_due_at=timezone.now() + mail_after if membership.member_id else None,
    )
    Membership.objects.filter(pk=membership.pk).update(unread_count=F("unread_count") + 1)
    return line


def tell_of_opening(opening: StageOpening) -> None:
    """One line and one mail for each of those for whom an announcement is."""
    told = StageNews.objects.filter(opening=opening).order_by("membership_id")
    people = list(told.values_list("membership_id", flat=True))
    _note_stage(people, kind=Kind.STAGE_OPENED, stage=opening.stage, occasion=str(opening.pk), path="/")


def tell_of_pause(stage: Stage, *, occasion: str) -> None:
    """One line, without a mail, for each of those for whom a part has stopped."""
    people = people_who_lose(stage, Community.objects.get(pk=stage.community_id))
    _note_stage(people, kind=Kind.STAGE_PAUSED, stage=stage, occasion=occasion, path="/", by_mail=False)


def tell_those_who_plan(stage: Stage, *, note: str, occasion: str) -> None:
    """One line and one mail for each of those who run the launch plan; the same note twice is one."""
    people = [person.pk for person in Membership.objects.active() if can_edit_plan(person)]
    path = f"/manage/launch/stages/{stage.place}/"
    _note_stage(people, kind=NOTES[note], stage=stage, occasion=occasion, path=path)


@transaction.atomic
def _note_stage(
    people: list[int], *, kind: str, stage: Stage, occasion: str, path: str, by_mail: bool = True
) -> None:
    values: dict[str, Any] = {
        "community": stage.community_id,
        "kind": str(kind),
        "stage": stage.pk,
        "occasion": occasion[:200],
        "path": path,
        "mail_due": timezone.now() + MAIL_DELAY if by_mail else None,
    }
    with connection.cursor() as cursor:
        for first in range(0, len(people), BATCH):
            cursor.execute(NOTE_STAGE, values | {"people": people[first : first + BATCH]})


@transaction.atomic
def tell_of_post(post: Post) -> None:
    """Those it names, then those who follow: nobody hears twice of one post. Safe to run again."""
    thread = post.thread
    actor = post.author
    actor_id = actor.pk if actor else 0
    named = [pk for pk in post.mentions.values_list("membership_id", flat=True) if pk != actor_id]
    tell(named, kind=Notification.Kind.MENTIONED, thread=thread, post=post, actor=actor)
    if post.is_body:
        kind = THREAD_KINDS[thread.kind].notice_of_start
        followers = _followers(thread, actor_id, "space_id = %(space)s")
    else:
        kind = Notification.Kind.REPLY_POSTED.value
        followers = _followers(thread, actor_id, "thread_id = %(thread)s")
    told = set(named)
    tell([pk for pk in followers if pk not in told], kind=kind, thread=thread, post=post, actor=actor)


def tell_of_accepted_answer(post: Post, *, by: Membership) -> None:
    if post.author_id is not None and post.author_id != by.pk:
        tell(
            [post.author_id], kind=Notification.Kind.ANSWER_ACCEPTED, thread=post.thread, post=post, actor=by
        )


def _followers(thread: Thread, actor_id: int, target: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            FOLLOWERS.format(target=target),
            {
                "community": thread.community_id,
                "thread": thread.pk,
                "space": thread.space_id,
                "actor": actor_id,
            },
        )
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def read_thread_news(thread: Thread, *, by: Membership) -> int:
    """What one has read in the thread itself is no news any more, and no mail; how many lines."""
    unread = Notification.objects.for_membership(by).unread()
    return _read(by, unread.filter(thread=thread, path="").update(read_at=timezone.now()))


@transaction.atomic
def read_all_news(*, by: Membership) -> int:
    return _read(by, Notification.objects.for_membership(by).unread().update(read_at=timezone.now()))


def _read(by: Membership, lines: int) -> int:
    if lines:
        left = Notification.objects.for_membership(by).unread().count()
        Membership.objects.filter(pk=by.pk).update(unread_count=left)
    return lines


@transaction.atomic
def forget_news(leaver: Leaver, at_most: int) -> int:
    """Delete a part of the lines of somebody who has left; how many, and the bell counts what is left."""
    lines = Notification.objects.filter(membership_id=leaver.membership_id)
    part = list(lines.values_list("pk", flat=True)[:at_most])
    lines.filter(pk__in=part).delete()
    Membership.objects.filter(pk=leaver.membership_id).update(unread_count=lines.unread().count())
    return len(part)


@transaction.atomic
def edit_channels(membership: Membership, *, muted: list[str]) -> None:
    """Choose which kinds of news send a mail."""
    membership.muted_mails = sorted(set(muted) & set(Notification.Kind.values))
    membership.save(update_fields=["muted_mails"])


@transaction.atomic
def unsubscribe(membership: Membership, *, kind: str) -> None:
    """From the link of a mail: no more mails of this kind. Saying it twice is as good as once."""
    edit_channels(membership, muted=[*membership.muted_mails, kind])
