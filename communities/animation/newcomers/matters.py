"""What newcomers have to do with today: first texts without a reply, people nobody has greeted, people gone quiet."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.models import Welcome
from communities.animation.newcomers.queries import (
    NEWCOMER,
    PROMISED,
    SHOWN,
    began_of,
    first_texts,
    in_care_of,
    newcomers,
    quiet,
    without_greeting,
    without_reply,
)
from communities.animation.newcomers.services import Wishes, greet
from communities.animation.permissions import RECEIVING, can_greet_newcomers, can_see_today
from communities.animation.sources.content import Questions
from communities.animation.today.matters import DONE_HERE, Elsewhere, Matter, Named, Scope, Source, outcome
from communities.animation.today.replied import mark_told, replies_since
from communities.content.models import Post
from communities.content.services import reply_to
from communities.content.text.extracts import excerpt
from communities.exceptions import FieldError
from communities.models import Membership

MONTH = datetime.timedelta(days=30)
QUOTED = 320
# Of one person on one day.
MOST_GREETED = 100
MINUTES_TO_ANSWER, MINUTES_TO_GREET, MINUTES_TO_REMIND, MINUTES_TO_INTRODUCE = 5, 3, 2, 2


def own_newcomers(scope: Scope, people: Any) -> Any:
    """Less those who are with others; for whoever sees their own part, those given to them or in their care."""
    others = Welcome.objects.filter(looked_after_by__in=_carers()).exclude(looked_after_by=scope.viewer)
    if scope.key is not None:
        people = people.filter(pk=scope.key)
    if scope.without:
        people = people.exclude(pk__in=scope.without)
    people = people.exclude(pk=scope.viewer.pk)
    if scope.only is None:
        return people.exclude(pk__in=others.values("membership_id"))
    cared = in_care_of(people, scope.viewer).values("pk")
    return people.filter(Q(pk__in=scope.only) | Q(pk__in=cared))


def _carers() -> Any:
    """Those in whose care a newcomer can be just now; whoever was in others’ is a matter of the whole team."""
    return Membership.objects.active().not_suspended().in_roles(RECEIVING)


def received_by(scope: Scope, since: datetime.datetime) -> list[Welcome]:
    """Whom the viewer has greeted or written to once more since then; one statement for both sources."""
    if "received" not in scope.memo:
        greeted = Q(greeted_by=scope.viewer, greeted_at__gte=since)
        nudged = Q(nudged_by=scope.viewer, nudged_at__gte=since)
        scope.memo["received"] = list(Welcome.objects.filter(greeted | nudged).order_by("pk")[:MOST_GREETED])
    found: list[Welcome] = scope.memo["received"]
    return found


def who(person: Membership) -> tuple[str, ...]:
    return (person.place,) if person.place else ()


class NewcomerSource(Source):
    shared = True
    rests = MONTH
    url_name = "animation:list-newcomers"

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        people = Membership.objects.shown().filter(pk__in=keys)
        return {
            person.pk: Named(person.display_name, reverse("people:show-member", args=[person.handle]))
            for person in people
        }

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer) and can_greet_newcomers(viewer)


class FirstTexts(NewcomerSource):
    """The first text of a newcomer that nobody has replied to: a person’s word within four hours is promised."""

    name = "first-texts"
    label = gettext_lazy("First text without a reply")
    task = gettext_lazy("Reply to the first texts of newcomers")
    order = 20
    # Many open the thread and reply there.
    is_elsewhere = True

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        people = own_newcomers(scope, newcomers(scope.now - NEWCOMER))
        texts = without_reply(first_texts(people.values("pk"), scope.reader))
        since = Greatest("published_at", "author__joined_at")
        rows = texts.select_related("author", "thread__space").order_by(since, "pk")[:limit]
        return [self._matter(text) for text in rows]

    def _matter(self, text: Post) -> Matter:
        assert text.author is not None  # the query has looked
        began = began_of(text)
        assert began is not None
        name = text.author.display_name
        return Matter(
            str(text.author_id),
            _("The first text of %(name)s has no reply yet") % {"name": name},
            MINUTES_TO_ANSWER,
            began,
            harm=1,
            people=1,
            due=began + PROMISED,
            facts=(text.thread.title, text.thread.space.name, *who(text.author)),
            url=text.thread.url_of(text.position or 1),
            act=_("Open the thread"),
            quote=excerpt(text.body_html, QUOTED),
            quoted=text.author,
            form="animation/today/reply.html",
        )

    def act(self, key: str, scope: Scope, data: QueryDict) -> str:
        """A reply in one’s own name; it is the greeting of whom nobody has greeted."""
        words = data.get("words", "")
        person = Membership.objects.get(pk=int(key))
        if Welcome.objects.of([person.pk]).greeted().exists():
            post: Post | None = _reply(scope, int(key), words)
        else:
            wishes = Wishes(words, Welcome.How.REPLY)
            post = greet(person, wishes, by=scope.viewer, community=scope.community).post
        return outcome(post, _("Your reply to %(name)s is sent.") % {"name": person.display_name})

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """Whom the viewer has given their first reply in the thread; a greeting of the desk tells of itself, and so
        does a question that was answered, or ticked off, on Today."""
        replies = replies_since(scope, since)
        if not replies:
            return []
        greeting = Welcome.objects.filter(greeted_by=scope.viewer, post=OuterRef("reply_id"))
        texts = first_texts(newcomers(since - NEWCOMER).values("pk"), scope.reader)
        texts = texts.filter(reply_id__in=list(replies)).annotate(is_greeting=Exists(greeting))
        rows = list(texts.values_list("author_id", "thread_id", "reply_id", "is_greeting"))
        mark_told(scope, [reply for _author, _thread, reply, _greeting in rows])
        here = scope.memo.get(DONE_HERE, ())
        return [
            Elsewhere(author, replies[reply], MINUTES_TO_ANSWER)
            for author, thread, reply, is_greeting in rows
            if not is_greeting and (self.name, author) not in here and (Questions.name, thread) not in here
        ]


def _reply(scope: Scope, person_id: int, words: str) -> Post:
    text = first_texts([person_id], scope.reader).select_related("thread__space").first()
    if text is None:
        raise FieldError(_("Their first text is no longer there."))
    return reply_to(text.thread, by=scope.viewer, body=words, body_format="markdown")


class Greetings(NewcomerSource):
    """Newcomers who have written nothing, and whom nobody has greeted."""

    name = "greetings"
    label = gettext_lazy("Newcomer without a greeting")
    task = gettext_lazy("Greet newcomers")
    order = 30
    # They are greeted on a page of their own.
    is_elsewhere = True

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """Whom the viewer has greeted, but for those who got their first reply on Today itself."""
        here = scope.memo.get(DONE_HERE, ())
        of_them = (FirstTexts.name, self.name)
        return [
            Elsewhere(row.membership_id, row.greeted_at, MINUTES_TO_GREET)
            for row in received_by(scope, since)
            if row.greeted_by_id == scope.viewer.pk
            and row.greeted_at is not None
            and row.greeted_at >= since
            and not any((name, row.membership_id) in here for name in of_them)
        ]

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        people = without_greeting(own_newcomers(scope, newcomers(scope.now - NEWCOMER))).filter(post_count=0)
        return [self._matter(person) for person in people.order_by("joined_at", "pk")[:limit]]

    def _matter(self, person: Membership) -> Matter:
        name = person.display_name
        return Matter(
            str(person.pk),
            _("%(name)s has not been greeted") % {"name": name},
            MINUTES_TO_GREET,
            person.joined_at,
            people=1,
            facts=who(person),
            url=f"{reverse('animation:greet-newcomer', args=[person.pk])}?back=today",
            act=_("Read what they said, and greet"),
        )


class QuietNewcomers(NewcomerSource):
    """Newcomers who were not seen for a week: they can be written to once more."""

    name = "quiet-newcomers"
    label = gettext_lazy("Newcomer gone quiet")
    order = 70
    is_elsewhere = True

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """To whom the viewer has written once more."""
        here = scope.memo.get(DONE_HERE, ())
        return [
            Elsewhere(row.membership_id, row.nudged_at, MINUTES_TO_REMIND)
            for row in received_by(scope, since)
            if row.nudged_by_id == scope.viewer.pk
            and row.nudged_at is not None
            and row.nudged_at >= since
            and (self.name, row.membership_id) not in here
        ]

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        people = quiet(own_newcomers(scope, newcomers(scope.now - SHOWN)), scope.now)
        greeted = Exists(Welcome.objects.filter(membership=OuterRef("pk")).greeted())
        known = people.filter(Q(greeted) | Q(post_count__gt=0))
        return [self._matter(person) for person in known.order_by("-joined_at", "-pk")[:limit]]

    def _matter(self, person: Membership) -> Matter:
        return Matter(
            str(person.pk),
            _("%(name)s has gone quiet") % {"name": person.display_name},
            MINUTES_TO_REMIND,
            person.seen_at or person.joined_at,
            people=0,
            facts=(*who(person), _("they can be written to once more, and only once")),
            url=f"{reverse('animation:nudge-newcomer', args=[person.pk])}?back=today",
            act=_("Write once more"),
        )
