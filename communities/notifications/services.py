"""Telling people what happened: one line in the bell at once, one mail until they come back."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from communities.content.models import Post, Space, Thread
from communities.content.viewers import people_who_read
from communities.launch.models import Stage, StageNews, StageOpening
from communities.launch.notices import StageOpened, StagePaused
from communities.launch.permissions import can_edit_plan
from communities.launch.services import people_who_lose
from communities.models import Community, Membership
from communities.notices import About, Notice, notices
from communities.notifications.models import Notification
from communities.notifications.notices import AnswerAccepted, Mentioned, ReplyPosted, notice_of_start
from communities.scoping import active_community_id
from members.mails.outbox import call_sender
from members.models import OutgoingMail
from members.personal import Leaver

# Of one community in one run; the next goes on.
MOST_LATE = 500

# Unread news of one group is one line: the newest post, how many there are. Running twice for the same post changes
# nothing, because a line only ever moves to a newer post.
GROUPED = """
  on conflict (membership_id, kind, grouping) where read_at is null and grouping <> '' do update
    set count = notifications_notification.count + 1, thread_id = excluded.thread_id, post_id = excluded.post_id,
      actor_id = excluded.actor_id, path = excluded.path, created_at = excluded.created_at
    where notifications_notification.post_id is distinct from excluded.post_id
      and coalesce(notifications_notification.post_id, 0) < excluded.post_id
"""
# A line of an occasion is there once, however often it is told.
SINGLE = "on conflict do nothing"
TELL = """
with news as (
  insert into notifications_notification
    (community_id, membership_id, kind, thread_id, post_id, stage_id, actor_id, path, occasion, grouping, count,
     created_at, mail_due_at)
  select %(community)s, m.id, %(kind)s, %(thread)s, %(post)s, %(stage)s, %(actor)s, %(path)s, %(occasion)s,
    %(grouping)s, 1, now(),
    case when m.member_id is null or %(mutable)s and %(kind)s = any(m.muted_mails) then null
      else %(mail_due)s::timestamptz end
  from communities_membership m
  where m.community_id = %(community)s and m.id = any(%(people)s)
    and (m.status = 'active' or %(inactive_too)s)
  {conflict}
  returning membership_id, (xmax = 0) as is_new
)
update communities_membership m set unread_count = unread_count + 1
from news where m.community_id = %(community)s and m.id = news.membership_id and news.is_new
"""

FOLLOWERS = """
select membership_id from content_subscription
where community_id = %(community)s and level = 'follow' and {target} and membership_id <> %(actor)s
order by membership_id
"""

BATCH = 1_000


def tell(notice: type[Notice] | str, people: list[int], about: About) -> None:
    """Put one line into the bell of each of these memberships, and a mail on its way where they want one.

    The notice says whom it may go to, how lines group and when a mail leaves. In the scope of the community.
    """
    told = notices[notice if isinstance(notice, str) else notice.name]
    grouping = told.group(about)
    values: dict[str, Any] = {
        "community": active_community_id(),
        "kind": told.name,
        "thread": about.thread.pk if about.thread else None,
        "post": about.post.pk if about.post else None,
        "stage": about.stage.pk if about.stage else None,
        "actor": about.actor.pk if about.actor else None,
        "path": about.path,
        "occasion": about.occasion[:200],
        "grouping": grouping[:80],
        "mutable": told.can_be_muted,
        "mail_due": timezone.now() + told.mail_after if told.by_mail else None,
        "inactive_too": told.reaches_inactive,
    }
    statement = TELL.format(conflict=GROUPED if grouping else SINGLE)
    people = told.audience(people, about)
    with connection.cursor() as cursor:
        for first in range(0, len(people), BATCH):
            cursor.execute(statement, values | {"people": people[first : first + BATCH]})


@transaction.atomic
def tell_of_opening(opening: StageOpening) -> None:
    """One line and one mail for each of those for whom an announcement is."""
    told = StageNews.objects.filter(opening=opening).order_by("membership_id")
    people = list(told.values_list("membership_id", flat=True))
    tell(StageOpened, people, _about_stage(opening.stage, str(opening.pk), "/"))


@transaction.atomic
def tell_of_pause(stage: Stage, *, occasion: str) -> None:
    """One line, without a mail, for each of those for whom a part has stopped."""
    people = people_who_lose(stage, Community.objects.get(pk=stage.community_id))
    tell(StagePaused, people, _about_stage(stage, occasion, "/"))


@transaction.atomic
def tell_those_who_plan(stage: Stage, *, note: str, occasion: str) -> None:
    """One line and one mail for each of those who run the launch plan; the same note twice is one."""
    people = [person.pk for person in Membership.objects.active() if can_edit_plan(person)]
    path = f"/manage/launch/stages/{stage.place}/"
    tell(f"stage_{note}", people, _about_stage(stage, occasion, path))


def _about_stage(stage: Stage, occasion: str, path: str) -> About:
    return About(stage=stage, path=path, occasion=f"{stage.pk} {occasion}")


@transaction.atomic
def late_news(before: datetime.datetime) -> list[int]:
    """Posts of the community in scope of which nobody was told since then, the oldest first."""
    late = Post.objects.filter(news_due_at__lte=before)
    return list(late.order_by("news_due_at", "pk").values_list("pk", flat=True)[:MOST_LATE])


@transaction.atomic
def tell_news(post_id: int) -> bool:
    """Tell those whom a post concerns, and take its mark away; nobody where it has gone or been hidden meanwhile.
    Whether somebody may have been told."""
    post = Post.objects.select_related("thread__space", "author").filter(pk=post_id).first()
    if post is None:
        return False
    shown = post.is_published and post.thread.is_published
    if shown:
        tell_of_post(post)
    Post.objects.filter(pk=post_id, news_due_at__isnull=False).update(news_due_at=None)
    return bool(shown)


def tell_of_post(post: Post) -> None:
    """Tell those it mentions, then followers: nobody is told of one post twice. Safe to run again."""
    thread, actor_id = post.thread, post.author_id or 0
    about = About(thread=thread, post=post, actor=post.author)
    named = [pk for pk in post.mentions.values_list("membership_id", flat=True) if pk != actor_id]
    tell(Mentioned, named, about)
    if post.is_body:
        notice, followers = notice_of_start(thread), _followers(thread, actor_id, "space_id = %(space)s")
    else:
        notice, followers = ReplyPosted, _followers(thread, actor_id, "thread_id = %(thread)s")
    told = set(named)
    tell(notice, [pk for pk in followers if pk not in told], about)


def tell_of_accepted_answer(post: Post, *, by: Membership) -> None:
    if post.author_id is not None and post.author_id != by.pk:
        tell(AnswerAccepted, [post.author_id], About(thread=post.thread, post=post, actor=by))


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
    """Mark news as read that somebody has seen in the thread itself, and send no mail about it; how many lines."""
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


def count_unread(membership_id: int) -> None:
    """Store how many unread lines there are in somebody’s bell."""
    unread = Notification.objects.filter(membership_id=membership_id).unread()
    Membership.objects.filter(pk=membership_id).update(unread_count=unread.count())


def can_be_muted(kind: str) -> bool:
    notice = notices.get(kind)
    return notice is not None and notice.can_be_muted


@transaction.atomic
def forget_news(leaver: Leaver, at_most: int) -> int:
    """Delete a part of the lines of somebody who has left; how many, and the bell counts what is left."""
    lines = Notification.objects.filter(membership_id=leaver.membership_id)
    part = list(lines.values_list("pk", flat=True)[:at_most])
    lines.filter(pk__in=part).delete()
    Membership.objects.filter(pk=leaver.membership_id).update(unread_count=lines.unread().count())
    return len(part)


def take_back_news(space: Space) -> int:
    """Mark as read what waits in the bells of members who do not read a space (any more); how many people.

    The list shows them none of it, so the figure on the bell must not count it. Those with news are walked through,
    a part at a time.
    """
    concerned, last = 0, 0
    waiting = Membership.objects.filter(unread_count__gt=0).order_by("pk")
    while people := list(waiting.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = people[-1]
        readers = set(people_who_read(space, people))
        outside = [pk for pk in people if pk not in readers]
        unread = Notification.objects.filter(membership__in=outside).unread()
        lines = unread.filter(thread__space_id=space.pk)
        told = set(lines.values_list("membership_id", flat=True))
        lines.update(read_at=timezone.now())
        for person in Membership.objects.filter(pk__in=told):
            _read(person, 1)
        concerned += len(told)
    return concerned


@transaction.atomic
def edit_channels(membership: Membership, *, muted: list[str]) -> None:
    """Choose which kinds of news send a mail; what nobody can mute is not among them."""
    membership.muted_mails = sorted(name for name in set(muted) if can_be_muted(name))
    membership.save(update_fields=["muted_mails"])


@transaction.atomic
def unsubscribe(membership: Membership, *, kind: str) -> None:
    """From the link of a mail: no more mails of this kind. Idempotent."""
    edit_channels(membership, muted=[*membership.muted_mails, kind])


@transaction.atomic
def send_again(mail: OutgoingMail) -> bool:
    """Put a mail that was set aside back into the outbox; False where its words are not kept, or it waits already."""
    row = OutgoingMail.objects.of(mail.community_id).select_for_update().get(pk=mail.pk)
    if not row.can_be_tried_again:
        return False
    row.begin_again(timezone.now())
    row.save()
    call_sender()
    return True
