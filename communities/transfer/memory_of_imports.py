"""What earlier imports brought in: looked up and recorded in batches."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from hashlib import sha256

from communities.transfer.models import Import, ImportedItem

LONGEST_KEY = 200


class ImportMemory:
    """The mapping from foreign numbers to ours for one source; needs the community's scope.

    `run` is the import that remembers now: what it has `made` is what can be taken back. `is_nameless` says that
    nothing tells this site from others: what came under a number may be of another one.
    """

    def __init__(self, source: str, run: Import | None = None, *, is_nameless: bool = False) -> None:
        self.source = source[:120]
        self.run = run
        self.is_nameless = is_nameless

    def came_before(self, items: Iterable[ImportedItem]) -> int:
        """How many of these an earlier import brought: what this one did before an interruption does not count."""
        return sum(self.run is None or item.run_id != self.run.pk for item in items)

    def known(self, kind: str, keys: Iterable[str]) -> dict[str, ImportedItem]:
        """The items already here, by their foreign key as it was given."""
        by_stored = {stored_key(key): key for key in keys}
        items = ImportedItem.objects.filter(source=self.source, kind=kind, external_id__in=list(by_stored))
        return {by_stored[item.external_id]: item for item in items}

    def numbers(self, *kinds: str) -> set[int]:
        """Which of ours all things of these kinds became, also those that the old site has no more."""
        items = ImportedItem.objects.filter(source=self.source, kind__in=kinds)
        return {int(number) for number in items.values_list("object_id", flat=True) if number.isdigit()}

    def forget(self, kind: str, keys: Iterable[str]) -> None:
        stored = [stored_key(key) for key in keys]
        ImportedItem.objects.filter(source=self.source, kind=kind, external_id__in=stored).delete()

    def remember(
        self,
        kind: str,
        ids: Mapping[str, object],
        checksums: Mapping[str, str] | None = None,
        *,
        found: Container[str] = (),
        public: Mapping[str, bool] | None = None,
    ) -> None:
        """Which of ours each foreign thing became, and whether it was `public` there; those `found` were here."""
        ImportedItem.objects.bulk_create(
            [
                ImportedItem(
                    source=self.source,
                    kind=kind,
                    external_id=stored_key(key),
                    object_id=str(object_id),
                    checksum=(checksums or {}).get(key, ""),
                    was_public=(public or {}).get(key),
                    run=self.run,
                    made=key not in found,
                )
                for key, object_id in ids.items()
            ],
            batch_size=500,
        )

    def note(self, kind: str, said: Mapping[str, tuple[str, bool | None]]) -> None:
        """What the old site says now of things that are known: its checksum, and whether it is public there."""
        known = self.known(kind, said)
        for key, item in known.items():
            item.checksum, item.was_public = said[key]
        ImportedItem.objects.bulk_update(known.values(), ["checksum", "was_public"], batch_size=500)


def stored_key(key: str) -> str:
    """A foreign key as it fits its column; the longest ones (addresses) by their checksum."""
    return key if len(key) <= LONGEST_KEY else checksum_of(key)


def checksum_of(*parts: str) -> str:
    return sha256("\x00".join(parts).encode()).hexdigest()
