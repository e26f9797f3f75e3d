"""`manage.py import_wordpress export.xml --community slug`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from communities.transfer.commanding import add_arguments, run_import
from communities.transfer.services import import_wordpress


class Command(BaseCommand):
    help = (
        "Bring the articles, pages, comments, tags and authors of a WordPress export (WXR) into a community."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the export, .xml or .xml.gz")
        add_arguments(parser, form="wordpress")

    def handle(self, *args: Any, **options: Any) -> None:
        run_import(
            self,
            options,
            lambda **common: import_wordpress(options["file"], **common),
        )
