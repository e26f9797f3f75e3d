"""What a kind of content is made of, and what is handed to it: plain data, without a kind’s own behaviour."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.content.models.declared import KINDS

if TYPE_CHECKING:
    from communities.content.kinds import Kind

WERE_YOU_THERE = _("Were you there?")


@dataclass(eq=False)
class ThreadKind:
    """What a thread can be in the spaces of a kind: an article; a topic, a question, an announcement."""

    name: str
    label: Promise
    # Somebody waits for an answer, and may say which one it was.
    asks: bool = False
    # No reply means that nobody cared; not so for an article, which informs, or an announcement.
    awaits_replies: bool = False
    # Members put it forward, to be weighed or looked at by others: what they bring is no editorial matter.
    proposes: bool = False
    # People come together for it: what they bring home may be shown on its page (`content/beside.py`).
    gathers: bool = False
    # Whether what they come together for is under way or over: before, nobody brings anything home.
    has_begun: Callable[[Thread], bool] = lambda _thread: True
    # On which day each of these threads takes place, where several may have one name; by their numbers.
    days: Callable[[Collection[int]], Mapping[int, datetime.date]] = lambda _threads: {}
    # What its page asks whoever may have brought something home.
    asks_who_came: Promise = WERE_YOU_THERE
    # A place may open before there is one: members bring it, or its day does. Other spaces begin with a text.
    may_wait: bool = False
    # What must be open to start one, beside the feature of its kind.
    feature: str = ""
    # Whether its page draws what stands under a text (`content/insets.py`): elsewhere nobody puts anything there.
    draws_insets: bool = False
    # Whether its replies may have some, too: not where there are none, or where they are beside what its page is for.
    insets_in_replies: bool = True
    # Whether the form of a space offers it; what is not offered is started by services alone.
    offered: bool = True
    # What followers of the space are told: the name of a notice.
    notice_of_start: str = "thread_started"
    kind: Kind = field(init=False)

    @property
    def informs(self) -> bool:
        """Whether it tells its readers something, whoever wrote it: a matter of the editorial calendar."""
        return not self.awaits_replies and not self.proposes


@dataclass(frozen=True)
class Switch:
    """A yes or no that only the spaces of one kind know; the form of such a space asks it (`Space.has`)."""

    name: str
    label: Promise
    help_text: Promise
    # The part that has to be there for it to mean anything.
    feature: str
    # Members bring all there is in such a space, whatever its kind: it may open before there is a text.
    may_wait: bool = False


@dataclass(frozen=True)
class Planned:
    """Something that takes place: an event, a session, the end of a vote. For calendars."""

    title: str
    url: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Filed:
    """A thread as it was stored, with all its posts in the order in which they were handed over."""

    thread: Thread
    posts: list[Post] = field(repr=False)
    said: Any = None
    accepted: Post | None = None

    @property
    def body(self) -> Post:
        return self.posts[0]


def kind_for_import(form: str) -> tuple[Any, str]:
    """The kind, and its thread kind, under which an import of this format is filed. Raises LookupError."""
    for kind in KINDS:
        if form in kind.imports:
            return kind, kind.imports[form]
    raise LookupError(f"no kind of content takes {form!r}")
