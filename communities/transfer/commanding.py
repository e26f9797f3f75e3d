"""What the import commands share: their options, their report, and how they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.content.kinds import kind_for_import
from communities.models import Community
from communities.transfer.exceptions import TransferError
from communities.transfer.progress import ProgressBar
from communities.transfer.report import ImportReport


def add_arguments(parser: CommandParser, *, form: str) -> None:
    """`form` is the format of the import, as kinds of content name it."""
    space = kind_for_import(form)[0].name
    parser.add_argument("--community", required=True, help="short name of the community to import into")
    parser.add_argument(
        "--space", default="", help=f"address of an existing {space} space; without it one is made"
    )
    parser.add_argument("--language", default="", help="language of the content, for search: en, fr")
    parser.add_argument("--dry-run", action="store_true", help="do everything, then take it all back")
    parser.add_argument("--report", type=Path, help="write the report as JSON to this file")


def run_import(command: BaseCommand, options: dict[str, Any], act: Callable[..., ImportReport]) -> None:
    """Run an import and print its report; a TransferError becomes one sentence and exit code 1."""
    community = Community.objects.filter(slug=options["community"]).first()
    if community is None:
        raise CommandError(f"There is no community called “{options['community']}”.")
    try:
        report = act(
            community=community,
            space=options["space"],
            language=options["language"],
            dry_run=options["dry_run"],
            progress=lambda label, total: ProgressBar(label, total),
        )
    except TransferError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt as stopped:
        left = (
            "Nothing stays."
            if options["dry_run"]
            else "What came until then stays; the same command goes on."
        )
        raise CommandError(f"Stopped. {left}", returncode=130) from stopped
    command.stdout.write(report.as_text())
    if options["report"]:
        options["report"].write_text(report.as_json(), encoding="utf-8")
