"""`manage.py import_stackexchange folder --community slug`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from communities.transfer.commanding import add_arguments, run_import
from communities.transfer.services import import_stackexchange


class Command(BaseCommand):
    help = "Bring the questions, answers and comments of a Stack Exchange data dump into a community."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="the folder with Posts.xml, Comments.xml, Users.xml (or .gz)"
        )
        parser.add_argument(
            "--site",
            default="",
            help="host name of the old site: links to it are followed; needed for a second site",
        )
        add_arguments(parser, form="stackexchange")

    def handle(self, *args: Any, **options: Any) -> None:
        run_import(
            self,
            options,
            lambda **common: import_stackexchange(options["folder"], site=options["site"], **common),
        )
