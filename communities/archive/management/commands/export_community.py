"""`manage.py export_community slug`: the file of its owner’s page, without waiting for the worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from communities.archive.going.working import parts, work_on
from communities.archive.models import Export
from communities.files import in_store
from communities.models import Community
from communities.scoping import community_scope


class Command(BaseCommand):
    help = "Write a whole community into one file that another installation can bring in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", help="its short name")

    def handle(self, *args: Any, **options: Any) -> None:
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"No community is called {options['community']}.")
        try:
            with community_scope(community):
                export = Export.objects.create(total=len(parts()))
        except IntegrityError as error:
            raise CommandError("An export of it is under way already.") from error
        while not work_on(community, export.pk):
            pass
        with community_scope(community):
            export.refresh_from_db()
        if not export.is_there:
            raise CommandError("The export was not written; its log says why.")
        # In a bucket, its name there.
        self.stdout.write(export.path if in_store() else str(Path(settings.MEDIA_ROOT) / export.path))
