"""Where imported threads go: their space and their address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from django.conf import settings
from django.utils.translation import gettext as _

from communities.content.models import Space, Thread
from communities.content.services.composing import RESERVED_SLUGS, first_free
from communities.letters import is_slug, slug_of
from communities.models import Community
from communities.transfer.exceptions import TransferError
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from members.signs import cut

LONGEST_SLUG = 80
KEEPABLE = re.compile(r"[a-z0-9_-]*[a-z0-9][a-z0-9_-]*")
HYPHENS = re.compile(r"[\u2010-\u2015]")
RESERVED_SPACES = frozenset({"new", "t", "tags", "drafts", "pages"})


class Slugs:
    """Gives each imported thread an address: the old one where it is free and possible here."""

    def __init__(self) -> None:
        self.taken = set(Thread.objects.values_list("slug", flat=True))

    def take(self, wanted: str, title: str) -> tuple[str, bool]:
        """The slug and whether it is the old one."""
        wanted = unquote(wanted).strip().lower()
        if (
            (KEEPABLE.fullmatch(wanted) or is_slug(wanted))
            and len(wanted) <= LONGEST_SLUG
            and self._is_free(wanted)
        ):
            self.taken.add(wanted)
            return wanted, True
        base = _shortened(wanted) or _shortened(title) or "thread"
        slug = first_free(base, self._is_free)
        self.taken.add(slug)
        return slug, False

    def _is_free(self, slug: str) -> bool:
        return slug not in self.taken and slug not in RESERVED_SLUGS


def _shortened(text: str) -> str:
    """An address out of words, cut between them."""
    slug = slug_of(HYPHENS.sub("-", text))
    return slug if len(slug) <= 70 else slug[:70].rpartition("-")[0] or slug[:70]


def find_space(slug: str, kind: str) -> Space:
    """An existing space to import into. Raises TransferError where there is none of that kind."""
    space: Space | None = Space.objects.filter(slug=slug, kind=kind, archived=False).first()
    if space is None:
        raise TransferError(
            _("This community has no %(kind)s space called “%(slug)s”.") % {"kind": kind, "slug": slug}
        )
    return space


def make_space(memory: ImportMemory, key: str, *, name: str, **fields: object) -> Space:
    """The space of an earlier import of this source, an empty one of this name, or a new one."""
    known = memory.known(ImportedItem.Kind.SPACE, [key])
    space: Space | None = None
    if key in known:
        space = Space.objects.filter(pk=known[key].object_id).first()
    if space is not None:
        return space
    if key in known:
        raise TransferError(_("The space of the earlier import was deleted. Choose another one."))
    waiting = Space.objects.filter(name__iexact=name, archived=False, threads__isnull=True)
    empty: Space | None = waiting.filter(kind=fields["kind"]).in_order().first()
    if empty is not None:
        memory.remember(ImportedItem.Kind.SPACE, {key: empty.pk}, found={key})
        return empty
    place = max(Space.objects.values_list("place", flat=True), default=0) + 1
    made: Space = Space.objects.create(name=cut(name, 80), slug=_space_slug(name, key), place=place, **fields)
    memory.remember(ImportedItem.Kind.SPACE, {key: made.pk})
    return made


def _space_slug(name: str, key: str) -> str:
    base = slug_of(slug_of(name).replace("_", "-"), 60) or key
    taken: Iterable[str] = set(Space.objects.values_list("slug", flat=True)) | RESERVED_SPACES
    return first_free(base, lambda slug: slug not in taken)


def space_language(named: str, community: Community) -> str:
    """What a space says of its language: the named one where we know it, "" where it is the community’s."""
    code = named.strip().lower().partition("-")[0].partition("_")[0]
    known = code in dict(settings.LANGUAGES)
    return code if known and code != community.language else ""
