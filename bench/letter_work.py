"""The two processes of `bench.letters`, which it starts, stops and kills; and the mail server that they speak to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from bench import VAR
from bench.processor import alone, shares
from communities.animation.newsletters import sending
from communities.animation.newsletters.models import Newsletter
from communities.models import Community
from communities.scoping import community_scope
from members.mails.models import OutgoingMail
from members.mails.sending import send_due

TAKEN = VAR / "taken.txt"
State = OutgoingMail.State


def write(number: int) -> None:
    """As the job of the minute, by a clock of its own: the next minute begins once the outbox is nearly empty."""
    alone()
    community = Community.objects.get(pk=number)
    while True:
        with community_scope(community):
            letter = Newsletter.objects.get()
            if letter.is_sent:
                return
            waiting = OutgoingMail.objects.of(number).filter(state=State.WAITING).count()
        if waiting > sending.A_MINUTE // 4:
            time.sleep(0.02)
            continue
        now = max(one for one in (timezone.now(), letter.look_at, _minute_after(letter)) if one is not None)
        with community_scope(community):
            _measured(
                "lay" if letter.laid_at is None else "write",
                partial(sending.advance_due, community, now=now),
            )


def _minute_after(letter: Newsletter) -> Any:
    return letter.batch_at + 1.2 * sending.PAUSE if letter.batch_at is not None else None


def hand_over() -> None:
    """As the mailer."""
    alone()
    while True:
        if not _measured("send", partial(send_due, longest=5.0)):
            time.sleep(0.02)


def _measured(what: str, act: Callable[[], int]) -> int:
    """A line of the log for whatever was done: how much, and its processor time here and in the database."""
    done: list[int] = []
    here, there = shares(lambda: done.append(act()))
    if done[0] or what == "lay":
        os.write(1, (json.dumps({"what": what, "n": done[0], "here": here, "there": there}) + "\n").encode())
    return done[0]


class Worker:
    """One of the two processes, started again whenever it is killed."""

    def __init__(self, *what: str, port: str) -> None:
        self.what, self.killed = what, 0
        self.environment = os.environ | {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": port,
            "EMAIL_USE_TLS": "0",
            "PGAPPNAME": what[0],
        }
        self.log = VAR / f"letters-{what[0]}.jsonl"
        self.log.unlink(missing_ok=True)
        self.start()

    def start(self) -> None:
        out = self.log.open("ab")
        errors = (VAR / f"letters-{self.what[0]}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.letter_work", *self.what],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=out,
            stderr=errors,
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.killed += 1
        self.start()

    def keep(self) -> None:
        """One that has stopped by itself, and not because all is done, is a fault."""
        if self.process.poll() not in (None, 0):
            raise SystemExit(f"{self.what[0]} stopped; see {VAR}/letters-{self.what[0]}.log")

    def pause(self, *, on: bool) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]


@contextmanager
def sink() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(TAKEN)], stdout=subprocess.PIPE, cwd=settings.BASE_DIR
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().decode().strip()
    finally:
        process.terminate()
        process.wait(15)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(int(sys.argv[2]))
    else:
        hand_over()
