"""Whoever follows an album is told of photographs; whoever is to be named in one is asked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.albums.models import Likeness, Photo
from communities.albums.permissions import FEATURE
from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare


class _OfPhotograph(Notice):
    """As long as the photograph can be seen: one question for all such lines."""

    icon = "image"

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not is_open(reading.community, reading.membership, FEATURE):
            return False
        line.photo = self._photos(reading).get(line.post_id)
        return line.photo is not None

    def _photos(self, reading: Reading) -> dict[int, Photo]:
        if "photographs" not in reading.memo:
            posts = {line.post_id for line in reading.lines if line.kind in NAMES}
            there = Thread.objects.visible_to(viewer_for(reading.community, reading.membership))
            shown = Photo.objects.shown().filter(pk__in=posts, post__thread__in=there.values("pk"))
            rows = shown.select_related("post__thread__space", "post__author")
            reading.memo["photographs"] = {photo.pk: photo for photo in rows}
        found: dict[int, Photo] = reading.memo["photographs"]
        return found

    def title(self, line: Line) -> str:
        return str(line.photo.post.thread.title)


@declare
class PhotographsAdded(_OfPhotograph):
    name = "photos_added"
    label = gettext_lazy("Photographs in an album")
    heading = Heading.FOLLOWED
    order = 37
    question = gettext_lazy("Photographs are added to an album that I follow")
    mutes_thread = True

    def sentence(self, line: Line) -> str:
        author = line.photo.post.author
        words: dict[str, Any] = {"album": self.title(line)}
        if author is None:
            return _("New photographs in the album “%(album)s”") % words
        return _("%(name)s adds photographs to the album “%(album)s”") % (
            words | {"name": author.display_name}
        )

    def address(self, line: Line) -> str:
        address: str = line.photo.post.thread.url_of(line.photo.post.position)
        return address

    def words(self, line: Line) -> Words:
        return Words(self.sentence(line), _("See the photographs"), _("You follow this album."))


@declare
class AskedToBeNamed(_OfPhotograph):
    """Until they have answered; nobody else learns that they were asked."""

    name = "photo_asked"
    label = gettext_lazy("Your name in a photograph")
    heading = Heading.PEOPLE
    icon = "user"
    order = 38
    question = gettext_lazy("Somebody asks to name me in a photograph")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if not super().is_still_true(line, reading):
            return False
        if "photographs asked" not in reading.memo:
            mine = Likeness.objects.filter(person=reading.membership, state=Likeness.State.ASKED)
            reading.memo["photographs asked"] = set(mine.values_list("photo_id", flat=True))
        return line.post_id in reading.memo["photographs asked"]

    def sentence(self, line: Line) -> str:
        words = {"album": self.title(line)}
        return _("May your name appear with a photograph in the album “%(album)s”?") % words

    def words(self, line: Line) -> Words:
        lead = _("Your name is not shown until you agree, and you can remove it whenever you like.")
        return Words(lead, _("Look and answer"), _("Somebody says you are in this photograph."))


NAMES = frozenset({PhotographsAdded.name, AskedToBeNamed.name})
