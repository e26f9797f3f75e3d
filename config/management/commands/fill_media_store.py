from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from communities.archive.coming.files import ROOT as ARRIVALS
from communities.archive.going.working import ROOT as EXPORTS
from communities.files import in_store, names_below, names_on_disk

# Backups leave them out, since they go after some days; until then somebody fetches the one and brings in the other.
HIDDEN = (f"{EXPORTS}/*/*.zip", f"{ARRIVALS}/*.zip")


class Command(BaseCommand):
    help = (
        "Copy every file of MEDIA_ROOT into the bucket that MEDIA_STORE names, without those that are there. May be"
        " repeated: once while everything runs, and once more while web and workers stand still is the shortest way."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not in_store():
            raise CommandError("MEDIA_STORE is not set: there is nowhere to copy to.")
        root = Path(settings.MEDIA_ROOT)
        copied = size = 0
        try:
            # What a name holds never changes: one that is there is whole.
            there = set(names_below())
            for name in chain((one for one in names_on_disk() if one not in there), _hidden(root)):
                try:
                    file = (root / name).open("rb")
                except FileNotFoundError:
                    continue  # deleted meanwhile
                with file:
                    default_storage.save(name, File(file))
                    copied, size = copied + 1, size + os.fstat(file.fileno()).st_size
        except OSError as error:
            raise CommandError(
                f"Copied {copied} files, then: {error}. Repeat it: it goes on there."
            ) from error
        told = f"Copied {copied} files, {size / 1e6:.1f} MB; {len(there)} were there."
        self.stdout.write(f"{told} {root} stays as it is.")


def _hidden(root: Path) -> Iterator[str]:
    """Exports and arrivals that are not there, or not as long: one that was still coming in was copied as it stood."""
    for pattern in HIDDEN:
        for path in sorted(root.glob(pattern)):
            name = str(path.relative_to(root))
            if not default_storage.exists(name) or default_storage.size(name) != path.stat().st_size:
                yield name
