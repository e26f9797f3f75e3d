from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from communities.files import in_store, names_below, names_on_disk


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
            for name in names_on_disk():
                if name in there:
                    continue
                try:
                    file = (root / name).open("rb")
                except FileNotFoundError:
                    continue  # deleted meanwhile
                with file:
                    default_storage.save(name, File(file))
                copied, size = copied + 1, size + (root / name).stat().st_size
        except OSError as error:
            raise CommandError(
                f"Copied {copied} files, then: {error}. Repeat it: it goes on there."
            ) from error
        told = f"Copied {copied} files, {size / 1e6:.1f} MB; {len(there)} were there."
        self.stdout.write(f"{told} {root} stays as it is.")
