"""The kinds of mail: how urgent one is, how long it stays useful, and what is done when it is unknown whether it was
sent."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By then a mail server that could not be reached has been mended, or the mail has lost its sense.
USE = datetime.timedelta(days=3)
# As long as a code opens a door.
CODE_USE = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class MailKind:
    """What holds for all mails of one kind.

    A worker that dies while the server takes a mail leaves it uncertain. `repeats`: such a mail is sent again, as a
    second copy harms less than none (a code, a decision); others are not, are shown, and a person may send them.
    `still_wanted` is asked with the mail’s `about`, in the community’s scope, just before it is sent.
    """

    name: str
    label: str | Promise
    urgency: int = 5  # the lowest leaves first
    use: datetime.timedelta = USE
    repeats: bool = False
    hurries: bool = False  # somebody sits there and waits for it
    secret: bool = False  # what it says opens a door: never kept once it cannot be sent
    signs_in: bool = False  # its link does so for days, and the team may have it sent again
    confidential: bool = False  # not even a part of the address is shown to the team
    still_wanted: Callable[[str], bool] | None = field(default=None, compare=False)

    @property
    def is_owed(self) -> bool:
        """Whether it is sent to those as well who call this community’s mails spam: codes, decisions, receipts, which
        are the mails that harm most when they are missing."""
        return self.repeats

    @property
    def is_a_key(self) -> bool:
        """Whether whoever gets hold of it can come in as its reader."""
        return self.secret or self.signs_in


_kinds: dict[str, MailKind] = {}


def register_kind(kind: MailKind) -> MailKind:
    """Raises ValueError when another kind has this name."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"the kind of mail {kind.name!r} is registered twice")
    return kind


def kind_named(name: str) -> MailKind:
    """The kind of a stored mail; one that the code does not know any more is treated with the most care."""
    return _kinds.get(name, MailKind(name, name))


CODE = register_kind(
    MailKind("code", _("Sign-in code"), urgency=0, use=CODE_USE, repeats=True, hurries=True, secret=True)
)
ACCOUNT = register_kind(MailKind("account", _("Account"), urgency=1, repeats=True, hurries=True, secret=True))
