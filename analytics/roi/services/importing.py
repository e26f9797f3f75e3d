"""Files of orders on their way in: uploaded, mapped, checked, loaded. The page and the command share this."""

from __future__ import annotations

import datetime
import hashlib
import io
from dataclasses import asdict
from functools import partial
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.roi.exceptions import AlreadyRunning, FileRefused
from analytics.roi.models import ImportRun, OrderSource
from analytics.roi.money import CURRENCIES
from analytics.roi.order_files import COLUMNS, Mapping, guess_mapping, is_gross
from analytics.roi.order_reading import Reading, read_orders
from analytics.roi.order_tables import Opened, Table, read_table
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.orders import store_orders
from communities.exceptions import NotAllowed
from communities.files import ask_store, forget
from communities.models import Community, Membership
from communities.stored import keep

# From the last look at a file until it is deleted.
KEPT = datetime.timedelta(days=2)
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


@transaction.atomic
def start_import(
    community: Community, *, by: Membership | None, name: str, content: bytes | File[Any], source: str = ""
) -> ImportRun:
    """Keep a file, a piece at a time, and what its headings suggest. Raises NotAllowed, FileRefused, NotKept.

    `by` is None for the command, which whoever runs the server may use.
    """
    if by is not None and not can_edit_results(by):
        raise NotAllowed
    file = ContentFile(content) if isinstance(content, bytes) else content
    mapping = guess_mapping(read_table(_again(file)), community.currency)
    shop = OrderSource.objects.get_or_create(name=source or "CSV", defaults={"kind": OrderSource.Kind.FILE})[
        0
    ]
    run = ImportRun(source=shop, file_name=name[:200], author=by, mapping=mapping.as_json())
    file.seek(0)
    run.path = keep(f"imports/{run.public_id}.csv", file)
    run.save()
    return run


def check_file(run: ImportRun, *, community: Community, mapping: Mapping) -> dict[str, Any]:
    """A dry run: reads and stores as loading does, then rolls back. Returns the report.

    Raises FileRefused, with the lines that cannot be taken.
    """
    return _run(run, community, mapping, keep=False)


def load_file(run: ImportRun, *, community: Community, mapping: Mapping) -> dict[str, Any]:
    """Keep all orders of a file, or none. The same file again changes nothing. Raises FileRefused."""
    report = _run(run, community, mapping, keep=True)
    ImportRun.objects.filter(pk=run.pk).update(path="")
    # If this is rolled back, the file stays.
    transaction.on_commit(partial(forget, run.path))
    return report


def forget_old_files() -> int:
    """Delete the files that nobody loaded in two days; their reports stay. How many.

    Raises StoreAway, and then rows keep the names of their files: the next round comes back to them.
    """
    old = ImportRun.objects.filter(updated_at__lt=timezone.now() - KEPT).exclude(path="")
    files = list(old.select_for_update().values_list("path", flat=True))
    for path in files[:1]:
        ask_store(path)
    old.filter(path__in=files).update(path="")
    # If this is rolled back, the file stays.
    transaction.on_commit(partial(forget, *files))
    return len(files)


def begin(run: ImportRun, mapping: Mapping) -> None:
    """Mark a run as under way, for the page that sends it to the worker. Raises AlreadyRunning."""
    free = ImportRun.objects.filter(pk=run.pk).exclude(state=ImportRun.State.RUNNING)
    begun = {"mapping": mapping.as_json(), "updated_at": timezone.now()}
    if not free.update(state=ImportRun.State.RUNNING, **begun):
        raise AlreadyRunning


def progress_of(run: ImportRun) -> tuple[int, int]:
    """Lines done and lines in all; outside the database, so that it shows before the work is committed."""
    done: tuple[int, int] = cache.get(f"import-{run.public_id}", (0, 0))
    return done


def refuse(run: ImportRun, mapping: Mapping, refused: FileRefused) -> None:
    """Keep on the run why its file was not taken, for whoever looks at it later."""
    report = {"error": str(refused), "problems": refused.problems}
    _finish(run, ImportRun.State.FAILED, mapping, report)


def _run(run: ImportRun, community: Community, mapping: Mapping, *, keep: bool) -> dict[str, Any]:
    table = table_of(run)
    check_mapping(table, mapping)
    zone = ZoneInfo(community.time_zone)
    reading = read_orders(table, mapping, zone, advance=lambda done, total: _tell(run, done, total))
    if reading.problems:
        raise FileRefused(_problems_text(reading), reading.problems)
    report = _report(run, table, reading) | _store(run, community, reading, mapping, keep=keep)
    _finish(run, ImportRun.State.LOADED if keep else ImportRun.State.CHECKED, mapping, report)
    return report


def _store(
    run: ImportRun, community: Community, reading: Reading, mapping: Mapping, *, keep: bool
) -> dict[str, Any]:
    said_at = run.created_at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    with transaction.atomic():
        tally = store_orders(
            run.source, reading.rows(), community=community, at=said_at, over=mapping.known != "shop"
        )
        if tally.disputed and not mapping.known:
            raise FileRefused(_disputed_text(tally.disputed))
        if not keep:
            transaction.set_rollback(True)
    return asdict(tally)


def _disputed_text(n: int) -> str:
    return ngettext(
        "%(n)s order differs from the shop’s own messages. Say below which is right. Nothing was loaded.",
        "%(n)s orders differ from the shop’s own messages. Say below which is right. Nothing was loaded.",
        n,
    ) % {"n": n}


def check_mapping(table: Table, mapping: Mapping) -> None:
    """Raises FileRefused where a needed column is missing, with the word for what is missing."""
    for name in COLUMNS:
        column = getattr(mapping, name)
        if column and column not in table.headers:
            raise FileRefused(_("There is no column “%(name)s” in this file.") % {"name": column})
    if not mapping.order:
        raise FileRefused(_("Say which column has the order’s number."))
    if not mapping.date:
        raise FileRefused(_("Say which column has the date."))
    if not mapping.amount and not (mapping.quantity and mapping.unit_price):
        raise FileRefused(_("Say which column has the net amount, or those with quantity and unit price."))
    if is_gross(table.headers, mapping.amount):
        raise FileRefused(
            _("“%(name)s” in this export is what was paid, with tax and shipping: orders are counted net.")
            % {"name": mapping.amount}
        )
    if mapping.decimal not in (".", ","):
        raise FileRefused(_("Say which decimal sign the amounts have: 1,234 can be read in two ways."))
    if mapping.dates not in ("ymd", "dmy", "mdy"):
        raise FileRefused(_("Say in which order the dates are written."))
    if mapping.default_currency not in CURRENCIES:
        raise FileRefused(_("“%(code)s” is not a currency.") % {"code": mapping.default_currency})


def table_of(run: ImportRun, *, whole: bool = True) -> Table:
    """The file of a run, to be read as a stream. Raises FileRefused where it is no longer kept."""
    if not run.path or not default_storage.exists(run.path):
        raise FileRefused(_("This file is no longer kept. Upload it again."))
    return read_table(lambda: default_storage.open(run.path), whole=whole)


def _again(file: File[Any]) -> Opened:
    def opened() -> IO[bytes]:
        file.seek(0)
        return cast("IO[bytes]", io.BufferedReader(_Unclosed(file)))

    return opened


class _Unclosed(io.RawIOBase):
    """An uploaded file for readers that close what they have read."""

    def __init__(self, file: File[Any]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, at: int, whence: int = 0) -> int:
        return int(self.file.seek(at, whence))

    def tell(self) -> int:
        return int(self.file.tell())

    def readinto(self, buffer: Any) -> int:
        piece = self.file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def _report(run: ImportRun, table: Table, reading: Reading) -> dict[str, Any]:
    with default_storage.open(run.path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "lines": reading.lines,
        "encoding": ENCODINGS[table.encoding],
        "separator": table.separator,
        "sha256": digest,
        "first": reading.first,
        "last": reading.last,
        "unpaid": reading.unpaid,
        "undated": reading.undated,
    }


def _problems_text(reading: Reading) -> str:
    n = len(reading.problems)
    text = ngettext("One line cannot be taken.", "%(n)s lines cannot be taken.", n) % {"n": n}
    line, what = reading.problems[0]
    where = _("Line %(line)s: %(text)s.") % {"line": line, "text": what}
    nothing = _("Nothing was loaded.")
    return f"{text} {where} {nothing}"


def _tell(run: ImportRun, done: int, total: int) -> None:
    cache.set(f"import-{run.public_id}", (done, total), 3600)


def _finish(run: ImportRun, state: str, mapping: Mapping, report: dict[str, Any]) -> None:
    run.state, run.report, run.mapping = state, report, mapping.as_json()
    run.save(update_fields=["state", "report", "mapping", "updated_at"])
