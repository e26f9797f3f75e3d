"""`manage.py import_orders FILE --community SLUG [--dry-run]`: the same service as the upload page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from analytics.roi.exceptions import FileRefused
from analytics.roi.money import to_major
from analytics.roi.order_files import COLUMNS, Mapping
from analytics.roi.services import check_file, load_file, start_import
from communities.models import Community
from communities.scoping import community_scope
from communities.templatetags.money import digits_of


class Command(BaseCommand):
    help = "Loads a CSV file of orders into a community’s ledger: all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--community", required=True, help="short name of the community")
        parser.add_argument("--dry-run", action="store_true", help="check the file and keep nothing")
        parser.add_argument("--source", default="CSV", help="name of the shop")
        parser.add_argument("--currency", default="", help="where the file has no column for it")
        parser.add_argument("--decimal", choices=[".", ","], default="")
        parser.add_argument("--dates", choices=["ymd", "dmy", "mdy"], default="")
        parser.add_argument("--refund-prefix", default="")
        for name in COLUMNS:
            if name != "currency":
                parser.add_argument(f"--{name.replace('_', '-')}-column", dest=f"{name}_column", default="")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"no such file: {path.name}")
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"no community is called “{options['community']}”")
        try:
            report = self._import(community, path, options)
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused
        self._tell(report, community.currency, dry_run=options["dry_run"])

    def _import(self, community: Community, path: Path, options: dict[str, Any]) -> dict[str, Any]:
        with community_scope(community), path.open("rb") as file:
            run = start_import(
                community, by=None, name=path.name, content=File(file), source=options["source"]
            )
            mapping = _mapping(run.mapping, options)
            report = (check_file if options["dry_run"] else load_file)(
                run, community=community, mapping=mapping
            )
            if options["dry_run"]:
                transaction.set_rollback(True)
        return report

    def _tell(self, report: dict[str, Any], own: str, *, dry_run: bool) -> None:
        done = "Would load" if dry_run else "Loaded"
        invoices = report["orders"] + report["refunds"]
        self.stdout.write(f"{report['lines']} lines, {report['encoding']}, sha256 {report['sha256'][:16]}…")
        self.stdout.write(f"{invoices} invoices, {report['refunds']} of them cancellations or refunds")
        for currency, minor in sorted(report["sums"].items()):
            left_out = "" if currency == own else ": kept, not counted, there is no exchange table"
            amount = f"{to_major(minor, currency):,.{digits_of(currency)}f}"
            self.stdout.write(f"sum {amount} {currency}{left_out}")
        self.stdout.write(
            f"{done}: {report['new']} new, {report['changed']} changed, {report['unchanged']} unchanged"
        )


def _mapping(guessed: dict[str, str], options: dict[str, Any]) -> Mapping:
    """What the headings suggest, with what the options say instead."""
    mapping = dict(guessed)
    for name in COLUMNS:
        if column := options.get(f"{name}_column"):
            mapping[name] = column
    for name, option in (
        ("decimal", "decimal"),
        ("dates", "dates"),
        ("refund_prefix", "refund_prefix"),
        ("default_currency", "currency"),
    ):
        if options[option]:
            mapping[name] = options[option]
    return Mapping(**mapping)
