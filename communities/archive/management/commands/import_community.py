"""`manage.py import_community export.zip`: a community from its export, everything or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.archive.coming.bringing import import_archive
from communities.archive.exceptions import ArchiveRefused


class Command(BaseCommand):
    help = "Bring a community in from the file that its owner has exported from another installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--slug", default="", help="another short name than it had")
        parser.add_argument("--rehearse", action="store_true", help="check everything and take it back")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            arrival = import_archive(
                options["file"], slug=options["slug"], rehearse=options["rehearse"], say=self._say
            )
        except ArchiveRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for table, rows in sorted(arrival.rows.items()):
            if rows:
                self.stdout.write(f"{rows:>9}  {table}")
        accounts = arrival.accounts
        self.stdout.write(f"{arrival.files:>9}  files")
        self.stdout.write(
            f"{accounts.made:>9}  accounts made, {accounts.found} found, {accounts.waiting} waiting"
        )
        if arrival.renumbered:
            self.stdout.write("The original stands here: posts and pictures have addresses of their own.")
        if options["rehearse"]:
            self.stdout.write("Rehearsed: nothing was changed.")

    def _say(self, part: str, done: int, total: int) -> None:
        if self.verbosity > 1:
            self.stderr.write(f"{done + 1}/{total} {part}")

    verbosity = 1

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.verbosity = options["verbosity"]
        return super().execute(*args, **options)
