"""The registry that feeds Today: a room says what of it is due, and Today ranks and shows it.

    class HeldTexts(Source):
        name, label, order = "held", _("Texts to read"), 20
        url_name = "moderation:list-cases"

        def may(self, viewer): return can_see_queue(viewer)

        def due(self, scope, limit):
            cases = scope.narrowed(cases_seen_by(scope.viewer, Case.objects.all()).held()).order_by("due_at")
            return [Matter(str(case.pk), …) for case in cases[:limit]]

    register_source(HeldTexts())

A source asks a constant number of queries, most pressing first: what falls behind the limit is named as a rest, so that
nothing due is missed. Rooms above animation register theirs when their app is ready.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.content.models import Post
from communities.content.viewers import Viewer, viewer_for
from communities.exceptions import DomainError
from communities.models import Community, Membership
from communities.registries import Registry

WEEK = datetime.timedelta(days=7)
MONTH = datetime.timedelta(days=30)
# In the memo of a scope that `done_elsewhere` gets: (source, key) of what the viewer has done, or ticked off, on Today.
DONE_HERE = "done here"


@dataclass(frozen=True)
class Matter:
    """One thing that somebody should do. `key` names it within its source; `minutes` is an estimate.

    `harm` is 0 (none) to 4 (to people, now); `people` are those who wait; `since` is when that began, `due` by when
    it was promised. `url` and `act` lead to where it is done. With a `form` (a template, which gets `matter` and its
    `context`) it is done on Today itself.
    """

    key: str
    title: str
    minutes: int
    since: datetime.datetime
    harm: int = 0
    people: int = 0
    due: datetime.datetime | None = None
    facts: tuple[str, ...] = ()
    url: str = ""
    act: str = ""
    quote: str = ""
    quoted: Membership | None = None
    form: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """What a matter was about, for the line that says it was done, and where that is; without `url`, nowhere."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """Something of a source that was done on its own page, at a moment, and how many minutes it took."""

    key: int
    at: datetime.datetime
    minutes: int


@dataclass
class Scope:
    """For whom a list is made. Each source is told what of it rests or is with others (`without`), and where somebody
    sees their own part only, what that is (`only`; None: everything)."""

    community: Community
    viewer: Membership
    now: datetime.datetime
    without: frozenset[int] = frozenset()
    only: frozenset[int] | None = None
    # The one thing that is asked about; None: all of them.
    key: int | None = None
    memo: dict[str, Any] = field(default_factory=dict)

    def narrowed(self, rows: QuerySet[Any], field: str = "pk") -> Any:
        """These rows less those that rest, or only those that are somebody’s own."""
        if self.key is not None:
            rows = rows.filter(**{field: self.key})
        if self.only is not None:
            rows = rows.filter(**{f"{field}__in": self.only - self.without})
        return rows.exclude(**{f"{field}__in": self.without}) if self.without else rows

    def takes(self, key: int) -> bool:
        """The same for one thing."""
        is_asked = self.key is None or key == self.key
        return is_asked and key not in self.without and (self.only is None or key in self.only)

    @property
    def reader(self) -> Viewer:
        """What this person may read."""
        if "reader" not in self.memo:
            self.memo["reader"] = viewer_for(self.community, self.viewer)
        reader: Viewer = self.memo["reader"]
        return reader


class Source:
    """One room’s part of Today. Keys of its matters are numbers, so that what rests can be left out by the database."""

    name: str = ""
    label: str | Promise = ""
    order: int = 50
    # The page that shows all of it, for what does not fit into the list; empty: there is none.
    url_name: str = ""
    # Whether ambassadors may be given it.
    shared: bool = False
    # What somebody who helps to run the place could be asked to do of it in a month; empty: nothing.
    task: str | Promise = ""
    # How long nobody is reminded of what was ticked off by hand; None: it goes only when it is done indeed.
    rests: datetime.timedelta | None = WEEK
    # Whether it can wait for another day.
    can_wait: bool = True
    # Whether it can be done on a page of its own, and `done_elsewhere` tells of it.
    is_elsewhere: bool = False

    @property
    def page(self) -> str:
        return reverse(self.url_name) if self.url_name else ""

    def may(self, viewer: Membership) -> bool:
        raise NotImplementedError

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        """The matters of now, the most pressing first, `limit` at most."""
        raise NotImplementedError

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        """What these were about, done or not, as far as the viewer may read it. In a constant number of queries."""
        return {}

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """What the viewer has done since on pages of its own."""
        return ()

    def act(self, key: str, scope: Scope, data: QueryDict) -> str:
        """Do it on Today itself; what was done, in a sentence. Raises DomainError."""
        raise DomainError(_("This is done on its own page."))


def outcome(post: Post | None, words: str) -> str:
    """What to say of a reply: these words, unless somebody of the team has to read it before anybody sees it."""
    return _("Sent. A person reads it first.") if post is not None and post.position is None else words


sources: Registry[Source] = Registry("source of Today")


def register_source(source: Source) -> None:
    sources.register(source)
