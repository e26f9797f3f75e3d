"""What people are told: one class for each thing. Each is declared in its own package; the bell, its mails and the
choice of channels (`communities.notifications`) read nothing but this registry."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import TextChoices
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Membership
from communities.registries import Registry

# A mail waits a little, so that an author's quick corrections are in it and a reader on the page needs none.
MAIL_DELAY = datetime.timedelta(minutes=2)

# A row of the bell (`notifications.Notification`), which is in a layer above.
Line = Any


class Heading(TextChoices):
    """What notices stand under where one chooses which of them come by mail, in this order. Their values are in
    addresses."""

    TEXTS = "texts", _("My texts and conversations")
    FOLLOWED = "followed", _("Spaces, blogs and albums that I follow")
    TAKING_PART = "taking-part", _("What I take part in")
    PEOPLE = "people", _("Messages and people")
    PLACE = "place", _("The place and its offers")
    MODERATION = "moderation", _("Moderation")
    RUNNING = "running", _("Running the community")


@dataclass(frozen=True)
class About:
    """What has happened: the thing it is about, who did it, and where it leads (`path`, within the community).

    A notice with an `occasion` reaches each person once for that occasion, however often it is told.
    """

    thread: Any = None
    post: Any = None
    stage: Any = None
    actor: Membership | None = None
    path: str = ""
    occasion: str = ""


@dataclass
class Reading:
    """One reader looking at some lines, in the bell or for a mail. `memo` keeps what was asked for all of them at
    once."""

    community: Community
    membership: Membership
    lines: list[Line]
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """What the mail about a line says: the first sentences, the one act, why it comes. Without a subject it is the
    line’s own sentence."""

    lead: str
    act: str
    why: str
    subject: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


class Notice:
    """One thing that a person is told. Declare a subclass with `@declare` in a module that its app loads."""

    name: ClassVar[str]
    # What it is called where it is spoken of (“no more mails: …”).
    label: ClassVar[str | Promise]
    heading: ClassVar[Heading]
    icon: ClassVar[str] = ""
    order: ClassVar[int] = 50
    # The checkbox under “Send me an e-mail when…”. Without one, nobody can mute it.
    question: ClassVar[str | Promise | None] = None
    by_mail: ClassVar[bool] = True
    mail_after: ClassVar[datetime.timedelta] = MAIL_DELAY
    # The kind of mail (`members.mails.kinds`) and its template.
    mail_kind: ClassVar[str] = "news"
    template: ClassVar[str] = "notifications/notice_mail"
    # Whether its mail leads to muting the thread too: what follows from following one.
    mutes_thread: ClassVar[bool] = False
    # The word for the way out, where it is not “No more mails of this kind”.
    way_out: ClassVar[str | Promise] = ""
    # Whether its mail may wait a week for a digest. Not where it carries a code, where what it says is over within
    # days, or where those who run the place are asked for something that others wait for.
    can_wait: ClassVar[bool] = True
    # Whether people who are shut out for now are told of it too; nobody is who has left.
    reaches_inactive: ClassVar[bool] = False

    @property
    def can_be_muted(self) -> bool:
        return self.question is not None

    def is_asked(self, membership: Membership) -> bool:
        """Whether this person is asked `question`; without one, is told that its mails are always sent."""
        return True

    def audience(self, people: list[int], about: About) -> list[int]:
        """Those of the people whom it may go to."""
        return people

    def group(self, about: About) -> str:
        """Unread lines with the same group are one line, which counts; empty: each is a line of its own."""
        return ""

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """Whether its reader may still see what it is about; asked whenever it is shown or mailed."""
        raise NotImplementedError

    def sentence(self, line: Line) -> str:
        """What happened, in one line."""
        raise NotImplementedError

    def address(self, line: Line) -> str:
        """Where it leads, under the present prefix."""
        return get_script_prefix() + str(line.path).lstrip("/")

    def words(self, line: Line) -> Words:
        """The mail about it."""
        raise NotImplementedError


notices: Registry[Notice] = Registry("notice")


def declare(notice: type[Notice]) -> type[Notice]:
    """Registers a notice: for use above its class."""
    if notice.name not in notices or type(notices[notice.name]) is not notice:
        notices.register(notice())
    return notice


def notice_names() -> list[tuple[str, str | Promise]]:
    """The choices of `Notification.kind`: a function, so that a new notice needs no migration."""
    return [(notice.name, notice.label) for notice in notices]
