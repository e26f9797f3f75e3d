"""Writing a challenge, changing it, its rules, cancelling it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.challenges.drawing import commit_to_seed
from communities.challenges.exceptions import (
    CancelledAlready,
    DecidedAlready,
    Fixed,
    NoDates,
    WordsNotOpen,
)
from communities.challenges.models import CHALLENGE, MOMENTS, WORDS, Assessment, Challenge, Entry, Rules
from communities.challenges.permissions import FEATURE, can_run_challenge, can_run_challenges
from communities.challenges.timing import next_moment
from communities.content.models import Space, State, Thread
from communities.content.permissions import WITHDRAWN
from communities.content.services import (
    judge_beside,
    publish_thread,
    revise_thread,
    start_thread,
)
from communities.content.services.waiting import opening_of
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership


@dataclass(frozen=True)
class Facts:
    """What a form says of a challenge beside title, text and rules; the fields of Challenge of the same names."""

    opens_at: datetime.datetime
    closes_at: datetime.datetime
    result_at: datetime.datetime
    votes_until: datetime.datetime | None = None
    way: str = "vote"
    finalists: int = 10
    entries_each: int = 1
    entry_kinds: Sequence[str] = ()
    criteria: str = ""
    prizes: str = ""
    afterwards: str = ""


@dataclass(frozen=True)
class Written:
    """The text of a challenge, as its form sends it."""

    title: str
    body: str
    body_format: str = "html"
    tags: Sequence[str] = ()
    language: str = ""
    submission: uuid.UUID | None = None


@transaction.atomic
def write_challenge(
    space: Space,
    *,
    by: Membership,
    community: Community,
    text: Written,
    facts: Facts,
    rules: str,
    draft: bool = False,
) -> Thread:
    """Start a challenge, as a draft or published, with the first version of its rules. What is beside the text is
    stored first, so that it is judged with it.

    The same `submission` twice returns the first one. Raises as `start_thread`, and NoDates.
    """
    refuse_closed(by, FEATURE)
    if not can_run_challenges(by, space):
        raise NotAllowed
    thread = start_thread(
        space,
        by=by,
        community=community,
        kind=CHALLENGE,
        title=text.title,
        body=text.body,
        body_format=text.body_format,
        tags=list(text.tags),
        language=text.language,
        state=State.DRAFT,
        submission=text.submission,
    )
    if not Challenge.objects.filter(thread=thread).exists():
        _lay_out(thread, facts, rules)
        if not draft:
            publish_challenge(thread, by=by)
    thread.refresh_from_db(fields=["state", "published_at", "last_position"])
    return thread


def _lay_out(thread: Thread, facts: Facts, rules: str) -> Challenge:
    challenge = Challenge(thread=thread, **_stored(facts))
    _settle(challenge)
    challenge.save(force_insert=True)
    Rules.objects.create(challenge=challenge, number=1, words=rules.strip())
    return challenge


def _stored(facts: Facts) -> dict[str, Any]:
    return asdict(facts) | {"entry_kinds": list(facts.entry_kinds)}


def _settle(challenge: Challenge) -> None:
    """What follows from what was said: the seed of a draw, and when the clock looks next."""
    commit_to_seed(challenge)
    # What is due already stays due: jurors who were asked and new rules are told by the job.
    if challenge.next_at is None or challenge.next_at > timezone.now():
        challenge.next_at = next_moment(challenge)


def publish_challenge(thread: Thread, *, by: Membership) -> bool:
    """Publish a draft. Raises NotAllowed for who no longer looks after its space, NoDates for one without dates or that
    closes in the past, and as `publish_thread`."""
    if not can_run_challenges(by, thread.space):
        raise NotAllowed
    check_dates(thread, at=timezone.now())
    return publish_thread(thread, by=by)


def check_dates(thread: Thread, *, at: datetime.datetime) -> None:
    """Raises NoDates for a thread that takes no entries after it is published."""
    if not Challenge.objects.filter(thread=thread, closes_at__gt=at).exists():
        raise NoDates


def held(challenge: Challenge | int) -> Challenge:
    """The challenge with its row locked, read afterwards, with its thread. Raises Challenge.DoesNotExist."""
    number = challenge.pk if isinstance(challenge, Challenge) else challenge
    Challenge.objects.select_for_update(of=("self",), no_key=True).get(pk=number)
    found: Challenge = Challenge.objects.select_related("thread__space").get(pk=number)
    return found


@transaction.atomic
def change_challenge(
    thread: Thread, *, by: Membership, title: str, tags: Sequence[str] | None, facts: Facts
) -> bool:
    """Change all of a challenge but its text and its rules; False where a moderator reads the new title first. What has
    begun keeps its beginning, and with an entry there how winners are found stays. A draft without dates gets them.

    `tags` is None where there are none. Raises NotAllowed, CancelledAlready, DecidedAlready, Fixed, WordsNotOpen,
    TooFast, and as `revise_thread`.
    """
    refuse_closed(by, FEATURE)
    thread = locked_thread(thread, by)
    # Before its address follows a new title: the job that holds the challenge tells people of the thread meanwhile.
    challenge = _open(thread) if Challenge.objects.filter(thread=thread).exists() else None
    known = list(thread.tags.values_list("name", flat=True)) if tags is None else list(tags)
    is_shown = revise_thread(thread, by=by, title=title, tags=known)
    if challenge is None:
        _lay_out(thread, facts, "")
        return is_shown
    words = {name: getattr(challenge, name) for name in WORDS}
    _refuse_changes(challenge, facts, is_public=_was_out(thread))
    for name, value in _stored(facts).items():
        setattr(challenge, name, value)
    _settle(challenge)
    challenge.save()
    if words != {name: getattr(challenge, name) for name in WORDS}:
        judge_beside(thread, by=by, held=WordsNotOpen)
    return is_shown


def _was_out(thread: Thread) -> bool:
    """Whether people rely on it: one that is no longer public for a while was, too."""
    return thread.was_shown or Entry.objects.of(thread.pk).exists()


def _open(thread: Thread) -> Challenge:
    challenge = held(thread.pk)
    if challenge.is_cancelled:
        raise CancelledAlready
    if challenge.is_decided:
        raise DecidedAlready
    return challenge


def _refuse_changes(challenge: Challenge, facts: Facts, *, is_public: bool) -> None:
    """What people have relied on stays. Raises Fixed."""
    if not is_public:
        return
    now = timezone.now()
    for name in MOMENTS:
        before, after = getattr(challenge, name), getattr(facts, name)
        if before == after:
            continue
        if before is not None and before <= now:
            raise Fixed(_("What has started or ended stays: only future dates can be moved."))
        if after is not None and after <= now:
            raise Fixed(_("A new date must be in the future."))
    if not Entry.objects.of(challenge).exists():
        return
    is_narrowed = challenge.way == challenge.Way.BOTH and facts.finalists != challenge.finalists
    if facts.way != challenge.way or is_narrowed:
        raise Fixed(_("Somebody has entered, so how winners are chosen can no longer be changed."))
    is_marked = Assessment.objects.filter(juror__challenge=challenge).exists()
    if is_marked and facts.criteria != challenge.criteria:
        raise Fixed(_("The jury has given marks, so the criteria can no longer be changed."))
    if facts.entries_each < challenge.entries_each:
        raise Fixed(_("Somebody has entered, so the number of entries per member can only be raised."))


@transaction.atomic
def change_rules(thread: Thread, words: str, *, by: Membership) -> Rules | None:
    """A new version of the rules, which holds from now on; None where nothing differs. Those who have entered are told,
    once. Until it is published, a challenge has one version.

    Raises NotAllowed, CancelledAlready, DecidedAlready, Fixed once entries have closed, WordsNotOpen, TooFast.
    """
    refuse_closed(by, FEATURE)
    thread = locked_thread(thread, by)
    challenge = _open(thread)
    was_out = _was_out(thread)
    if was_out and challenge.closes_at <= timezone.now():
        raise Fixed(_("Entries are closed: the rules stay as they are."))
    newest: Rules = Rules.objects.of(challenge)[0]
    words = words.strip()
    if words == newest.words:
        return None
    count_act(by, Limited.EDIT)
    if not was_out:
        newest.delete()
        return Rules.objects.create(challenge=challenge, number=newest.number, words=words)
    made: Rules = Rules.objects.create(challenge=challenge, number=newest.number + 1, words=words)
    if Entry.objects.of(challenge).exists():
        challenge.next_at = timezone.now()
    else:
        challenge.rules_told = made.number
    challenge.save(update_fields=["next_at", "rules_told"])
    judge_beside(thread, by=by, held=WordsNotOpen)
    return made


@transaction.atomic
def cancel_challenge(thread: Thread, *, by: Membership, reason: str = "") -> None:
    """Cancel it for good; everybody who entered is told, once. Its page stays, and so do the texts that were entered.

    Raises NotAllowed, CancelledAlready, DecidedAlready, WordsNotOpen, TooFast.
    """
    refuse_closed(by, FEATURE)
    thread = locked_thread(thread, by)
    if not thread.is_published:
        raise NotAllowed
    challenge = _open(thread)
    count_act(by, Limited.EDIT)
    challenge.cancelled_at = challenge.next_at = timezone.now()
    challenge.cancel_reason = one_line(reason)
    challenge.save(update_fields=["cancelled_at", "cancel_reason", "next_at"])
    if challenge.cancel_reason:
        judge_beside(thread, by=by, held=WordsNotOpen)


def locked_thread(thread: Thread, by: Membership) -> Thread:
    """The thread, with its text where that is out: as the acts on such a text do, so that none waits for the other.
    Not its key: the job that holds the challenge tells people of the thread meanwhile.
    Raises NotAllowed for who does not run it."""
    if thread.state == State.PUBLISHED:
        opening_of(thread)
    threads = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("space")
    found: Thread = threads.get(pk=thread.pk)
    if not can_run_challenge(by, found) or found.state in WITHDRAWN:
        raise NotAllowed
    refuse_closed_space(by, found.space)
    return found


def stored_facts(challenge: Challenge) -> dict[str, Any]:
    """A challenge as its form says it."""
    return {name: getattr(challenge, name) for name in Facts.__dataclass_fields__}
