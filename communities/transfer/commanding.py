"""What the import commands share: their options, their report, and how they fail."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from communities.content.kinds import kind_for_import
from communities.models import Community
from communities.transfer.exceptions import TransferError
from communities.transfer.progress import ProgressBar
from communities.transfer.report import ImportReport

STAYS = "What has been imported so far stays; run the same command again to continue."


def add_arguments(parser: CommandParser, *, form: str) -> None:
    """`form` is the format of the import, as kinds of content name it."""
    space = kind_for_import(form)[0].name
    parser.add_argument("--community", required=True, help="short name of the community to import into")
    parser.add_argument(
        "--space", default="", help=f"address of an existing {space} space; without it one is made"
    )
    parser.add_argument("--language", default="", help="language of the content, for search: en, fr")
    parser.add_argument(
        "--media", type=Path, help="a folder or ZIP file with the old site’s pictures, as they lay there"
    )
    parser.add_argument("--dry-run", action="store_true", help="do everything, then take it all back")
    parser.add_argument("--report", type=Path, help="write the report as JSON to this file")


def run_import(command: BaseCommand, options: dict[str, Any], act: Callable[..., ImportReport]) -> None:
    """Run an import and print its report; what stops it becomes one sentence that says what stands, and exit code 1."""
    community = Community.objects.filter(slug=options["community"]).first()
    if community is None:
        raise CommandError(f"There is no community called “{options['community']}”.")
    left = "Nothing stays." if options["dry_run"] else STAYS
    try:
        with _ended_as_stopped():
            report = act(
                community=community,
                space=options["space"],
                language=options["language"],
                media=options["media"],
                dry_run=options["dry_run"],
                progress=lambda label, total: ProgressBar(label, total),
            )
    except TransferError as error:
        raise CommandError(f"{error} {STAYS}" if error.stands else str(error)) from error
    except KeyboardInterrupt as stopped:
        raise CommandError(f"Stopped. {left}", returncode=130) from stopped
    except (OSError, OperationalError) as error:
        raise CommandError(f"It broke off: {' '.join(str(error).split())}. {left}") from error
    command.stdout.write(report.as_text())
    if options["report"]:
        _keep_report(options["report"], report)


@contextmanager
def _ended_as_stopped() -> Iterator[None]:
    """Whoever ends the process politely reads what stands, as somebody who presses Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _keep_report(path: Path, report: ImportReport) -> None:
    try:
        path.write_text(report.as_json(), encoding="utf-8")
    except OSError as error:
        why = error.strerror or error
        raise CommandError(
            f"The import is done; its report could not be written to {path}: {why}."
        ) from error
