"""A row in every table that leads to one person, made by looking at the tables.

Where the tables alone do not say enough (a reaction is counted on its post, a draft has a thread), the services make
it. A new table needs a line here only if its checks refuse what is made by looking.
"""

from __future__ import annotations

import datetime
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from analytics.capture.tasks import make_partitions
from communities.animation.ambassadors.models import Programme
from communities.blogs.models import Article
from communities.content.models import Mention, PendingEdit, Post, Reaction, Space, State, Thread
from communities.content.services import react_to_post
from communities.mailing.models import Sender
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import Record, records
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

_numbers = itertools.count(1)

# What checks of a table ask for beyond its columns.
WANTED: dict[str, dict[str, Any]] = {
    # One is under way at a time.
    "automations.Automation": {"state": "off", "why": ""},
    "automations.Firing": {"state": "waiting", "reason": ""},
    "announcements.Announcement": {"ends_at": lambda: timezone.now() + datetime.timedelta(days=1)},
    "announcements.Reading": {"closed": True},
    "archive.Export": {"state": "failed"},
    # One is open at a time.
    "ambassadors.Term": {"state": "declined"},
    "ambassadors.Task": {
        "month": datetime.date(2026, 12, 1),
        "title": lambda: f"Task {next(_numbers)}",
    },
    "communities.Membership": {"handle": lambda: f"somebody-{next(_numbers)}"},
    "editorial.Ritual": {"weekday": 0, "hour": datetime.time(9), "ahead": 3},
    # Whose: of one who has left, the table asks nothing.
    "newsletters.NewsletterSubscription": {"state": "left"},
    # Its budget is that of its box.
    "ideas.Vote": {"place": None},
    "ideas.Box": {"opens_at": None, "votes_each": 5, "winners": 3},
    "ideas.Idea": {"status": "new", "merged_into": None},
    "ideas.Answer": {"status": "new"},
    "trials.Trial": {"report_for": "", "closed_at": None, "places": 5},
    "trials.Pledge": {"number": lambda: next(_numbers)},
    "trials.Participant": {"state": "applied", "place": None, "agreed": None, "agreed_at": None},
    "trials.Feedback": {"severity": "minor", "state": "new", "mended_in": None, "same_as": None},
    "challenges.Challenge": {
        "opens_at": timezone.now,
        "closes_at": lambda: timezone.now() + datetime.timedelta(hours=1),
        "votes_until": lambda: timezone.now() + datetime.timedelta(hours=2),
        "result_at": lambda: timezone.now() + datetime.timedelta(hours=3),
        "way": "vote",
        "entries_each": 1,
        "finalists": 1,
        "cancel_reason": "",
        "seed": "",
        "seed_digest": "",
    },
    "challenges.Entry": {
        "slot": 1,
        "number": lambda: next(_numbers),
        "prize": 0,
        "mean": None,
        "judged_by": 0,
    },
    "events.Event": {
        "starts_at": timezone.now,
        "ends_at": lambda: timezone.now() + datetime.timedelta(hours=1),
        "zone": "Europe/Paris",
        "cancel_reason": "",
        "news": "",
        "came_from": "",
    },
    "events.Registration": {
        "here_at": None,
        "state": "coming",
        "news": "",
        "door_code": lambda: f"{next(_numbers):09}",
    },
    "calls.Call": {
        "opens_at": timezone.now,
        "closes_at": lambda: timezone.now() + datetime.timedelta(hours=1),
        "scale": 5,
        "conditions": [],
        "questions": [],
        "criteria": [],
    },
    "calls.Application": {"state": "draft", "sent_at": None, "chance": 50, "title": "A block"},
    "calls.Step": {"state": "sent"},
    "calls.Evaluation": {"conflict": False, "scores": []},
    "challenges.Assessment": {"marks": [7], "abstains": False},
    "albums.Album": {"adds": "members"},
    "albums.Photo": {"licence": "by"},
    "promotions.CustomerStory": {"agreed_at": None, "declined_at": None, "target": ""},
    "albums.Likeness": {"state": "asked", "answered_at": None},
    "polls.Poll": {
        "options": ["Hemp", "Cotton"],
        "votes": [0, 0],
        "most": 1,
        "repeats": "",
        "again_at": None,
    },
    "polls.AddedAnswer": {"place": 1},
    "reviews.Review": {"rating": 4, "experienced_on": datetime.date(2026, 2, 1), "verified_at": None},
    "reviews.Thing": {"address": ""},
    "promotions.Banner": {"target": "/forums/"},
    "offers.OfferCode": {"claimed_at": timezone.now, "key": lambda: f"key-{next(_numbers)}"},
    "roi.Offer": {"slug": lambda: f"offer-{next(_numbers)}", "address": "https://example.org/"},
    "capture.Event": {"consent": 1, "occurred_at": timezone.now},
    "content.PostMove": {"whole": False, "kept": {}},
    "content.PendingEdit": {"state": PendingEdit.State.REPLACED},
    "content.Subscription": {"thread": lambda: make_thread()},
    "notifications.Notification": {"path": "/me/"},
    # One is offered at a time.
    "people.OwnershipOffer": {"state": "declined"},
    # One is at work at a time.
    "transfer.Import": {"state": "rehearsed"},
    "texts.TextVersion": {"published_at": timezone.now, "in_force_at": timezone.now},
    "roi.Saving": {"saved": True},
    "roi.Click": {"consented": True, "number": uuid.uuid4},
    "roi.Objective": {
        "target": 2,
        "starts_on": datetime.date(2026, 1, 1),
        "deadline": datetime.date(2026, 12, 1),
    },
}


@dataclass(frozen=True)
class Person:
    """Whose rows are made."""

    membership: Membership
    address: str


def belongings_of(person: Person, here: Cast) -> dict[str, models.Model]:
    """One row for each answer of a community's model, by the name of its record; in the community's scope."""
    make_partitions()
    wanted = [one for one in records() if issubclass(one.model, CommunityOwned)]
    makers = _makers(person, here)
    return {one.name: makers.get(one.name, lambda one=one: _made(one, person))() for one in wanted}


def _made(record: Record, person: Person) -> models.Model:
    who: Any = person.address if record.holds_addresses else person.membership
    if not record.column.is_relation and not record.holds_addresses:
        who = person.membership.pk
    return make_row(record.model, **{record.personal.field: [who] if record.is_list else who})


def _makers(person: Person, here: Cast) -> dict[str, Callable[[], models.Model]]:
    me = person.membership

    def own_post() -> Post:
        return make_reply(make_thread(here.forum), by=me)

    def mention() -> Mention:
        body = f"<p>Ask @{me.handle}, or see <code>@{me.handle}</code>.</p>"
        return make_reply(make_thread(here.forum), by=here.owner, body=body).mentions.get()

    def reaction() -> Reaction:
        post = make_reply(make_thread(here.forum), by=here.owner)
        react_to_post(post, by=me, kind="thanks")
        react_to_post(post, by=here.manager, kind="thanks")
        return Reaction.objects.get(post=post, membership=me)

    def article() -> Article:
        return make_row(Article, thread=make_thread(here.blog, by=here.owner))

    makers: dict[str, Callable[[], models.Model]] = {
        "communities.Membership.member": lambda: me,
        "content.Thread.author": lambda: make_thread(here.forum, by=me, replies=1),
        "content.Thread.last_author": lambda: own_post().thread,
        "content.Post.author": own_post,
        "content.Post.author (drafts)": lambda: make_thread(here.forum, by=me, state=State.DRAFT).posts.get(),
        "content.Mention.membership": mention,
        "content.Reaction.membership": reaction,
        "launch.JoinRequest.membership": lambda: make_row(
            _model("launch.JoinRequest"), membership=me, state="declined"
        ),
        "blogs.CoAuthor.membership": lambda: make_row(
            _model("blogs.CoAuthor"), article=article(), membership=me
        ),
        # A community has one.
        "mailing.Sender.address": lambda: Sender.objects.first() or make_row(Sender, address=person.address),
        "content.Attachment.uploader": lambda: make_row(
            _model("content.Attachment"), post=own_post(), uploader=me
        ),
    }
    return makers


def _model(label: str) -> type[models.Model]:
    return next(one.model for one in records() if one.model._meta.label == label)


def make_row(model: type[models.Model], **given: Any) -> models.Model:
    """A row with as little as its table asks for; parents are made where none is given."""
    values = {**WANTED.get(model._meta.label, {}), **given}
    values = {name: value() if callable(value) else value for name, value in values.items()}
    for one in model._meta.local_concrete_fields:
        if one.name not in values and one.name != "community" and not _may_lack(one):
            values[one.name] = _sample(one)
    row = model(**values)
    row.save(force_insert=True)
    return row


def _may_lack(one: Any) -> bool:
    automatic = isinstance(one, models.AutoField | models.GeneratedField) or one.has_db_default()
    return automatic or one.null or one.has_default() or getattr(one, "auto_now", False)


def _sample(one: Any) -> Any:
    number = next(_numbers)
    if one.is_relation:
        services: dict[Any, Callable[[], Any]] = {
            Thread: make_thread,
            Post: lambda: make_reply(make_thread()),
            Space: lambda: make_thread().space,
            # One of a kind at most.
            Programme: lambda: Programme.objects.first() or make_row(Programme, kind="amb"),
        }
        return services.get(one.related_model, lambda: make_row(one.related_model))()
    if one.choices:
        return one.choices[0][0]
    if isinstance(one, models.EmailField):
        return f"somebody-{number}@example.com"
    if isinstance(one, models.URLField):
        return f"https://example.org/{number}"
    if isinstance(one, models.CharField | models.TextField):
        return f"text {number}"[: one.max_length]
    if isinstance(one, models.DateTimeField):
        return timezone.now()
    if isinstance(one, models.DateField):
        return datetime.date(2026, 11, 1) - datetime.timedelta(days=number)
    kinds: dict[type[Any], Any] = {
        models.UUIDField: uuid.uuid4(),
        models.DecimalField: Decimal(1),
        models.FloatField: 1.5,
        models.JSONField: {"text": number},
        models.IntegerField: number % 30_000,
    }
    return next(value for kind, value in kinds.items() if isinstance(one, kind))
