"""Tags of the old site: found or made, one for each word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communities.content.models import Tag, TagWord
from communities.letters import slug_of
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.report import ImportReport
from members.signs import cut


@dataclass(frozen=True, slots=True)
class Word:
    """A tag or category of the old site; `key` is its address there."""

    key: str
    name: str
    kind: str = ImportedItem.Kind.TAG


class Filing:
    """Finds or makes the tags of an import; needs the community's scope."""

    def __init__(self, memory: ImportMemory, report: ImportReport) -> None:
        self.memory = memory
        self.report = report
        self.tags: dict[tuple[str, str], Tag] = {}
        self._by_slug: dict[str, Tag] | None = None
        self._by_name: dict[str, Tag] = {}

    def bring_in(self, words: Iterable[Word]) -> None:
        """Make sure that each word has a tag; words that differ in case or accents only share one."""
        wanted = {(word.kind, word.key): word for word in words if (word.kind, word.key) not in self.tags}
        # In the order in which they came, so that the same file always leads to the same tags.
        for kind in dict.fromkeys(kind for kind, _key in wanted):
            self._bring_in_kind(kind, [word for word in wanted.values() if word.kind == kind])

    def _bring_in_kind(self, kind: str, words: list[Word]) -> None:
        known = self.memory.known(kind, [word.key for word in words])
        self.report.known[kind] += self.memory.came_before(known.values())
        self.report.made[kind] += len(words) - len(known)
        kept = {
            str(tag.pk): tag for tag in Tag.objects.filter(pk__in=[item.object_id for item in known.values()])
        }
        fresh: dict[str, object] = {}
        found: set[str] = set()
        for word in words:
            item = known.get(word.key)
            tag = kept.get(item.object_id) if item else None
            if tag is None and item is None:
                tag, is_new = self._find_or_make(word)
                fresh[word.key] = tag.pk
                if not is_new:
                    found.add(word.key)
            if tag is not None:
                self.tags[kind, word.key] = tag
        self.memory.remember(kind, fresh, found=found)

    def _find_or_make(self, word: Word) -> tuple[Tag, bool]:
        """The tag of a word, and whether it is made for it."""
        if self._by_slug is None:
            self._by_slug = {tag.slug: tag for tag in Tag.objects.all()}
            self._by_name = {tag.name.lower(): tag for tag in self._by_slug.values()}
            # Other words that the team keeps for a tag mean it in an import too.
            words = TagWord.objects.exclude(tag=None).select_related("tag")
            self._by_slug = {word.slug: word.tag for word in words if word.tag} | self._by_slug
        name = cut(" ".join(word.name.split()) or word.key, 60)
        slug = slug_of(word.key, 80) or slug_of(name, 80) or f"t-{len(self._by_slug) + 1}"
        tag = self._by_slug.get(slug) or self._by_name.get(name.lower())
        if tag is not None:
            return tag, False
        tag = Tag.objects.create(name=name, slug=slug)
        self._by_slug[slug] = self._by_name[name.lower()] = tag
        return tag, True
