"""What newcomers first saw of the place, when, and from where they came: told by whoever measures visits, and only of
those who agreed to be recognised. Of all others nothing is said, and nothing is guessed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from django.urls import get_script_prefix
from django.utils.translation import gettext as _

from communities.content.models import Thread
from communities.content.viewers import Viewer
from communities.models import Community, Membership
from communities.registries import Registry


@dataclass(frozen=True)
class FirstVisit:
    """The first visit that was counted of somebody before they joined. `path` is within the community, empty where only
    its shape is known; `whence` is the site or the way they came by, in words."""

    at: datetime.datetime
    path: str
    whence: str
    title: str = ""

    @property
    def url(self) -> str:
        return f"{get_script_prefix()}{self.path.lstrip('/')}" if self.path else ""

    @property
    def words(self) -> str:
        return self.title or (self.path if self.path != "/" else _("Home"))


@dataclass(frozen=True)
class Teller:
    """Who knows first visits; `tell` answers by the numbers of these people, in a constant number of queries."""

    name: str
    tell: Callable[[Community, Sequence[Membership]], Mapping[int, FirstVisit]] = field(compare=False)


tellers: Registry[Teller] = Registry("teller of first visits")


def first_visits_of(
    community: Community, people: Sequence[Membership], viewer: Viewer
) -> dict[int, FirstVisit]:
    """By the numbers of people; a page that is a thread is named by its title, where this viewer may read it."""
    found: dict[int, FirstVisit] = {}
    for teller in tellers if people else ():
        found |= teller.tell(community, people)
    slugs = {one.path.strip("/").rpartition("/")[2] for one in found.values()} - {""}
    if not slugs:
        return found
    # A space, a person or a tag may have the last word of its address in common with a thread.
    threads = Thread.objects.visible_to(viewer).filter(slug__in=slugs).select_related("space")
    titles = {unquote(thread.get_absolute_url()): thread.title for thread in threads}
    return {person: replace(one, title=titles.get(one.url, "")) for person, one in found.items()}
