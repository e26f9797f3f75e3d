from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.console.operator.backups import NoBackup
from config.backups.bringing_back import restore_community
from config.backups.programs import ProgramFailed
from config.backups.restoring import RestoreRefused, restore_all


class Command(BaseCommand):
    help = (
        "Bring back what `backup` kept. The whole installation: stop web, worker, mailer and beat before."
        " One community: everything may go on."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", help="its name under BACKUP_ROOT, or its folder")
        parser.add_argument("--community", action="store_true", help="it is the backup of one community")
        parser.add_argument(
            "--replace", action="store_true", help="lose the communities that stand here, and all accounts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["backup"])
        if not folder.is_absolute() and not folder.exists():
            folder = Path(settings.BACKUP_ROOT) / folder
        say = self.stdout.write if options["verbosity"] else bool
        try:
            if options["community"]:
                told = restore_community(folder, say=say)
            else:
                told = restore_all(folder, replace=options["replace"], say=say)
                call_command("migrate", database="owner", interactive=False, verbosity=0)
        except (NoBackup, RestoreRefused) as refused:
            raise CommandError(str(refused)) from refused
        except (ProgramFailed, ValueError, OSError) as error:
            raise CommandError(f"Not restored: {error}") from error
        self.stdout.write(
            f"Restored {told.community or 'everything'} as it was at {told.made_at}: {len(told.tables)} tables,"
            f" {told.rows} rows, {told.files} pictures, all counted and summed."
        )
