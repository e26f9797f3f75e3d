from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Community
from config.backups.making import NotVerified, back_up_all, prune
from config.backups.one_community import back_up_community
from config.backups.programs import ProgramFailed


class Command(BaseCommand):
    help = "Back up the database and the pictures, of the whole installation or of one community."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--community", metavar="SLUG", help="this community alone")
        parser.add_argument(
            "--no-verify", action="store_true", help="do not restore the dump into a scratch database"
        )
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="afterwards, delete all but the latest N of the whole installation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write if options["verbosity"] else bool
        try:
            if options["community"]:
                backup = back_up_community(_community(options["community"]), say=say)
            else:
                backup = back_up_all(verify=not options["no_verify"], say=say)
        except (ProgramFailed, NotVerified, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        told = backup.manifest
        self.stdout.write(
            f"{backup.folder}: {len(told.tables)} tables, {told.rows} rows, {told.files} pictures,"
            f" {backup.size / 1e6:.1f} MB{', restored and counted' if told.verified_at else ''}"
        )
        if options["keep"]:
            for name in prune(options["keep"]):
                self.stdout.write(f"Deleted {name}")


def _community(slug: str) -> Community:
    found = Community.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"No community has the short name {slug}")
    return found
