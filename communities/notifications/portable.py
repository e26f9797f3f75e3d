"""What of the bell travels: the lines about texts and stages, read or not. None of them is mailed again."""

from __future__ import annotations

from communities.content.models import Post, Thread
from communities.notifications.models import Device, Notification, Push, PushKey
from communities.portable import Moved, Portable, Row, Stays, each_of, register_portable

THREAD = "thread "


def register() -> None:
    register_portable(
        Portable(
            Notification,
            blank={"mail_due_at": None, "gathered": False},
            numbers={"grouping": _grouping, "posts": each_of(Post)},
            # An occasion, and the page of a line of its own, name things by numbers that each notice gives.
            among={"occasion": "", "path": ""},
            why="Lines of an occasion (a decision, an offer) lead by numbers of this installation, and stay here;"
            " a mail that waits leaves from here.",
        ),
        Stays(
            Device,
            why="A browser takes messages of the installation in which it was switched on, of no other.",
        ),
        Stays(Push, why="Waits for minutes, for a device that stays."),
        Stays(PushKey, why="The key of this installation."),
    )


def _grouping(value: str, row: Row, moved: Moved) -> str:
    """`thread 17`: unread lines about one thread are one."""
    if not value.startswith(THREAD):
        return value
    number = moved(Thread, int(value.removeprefix(THREAD)))
    return "" if number is None else f"{THREAD}{number}"
