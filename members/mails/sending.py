"""Working off the outbox: claim, commit, send, mark, one mail after the other.

Each step is a transaction of its own. A worker that dies between two mails leaves nothing uncertain; one that dies
while the server takes a mail leaves only that one uncertain, and its kind says what is done (`MailKind.repeats`).
"""

from __future__ import annotations

import datetime
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from members.addresses import fold_address
from members.aside import SetAside, go_on, known_aside, set_aside
from members.mails.claiming import is_about_accounts, mark_handed_over, mark_sent, take_next
from members.mails.failing import note_failure
from members.mails.models import CLAIM_HOLDS, CLAIMED, CONTENT, OutgoingMail
from members.mails.questions import NotLookedAt, asked
from members.mails.reports.verdicts import Report
from members.mails.return_paths import Posted
from members.mails.server import Failure, failure_of, hand_over, report_of, words_of
from members.mails.signed import Sign

logger = logging.getLogger(__name__)

# One run; the next begins within seconds.
LONGEST_RUN = 50.0  # seconds
# So many lost conversations in a row: the server is not well.
MOST_LOST_LINES = 3
KEPT_SENT, KEPT_UNDELIVERED = datetime.timedelta(days=7), datetime.timedelta(days=30)

# Where communities are counted, the mails about accounts: they belong to none.
ACCOUNTS = 0

_State = OutgoingMail.State


class Communities(Protocol):
    """What members cannot know. The numbers come without a row."""

    def with_mails(self, now: datetime.datetime, dead_since: datetime.datetime) -> list[int]:
        """Those with mails due, or claimed so long ago that the worker is dead; the most urgent first."""

    def with_old_mails(self, before: datetime.datetime, now: datetime.datetime) -> list[int]:
        """Those with mails that left before `before`, or that wait although they are of no use any more."""

    def enter(self, community_id: int) -> AbstractContextManager[None]:
        """Its scope, as one transaction of its own."""

    # These are asked within the scope of the mail’s community.

    def signer_for(self, mail: OutgoingMail) -> Sign | None:
        """What signs a mail in the name of its sender’s domain, where that domain says that we may."""

    def is_turned_away(self, mail: OutgoingMail) -> bool:
        """Whether who gets it has called mails of this community spam."""

    def note_return(self, mail: OutgoingMail, report: Report) -> bool:
        """Keep that it came back; False where that is known already."""

    def note_stop(self, mail: OutgoingMail) -> None:
        """Keep that its address gets no more mails."""


class _Nobody:
    def with_mails(self, now: datetime.datetime, dead_since: datetime.datetime) -> list[int]:
        return []

    def with_old_mails(self, before: datetime.datetime, now: datetime.datetime) -> list[int]:
        return []

    def enter(self, community_id: int) -> AbstractContextManager[None]:
        raise LookupError("no communities are registered")

    def signer_for(self, mail: OutgoingMail) -> Sign | None:
        return None

    def is_turned_away(self, mail: OutgoingMail) -> bool:
        return False

    def note_return(self, mail: OutgoingMail, report: Report) -> bool:
        return True

    def note_stop(self, mail: OutgoingMail) -> None:
        pass


_communities: Communities = _Nobody()


def register_communities(communities: Communities) -> None:
    """The layer above says which communities have mails, and opens their scope."""
    global _communities
    _communities = communities


def known_communities() -> Communities:
    return _communities


class ClaimLost(Exception):
    """Another worker took over, because this one was away for too long."""


@contextmanager
def within(community_id: int | None) -> Iterator[None]:
    """One transaction in which the rows of a community are seen, or those about accounts."""
    own = transaction.atomic(durable=True) if community_id is None else _communities.enter(community_id)
    with own:
        yield


def send_due(*, longest: float = LONGEST_RUN) -> int:
    """Send what is due, codes before all else and the communities in turn; how many mails left.

    If the mail server cannot be reached, the run ends and no mail counts it as a failure.
    """
    run = _Run(deadline=time.monotonic() + longest)
    try:
        return run.go()
    finally:
        run.hang_up()


class _Run:
    """One run through the outbox over one connection."""

    def __init__(self, *, deadline: float) -> None:
        self.deadline = deadline
        self.connection: Any = None
        self.lost_lines = 0
        self.sent = 0
        self.aside: dict[int, SetAside] = {}

    def go(self) -> int:
        turn: deque[int] = deque()
        self.aside = known_aside("community")
        while time.monotonic() < self.deadline and self.lost_lines < MOST_LOST_LINES:
            if not self._anything_left(turn):
                break
            if not self._pick_up():
                # Nothing is claimed now, and what it is too late for must not wait for a server that never returns.
                sweep_all()
                break
            # Before each community’s mail, so that a code waits for one mail at most.
            if self._sends_of(ACCOUNTS):
                continue
            if turn:
                community_id = turn.popleft()
                if self._sends_of(community_id):
                    turn.append(community_id)
        return self.sent

    def _sends_of(self, number: int) -> bool:
        """Process one mail of a community, or about an account; whether there may be more. False, too, where what is
        not about a single mail fails: then the others’ mails go on without theirs for a while."""
        if self._is_left_out(number):
            return False
        try:
            sends = self._send_next(number or None)
        except Exception as problem:
            logger.exception("mails are set aside", extra={"community": number})
            self.aside[number] = set_aside("community", number, problem)
            return False
        if number in self.aside:
            self.aside.pop(number).delete()
        return sends

    def _is_left_out(self, number: int) -> bool:
        return number in self.aside and self.aside[number].is_left_out(timezone.now())

    def _anything_left(self, turn: deque[int]) -> bool:
        if turn:
            return True
        now = timezone.now()
        turn.extend(
            one for one in _communities.with_mails(now, now - CLAIM_HOLDS) if not self._is_left_out(one)
        )
        if turn or self._is_left_out(ACCOUNTS):
            return bool(turn)
        return is_about_accounts(now)

    def _pick_up(self) -> bool:
        """Whether the server answers; asked before anything is claimed."""
        if self.connection is not None:
            return True
        connection = get_connection()
        try:
            connection.open()
        except OSError as problem:
            logger.warning("the mail server cannot be reached", extra={"problem": words_of(problem)})
            return False
        self.connection = connection
        return True

    def hang_up(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError as problem:
                logger.info("the mail server hung up first", extra={"problem": words_of(problem)})

    def _send_next(self, community_id: int | None) -> bool:
        """Process one mail, if one is due; whether there may be more."""
        # Asked before each mail of a community, and hardly ever true: not worth a transaction.
        if community_id is None and not is_about_accounts(timezone.now()):
            return False
        mail = claim_next(community_id)
        if mail is None:
            return False
        if mail.state == _State.SENDING and _is_wanted(mail):
            self._hand_over(mail)
        return mail.others_wait

    def _hand_over(self, mail: OutgoingMail) -> None:
        try:
            message = mail.message(mail.signer)
            hand_over(message, self.connection, before_text=lambda: _mark_handed_over(mail))
        except ClaimLost:
            self.hang_up()
        except Exception as problem:  # noqa: BLE001  one mail, whatever is wrong with it, stops no other
            self._note_failure(mail, problem)
        except BaseException:
            # The worker is told to stop. What raises was not sent, unless the server was already reading it.
            knows = not self._was_reading()
            _settle(
                mail, lambda row: row.wait_again(timezone.now()) if knows or not row.is_uncertain else None
            )
            raise
        else:
            self.lost_lines = 0
            self.sent += 1
            _note_sent(mail)

    def _was_reading(self) -> bool:
        """Whether `handed_at` was set when the server began to read, and not merely before it was called."""
        return bool(getattr(self.connection, "warns_before_text", False))

    def _note_failure(self, mail: OutgoingMail, problem: Exception) -> None:
        meaning, words = failure_of(problem), words_of(problem)
        logger.warning(
            "a mail was not sent", extra={"mail": str(mail.pk), "kind": mail.kind, "problem": words}
        )
        lost = meaning is Failure.LOST_LINE
        unsure = lost and self._was_reading()
        self.lost_lines += lost
        # Whatever was said last, the next mail begins a conversation of its own.
        self.hang_up()

        def note(row: OutgoingMail) -> None:
            now = timezone.now()
            if meaning is Failure.NEVER:
                row.finish(_State.REFUSED, now, words)
            elif unsure and row.is_uncertain and not row.has_kind.repeats:
                row.finish(_State.UNCERTAIN, now, words)
            else:
                row.wait_after_failure(now, words)

        _settle(mail, note)
        if (report := report_of(problem)) is not None:
            take_report(mail.posted, [report])


def claim_next(community_id: int | None) -> OutgoingMail | None:
    """The next mail of a community (or about an account), claimed and committed, or finished where it is too late;
    None where nothing is due. Two workers never get the same."""
    now = timezone.now()
    with within(community_id):
        mail, is_claimed = take_next(community_id, now)
        if mail is None or is_claimed:
            return mail
        if mail.is_uncertain and not mail.has_kind.repeats:
            mail.finish(_State.UNCERTAIN, now)
        elif mail.useless_at <= now:
            mail.finish(_State.LATE, now)
        else:
            mail.claim(now)
            # What it says is not written once more: it is most of the row.
            mail.save(update_fields=CLAIMED)
            return mail
        mail.save()
    return mail


def _is_wanted(mail: OutgoingMail) -> bool:
    """Whether its address takes mails, and what it says is still true and of interest; else it is not sent. Then it
    knows what signs it."""
    try:
        # All are questions, so that a failure takes nothing back.
        with within(mail.community_id):
            kept_from = _State.STOPPED if _is_stopped(mail) else _State.DROPPED if _is_untrue(mail) else None
            if kept_from is None and mail.community_id is not None:
                mail.signer = asked(lambda: _communities.signer_for(mail))
    except NotLookedAt as failure:
        problem = failure.__cause__
        logger.error(
            "a mail could not be looked at",
            exc_info=problem,
            extra={"mail": str(mail.pk), "kind": mail.kind},
        )
        words = type(problem).__name__
        _settle(mail, lambda row: row.wait_after_failure(timezone.now(), words))
        return False
    if kept_from is not None:
        _settle(mail, lambda row: row.finish(kept_from, timezone.now()))
    return kept_from is None


def _is_stopped(mail: OutgoingMail) -> bool:
    """Nothing goes where nothing arrives, except what somebody there is waiting for: they may have mended it. What
    readers called spam is not sent to them again, except what we owe them."""
    kind = mail.has_kind
    if not kind.hurries and mail.is_stopped:
        return True
    return mail.community_id is not None and not kind.is_owed and _communities.is_turned_away(mail)


def _is_untrue(mail: OutgoingMail) -> bool:
    still_wanted = mail.has_kind.still_wanted
    if still_wanted is None or not mail.about:
        return False
    return not asked(lambda: still_wanted(mail.about))


def _mark_handed_over(mail: OutgoingMail) -> None:
    with within(mail.community_id):
        if not mark_handed_over(mail, timezone.now()):
            raise ClaimLost


def _note_sent(mail: OutgoingMail) -> None:
    with within(mail.community_id):
        mark_sent(mail, timezone.now())


def _settle(mail: OutgoingMail, change: Callable[[OutgoingMail], None]) -> None:
    """Write what became of a claimed mail, unless another worker has taken over."""
    with within(mail.community_id):
        # What it says is not asked for: it is kept as it is, or wiped.
        row = _own(mail).select_for_update().defer(*CONTENT).first()
        if row is not None:
            change(row)
            row.save()


def _own(mail: OutgoingMail) -> Any:
    rows = OutgoingMail.objects.of(mail.community_id)
    return rows.filter(pk=mail.pk, state=_State.SENDING, claimed_at=mail.claimed_at)


def take_report(posted: Posted, reports: Sequence[Report]) -> bool:
    """Count what came back of one of our mails, for its address and its community; whether it was new.

    A mail of ours goes to one address: of several reports it is the one that names it, else the first. A mail that is
    forgotten (a week after it left) is not counted any more.
    """
    with within(posted.community_id):
        mail = OutgoingMail.objects.of(posted.community_id).filter(pk=posted.mail).first()
        if mail is None or not reports:
            return False
        address = fold_address(mail.recipient)
        report = next((one for one in reports if one.address == address), reports[0])
        if posted.community_id is not None and not _communities.note_return(mail, report):
            return False
        if note_failure(address, report) and posted.community_id is not None:
            _communities.note_stop(mail)
        return True


def sweep_all() -> int:
    """Give up what it is too late for; delete what was sent a week ago, and what could not be sent a month ago.

    How many rows were given up or deleted.
    """
    now = timezone.now()
    before = now - KEPT_SENT
    numbers = [ACCOUNTS, *_communities.with_old_mails(before, now)]
    return go_on("community", numbers, lambda number: _sweep(number or None, before, now))


def _sweep(community_id: int | None, before: datetime.datetime, now: datetime.datetime) -> int:
    with within(community_id):
        rows = OutgoingMail.objects.of(community_id)
        given_up = rows.too_late(now).give_up(now)
        old = rows.filter(finished_at__lte=before)
        shown = OutgoingMail.objects.undelivered().filter(
            finished_at__gt=before - (KEPT_UNDELIVERED - KEPT_SENT)
        )
        return given_up + int(old.exclude(pk__in=shown.values("pk")).delete()[0])
