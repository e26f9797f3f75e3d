"""Telling people what happened: one line in the bell at once, one mail until they come back."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.content.kinds import kind_of
from communities.content.models import Post, Space, Thread
from communities.content.services.wikis import last_writer
from communities.content.viewers import people_who_read
from communities.hearing.news import tell_pages
from communities.launch.models import Stage, StageNews, StageOpening
from communities.launch.notices import StageOpened, StagePaused
from communities.launch.permissions import can_edit_plan
from communities.launch.services import people_who_lose
from communities.models import Community, Membership
from communities.notices import MAIL_DELAY, About, Notice, notices
from communities.notifications.models import GIVEN_UP, Notification
from communities.notifications.notices import (
    AnswerAccepted,
    Mentioned,
    PostNotice,
    ReplyPosted,
    notice_of_start,
)
from communities.notifications.queries import named_in, post_to_tell
from communities.scoping import active_community_id
from members.mails.outbox import call_sender
from members.models import OutgoingMail
from members.personal import Leaver

# Of one community in one run, which is not cut; the next goes on.
MOST_LATE = 50

# Unread news of one group is one line, which remembers its posts. Running twice for the same post changes nothing, in
# whatever order jobs run and moderators approve; the latest hundred of them, and how many they were in all. Its mail
# leaves with the first post that can be read. What a digest has told of, the next one tells of again with what came
# since: it becomes due as if it were new, and is gathered then (`digests.gather`); so is what nothing was due for.
GROUPED = """
  on conflict (membership_id, kind, grouping) where read_at is null and grouping <> '' do update
    set count = line.count + 1, thread_id = excluded.thread_id, post_id = excluded.post_id,
      posts = (line.posts || excluded.posts)[greatest(cardinality(line.posts) - 98, 1):],
      actor_id = excluded.actor_id, path = excluded.path, created_at = excluded.created_at,
      mail_due_at = case when line.mailed_at is null then coalesce(line.mail_due_at, excluded.mail_due_at)
        when line.gathered then excluded.mail_due_at else line.mail_due_at end,
      mailed_at = case when line.gathered then null else line.mailed_at end,
      gathered = line.gathered and line.mailed_at is null and line.mail_due_at is not null
    where not line.posts @> excluded.posts
"""
# A line of an occasion is there once, however often it is told.
SINGLE = "on conflict do nothing"
TELL = """
with news as (
  insert into notifications_notification as line
    (community_id, membership_id, kind, thread_id, post_id, posts, stage_id, actor_id, path, occasion, grouping,
     count, created_at, mail_due_at)
  select %(community)s, m.id, %(kind)s, %(thread)s, %(post)s, %(posts)s::bigint[], %(stage)s, %(actor)s, %(path)s,
    %(occasion)s, %(grouping)s, 1, now(),
    case when m.member_id is null or %(mutable)s and %(kind)s = any(m.muted_mails) then null
      else %(mail_due)s::timestamptz end
  from communities_membership m
  where m.community_id = %(community)s and m.id = any(%(people)s)
    -- Who has left has no bell any more, and leaving has cleared it already.
    and (m.status = 'active' or %(inactive_too)s and m.status not in ('left', 'erased'))
  {conflict}
  returning membership_id, (xmax = 0) as is_new
)
update communities_membership m set unread_count = unread_count + news.is_new::int,
  news_version = news_version + 1
from news where m.community_id = %(community)s and m.id = news.membership_id
"""

# Lines of one group may tell of several threads of a space: their readers follow it.
RECONSIDER = """
update communities_membership m set news_version = news_version + 1
where m.community_id = %(community)s and m.unread_count > 0 and m.id in (
  select membership_id from notifications_notification
  where community_id = %(community)s and thread_id = %(thread)s and read_at is null
  union all
  select membership_id from content_subscription
  where community_id = %(community)s and space_id = %(space)s)
"""
MAIL_AFTER_ALL = """
update notifications_notification n set mail_due_at = %(due)s, gathered = false
from communities_membership m
where n.community_id = %(community)s and n.thread_id = %(thread)s and n.read_at is null and n.mailed_at is null
  and n.mail_due_at is null and n.created_at > %(since)s and n.kind = any(%(kinds)s)
  and m.community_id = %(community)s and m.id = n.membership_id and m.member_id is not null
  and not n.kind = any(m.muted_mails)
"""
# A line is read with the last of the posts that it tells of; what was withdrawn may come back. One that is not read
# to its end says less than before, and may say nothing: the figure beside the bell is counted again.
READ_TO = """
with read as (
  update notifications_notification n set read_at = now()
  where n.community_id = %(community)s and n.membership_id = %(membership)s and n.thread_id = %(thread)s
    and n.path = '' and n.read_at is null and not exists (
      select 1 from content_post p
      where p.community_id = %(community)s and p.id = any(n.posts || n.post_id) and p.thread_id = n.thread_id
        and p.position > %(position)s)
  returning n.id)
update communities_membership m set news_version = m.news_version + 1, unread_count = (
  select count(*) from notifications_notification n
  where n.community_id = %(community)s and n.membership_id = m.id and n.read_at is null
    and n.id not in (select id from read))
where m.community_id = %(community)s and m.id = %(membership)s
returning (select count(*) from read)
"""

FOLLOWERS = """
select membership_id from content_subscription
where community_id = %(community)s and level = 'follow' and {target} and membership_id <> %(actor)s
order by membership_id
"""

BATCH = 1_000
FURTHEST = 2**31 - 1  # No post stands further down than this.


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
        "posts": [about.post.pk] if about.post else [],
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
    # Once each, whatever they follow: they are told in several statements.
    people = told.audience(list(dict.fromkeys(people)), about)
    with connection.cursor() as cursor:
        for first in range(0, len(people), BATCH):
            cursor.execute(statement, values | {"people": people[first : first + BATCH]})
    _ring(people)


def _ring(people: list[int]) -> None:
    """Have their open pages ask what the figure beside the bell is."""
    tell_pages(*(f"bell.{pk}" for pk in people))


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


def late_news(before: datetime.datetime) -> list[int]:
    """Posts of the community in scope of which nobody was told since then, the oldest first."""
    late = Post.objects.filter(news_due_at__lte=before)
    return list(late.order_by("news_due_at", "pk").values_list("pk", flat=True)[:MOST_LATE])


def tell_news(post_id: int) -> bool:
    """Tell those whom a post concerns, and take its mark away; nobody where it has gone or been hidden meanwhile.
    Whether somebody may have been told. In the scope of the community, which is one transaction."""
    post = post_to_tell.first(post_id)
    if post is None:
        return False
    shown = post.is_published
    if shown:
        tell_of_post(post)
    Post.objects.filter(pk=post_id, news_due_at__isnull=False).update(news_due_at=None)
    return bool(shown)


def tell_of_post(post: Post) -> None:
    """Tell those it mentions, then followers: nobody is told of one post twice. Safe to run again."""
    thread, actor_id = post.thread, post.author_id or 0
    if post.is_body and kind_of(thread).begins_quietly(thread):
        # Nor of its names, when somebody edits it later.
        post.mentions.update(told=True)
        return
    about = About(thread=thread, post=post, actor=post.author)
    named = tell_of_names(post)
    if post.is_body:
        notice, followers = notice_of_start(thread), _followers(thread, actor_id, "space_id = %(space)s")
        followers += kind_of(thread).followers(thread)
    else:
        notice, followers = ReplyPosted, _followers(thread, actor_id, "thread_id = %(thread)s")
        if kind_of(thread).tells_itself(post):
            return
    tell(notice, [pk for pk in followers if pk not in named], about)


def tell_of_names(post: Post) -> list[int]:
    """Tell those whom a post names, each once, also those whom an edit added; who they are. In the scope of the
    community, which is one transaction."""
    named = named_in(post.pk)
    if not named:
        return []
    writer = last_writer(post)
    mentions = post.mentions.filter(quoted=False).exclude(membership=writer.pk if writer is not None else 0)
    if not all(told for _pk, told in named):
        untold = list(mentions.filter(told=False).select_for_update(of=("self",)).order_by("pk"))
        people = [one.membership_id for one in untold]
        tell(Mentioned, people, About(thread=post.thread, post=post, actor=writer))
        post.mentions.filter(pk__in=[one.pk for one in untold]).update(told=True)
    return list(mentions.values_list("membership_id", flat=True))


def tell_of_accepted_answer(post: Post, *, by: Membership) -> None:
    if post.author_id is not None and post.author_id != by.pk:
        tell(AnswerAccepted, [post.author_id], About(thread=post.thread, post=post, actor=by))


@transaction.atomic
def forget_accepted_answer(post: Post) -> None:
    """Its author is told no more that it solved a question."""
    if post.author_id is not None:
        lines = Notification.objects.filter(membership_id=post.author_id, kind=AnswerAccepted.name, post=post)
        if lines.delete()[0]:
            count_unread(post.author_id)


@transaction.atomic
def forget_lines(**about: Thread | Stage) -> None:
    """The lines about a stage or a thread go with it, and bells count what is left."""
    lines = Notification.objects.filter(**about)
    told = list(lines.unread().values_list("membership_id", flat=True).distinct())
    lines.delete()
    left = Notification.objects.filter(membership=OuterRef("pk")).unread().order_by().values("membership")
    counted = Coalesce(Subquery(left.annotate(n=Count("pk")).values("n")), 0)
    Membership.objects.filter(pk__in=told).update(unread_count=counted, news_version=F("news_version") + 1)


@transaction.atomic
def reconsider_news(thread: Thread, *, came_back: bool) -> None:
    """Something in a thread was withdrawn, or came back: bells count again, and mails leave that could not."""
    values: dict[str, Any] = {
        "community": thread.community_id,
        "thread": thread.pk,
        "space": thread.space_id,
        "kinds": [notice.name for notice in notices if isinstance(notice, PostNotice) and notice.by_mail],
        "due": timezone.now() + MAIL_DELAY,
        "since": timezone.now() - GIVEN_UP,
    }
    with connection.cursor() as cursor:
        if came_back:
            cursor.execute(MAIL_AFTER_ALL, values)
        cursor.execute(RECONSIDER, values)


def _followers(thread: Thread, actor_id: int, target: str) -> list[int]:
    with connection.cursor() as cursor:
        where = {"community": thread.community_id, "thread": thread.pk, "space": thread.space_id}
        cursor.execute(FOLLOWERS.format(target=target), where | {"actor": actor_id})
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def read_thread_news(thread: Thread, *, by: Membership, position: int = FURTHEST) -> int:
    """Mark news as read that somebody has seen in the thread itself, and send no mail about it; how many lines.

    `position` is how far they have read: to its end, where nothing is said.
    """
    values = {
        "community": thread.community_id,
        "membership": by.pk,
        "thread": thread.pk,
        "position": min(position, FURTHEST),
    }
    with connection.cursor() as cursor:
        cursor.execute(READ_TO, values)
        row = cursor.fetchone()
    lines = int(row[0]) if row else 0
    if lines:
        _ring([by.pk])
    return lines


@transaction.atomic
def read_all_news(*, by: Membership) -> int:
    return _read(by, Notification.objects.for_membership(by).unread().update(read_at=timezone.now()))


def _read(by: Membership, lines: int) -> int:
    if lines:
        left = Notification.objects.for_membership(by).unread().count()
        Membership.objects.filter(pk=by.pk).update(unread_count=left)
        _ring([by.pk])
    return lines


def count_unread(membership_id: int) -> None:
    """Store how many unread lines there are in somebody’s bell, other ones perhaps than before."""
    unread = Notification.objects.filter(membership_id=membership_id).unread()
    Membership.objects.filter(pk=membership_id).update(
        unread_count=unread.count(), news_version=F("news_version") + 1
    )


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
def send_again(mail: OutgoingMail) -> bool:
    """Put a mail that was set aside back into the outbox; False where its words are not kept, or it waits already."""
    row = OutgoingMail.objects.of(mail.community_id).select_for_update().get(pk=mail.pk)
    if not row.can_be_tried_again:
        return False
    row.begin_again(timezone.now())
    row.save()
    call_sender()
    return True
