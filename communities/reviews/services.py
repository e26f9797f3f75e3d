"""Writing a review, changing it, answering it for the brand."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.calendar import today
from communities.content.models import Post, State, Thread
from communities.content.permissions import WITHDRAWN
from communities.content.services import (
    judge_beside,
    publish_thread,
    reply_to,
    revise_thread,
    start_thread,
)
from communities.content.services.waiting import opening_of
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.reviews.exceptions import (
    AnswerWaits,
    OrderUnknown,
    OrderUsed,
    ReviewedAlready,
    ReviewError,
    TakesNoReviews,
    ToCome,
    WordsNotOpen,
)
from communities.reviews.models import GONE, REVIEW, WORDS, Review, Thing
from communities.reviews.permissions import (
    FEATURE,
    can_answer_review,
    can_change_review,
    can_review,
    takes_reviews,
)
from communities.reviews.seams import is_order_of


@dataclass(frozen=True)
class Facts:
    """What a form says of an experience beside title and text; the fields of Review of the same names."""

    rating: int
    experienced_on: datetime.date
    pros: str = ""
    cons: str = ""
    counterpart: bool = False
    order_number: str = ""


@dataclass(frozen=True)
class Written:
    """The text of a review, as its form sends it."""

    title: str
    body: str
    body_format: str = "html"
    tags: Sequence[str] = ()
    language: str = ""
    submission: uuid.UUID | None = field(default=None)


@transaction.atomic
def write_review(
    thing: Thing, *, by: Membership, community: Community, text: Written, facts: Facts
) -> Thread:
    """Publish a review; screening may have a moderator read it first. One of this person whose text has gone gives way.

    The same `submission` twice returns the first one. Raises as `start_thread`, ReviewedAlready (for the second of two
    at once, too), TakesNoReviews, ToCome, OrderUnknown, OrderUsed.
    """
    refuse_closed(by, FEATURE)
    if not can_review(by, thing.space):
        raise NotAllowed
    if not takes_reviews(thing):
        raise TakesNoReviews
    _check_day(facts, community)
    thread = start_thread(
        thing.space,
        by=by,
        community=community,
        kind=REVIEW,
        title=text.title,
        body=text.body,
        body_format=text.body_format,
        tags=list(text.tags),
        language=text.language,
        state=State.DRAFT,
        submission=text.submission,
    )
    if not Review.objects.filter(thread=thread).exists():
        place_review(thread, thing, by=by, facts=facts)
        publish_thread(thread, by=by)
    thread.refresh_from_db(fields=["state", "published_at", "last_position"])
    return thread


def place_review(thread: Thread, thing: Thing, *, by: Membership, facts: Facts) -> Review:
    """What stands beside the thread of a review. Raises ReviewedAlready, OrderUnknown, OrderUsed."""
    former = standing_review(thing, by)
    if former is not None:
        if former.thread.state not in GONE:
            raise ReviewedAlready
        Review.objects.filter(pk=former.pk).update(replaced=True)
    verified_at = _verified(thing, facts, by, None)
    review = Review(thread=thread, thing=thing, reviewer=by, verified_at=verified_at, **asdict(facts))
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError as error:
        raise _refusal_of(error) from None
    return review


def standing_review(thing: Thing, by: Membership) -> Review | None:
    """The review of this person that counts, wherever its text is by now."""
    found: Review | None = (
        Review.objects.filter(thing=thing, reviewer=by, replaced=False).select_related("thread").first()
    )
    return found


def _refusal_of(error: IntegrityError) -> ReviewError:
    """Of a key that somebody else has taken meanwhile; the last case is a thing that has just gone."""
    refusals = {"review_order_once": OrderUsed, "review_once": ReviewedAlready}
    return next((refusal() for name, refusal in refusals.items() if name in str(error)), TakesNoReviews())


def _check_day(facts: Facts, community: Community) -> None:
    if facts.experienced_on > today(community):
        raise ToCome


def _verified(thing: Thing, facts: Facts, by: Membership, known: Review | None) -> datetime.datetime | None:
    """When the order was found; the same number again is not looked for twice. Raises OrderUnknown, OrderUsed."""
    number = facts.order_number
    if not number:
        return None
    if known is not None and known.order_number == number and known.verified_at is not None:
        return known.verified_at
    if not is_order_of(number, by):
        raise OrderUnknown
    same = Review.objects.filter(thing=thing, order_number=number, replaced=False)
    if (same.exclude(pk=known.pk) if known else same).exists():
        raise OrderUsed
    return timezone.now()


@transaction.atomic
def change_review(thread: Thread, *, by: Membership, title: str, facts: Facts, community: Community) -> bool:
    """Change all of a review but its text; False where a moderator reads the new title first. Readers are told the day.

    Raises NotAllowed, ToCome, OrderUnknown, OrderUsed, WordsNotOpen, TooFast, and as `revise_thread`.
    """
    refuse_closed(by, FEATURE)
    if thread.state == State.PUBLISHED:
        # After its text, as the acts on such a text do, so that none waits for the other.
        opening_of(thread, with_key=True)
    held: Thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    held.space = thread.space
    if not can_change_review(by, held) or held.state in WITHDRAWN:
        raise NotAllowed
    refuse_closed_space(by, held.space)
    _check_day(facts, community)
    tags = list(held.tags.values_list("name", flat=True))
    former = held.title
    is_shown = revise_thread(held, by=by, title=title, tags=tags)
    review: Review = Review.objects.select_for_update(of=("self",)).get(pk=held.pk)
    before, said = stored_facts(review), facts
    verified_at = _verified(review.thing, facts, by, review)
    for name, value in asdict(said).items():
        setattr(review, name, value)
    review.verified_at = verified_at
    if before != said:
        count_act(by, Limited.EDIT)
    if before != said or (is_shown and title != former):
        review.changed_at = timezone.now()
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError as error:
        raise _refusal_of(error) from None
    if any(getattr(before, name) != getattr(said, name) for name in WORDS):
        judge_beside(held, by=by, held=WordsNotOpen)
    return is_shown


def stored_facts(review: Review) -> Facts:
    return Facts(**{name: getattr(review, name) for name in Facts.__dataclass_fields__})


@transaction.atomic
def answer_review(
    thread: Thread,
    *,
    by: Membership,
    body: str,
    body_format: str = "html",
    submission: uuid.UUID | None = None,
    at: datetime.datetime | None = None,
) -> Post:
    """The brand’s answer: a reply of the team that stands under the review wherever that is listed. A later one takes
    its place there; both stay among the replies.

    `at` backdates it, for answers that were given elsewhere before; no view passes it. Raises NotAllowed, AnswerWaits
    where a moderator would have to read it first, and as `reply_to`.
    """
    refuse_closed(by, FEATURE)
    if not can_answer_review(by, thread):
        raise NotAllowed
    post = reply_to(
        thread, by=by, body=body, body_format=body_format, submission=submission, follow=False, at=at
    )
    if post.position is None:
        raise AnswerWaits
    Review.objects.filter(thread=thread).update(answer=post)
    return post
