"""Tables as people save them: CSV, packed or not, in several encodings. Read as a stream: a file of any size takes the
same memory."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from analytics.roi.exceptions import FileRefused
from communities.sizes import MEGABYTE

MAX_BYTES = 64 * MEGABYTE
# Above, it is no file of orders.
MOST_LINES = 1_000_000
MOST_COLUMNS = 200
# In one line as it is written: quoted texts may hold many that separate nothing.
MOST_SEPARATORS = 5_000
MOST_IN_A_LINE = 1_000_000
CHUNK = 256 * 1024
SEPARATORS = ",;\t|"

Opened = Callable[[], IO[bytes]]


@dataclass
class Table:
    """A file with headings. It is opened again for each pass over its lines."""

    headers: list[str]
    encoding: str
    separator: str
    opened: Opened
    # Lines of the file until the headings end, and how many lines under them hold anything.
    skipped: int = 0
    size: int = 0

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """The lines that hold anything, each with the number it begins at in the file. Raises FileRefused before a
        table that is none has filled the memory."""
        for number, line in _lines_of(self.opened, self.encoding, self.separator):
            if number > self.skipped:
                yield number, line


def read_table(content: bytes | Opened, *, whole: bool = True) -> Table:
    """The headings of a CSV file, compressed or not, in UTF-8, UTF-16 or Windows-1252, and how to read on.

    `whole` reads all of it once. Raises FileRefused for what is not such a file, is empty, or is too large.
    """
    opened: Opened = (lambda: io.BytesIO(content)) if isinstance(content, bytes) else content
    encoding = _encoding_of(opened)
    first, before = _first_line(opened, encoding)
    separator = max(SEPARATORS, key=first.count)
    lines = (one for one in _lines_of(opened, encoding, separator) if one[0] > before)
    found = next(lines, None)
    if found is None or next(lines, None) is None:
        raise FileRefused(_("This file has no lines under its headings."))
    headers = [name.strip() for name in found[1]]
    while headers and not headers[-1]:
        headers.pop()
    if len(set(headers)) != len(headers):
        raise FileRefused(_("Two columns have the same heading. Rename one and try again."))
    table = Table(headers, encoding, separator, opened, skipped=found[0])
    if whole:
        table.size = sum(1 for _line in table.lines())
    return table


def _lines_of(opened: Opened, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    with _unpacked(opened()) as binary:
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        reader = csv.reader(_written_lines(text, separator), delimiter=separator)
        number, count = 1, 0
        try:
            for line in reader:
                if len(line) > MOST_COLUMNS and any(line[MOST_COLUMNS:]):
                    raise FileRefused(_("This file has more than %(n)s columns.") % {"n": MOST_COLUMNS})
                if any(line):
                    yield number, line
                number, count = reader.line_num + 1, count + 1
                if count > MOST_LINES:
                    raise FileRefused(_("This file has more than %(n)s lines. Split it.") % {"n": MOST_LINES})
        except csv.Error as error:
            raise FileRefused(_("This file is not a well-formed CSV table: nothing was loaded.")) from error


def _written_lines(text: io.TextIOWrapper, separator: str) -> Iterator[str]:
    while line := text.readline(MOST_IN_A_LINE):
        if line.count(separator) > MOST_SEPARATORS or len(line) == MOST_IN_A_LINE:
            raise FileRefused(_("This file has more than %(n)s columns.") % {"n": MOST_COLUMNS})
        yield line


def _first_line(opened: Opened, encoding: str) -> tuple[str, int]:
    """The headings as they are written, and how many lines stand before them: some programs say the separator in a
    line of its own."""
    with _unpacked(opened()) as binary:
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        number = 0
        while line := text.readline(MOST_IN_A_LINE):
            if line.strip() and not line.strip().strip('"').lower().startswith("sep="):
                return line, number
            number += 1
    return "", 0


def _encoding_of(opened: Opened) -> str:
    """Raises FileRefused for what is no text, or larger than may be. Reads all of it, a piece at a time."""
    with _unpacked(opened()) as binary:
        start = _piece(binary, 2)
    wide = start in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        if _can_be(opened, encoding):
            return encoding
    raise FileRefused(_("The letters of this file cannot be read. Save it as CSV in UTF-8."))


def _can_be(opened: Opened, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    size = 0
    with _unpacked(opened()) as binary:
        try:
            while piece := _piece(binary):
                size += len(piece)
                if size > MAX_BYTES:
                    raise FileRefused(
                        _("This file is larger than %(n)s MB. Split it by month.")
                        % {"n": MAX_BYTES // MEGABYTE}
                    )
                if "\0" in decoder.decode(piece):
                    raise FileRefused(_("This is not a text file. Save the table as CSV and try again."))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _piece(binary: IO[bytes], size: int = CHUNK) -> bytes:
    try:
        return binary.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(_("This compressed file is damaged.")) from error


def _unpacked(file: IO[bytes]) -> Any:
    start = file.read(2)
    file.seek(0)
    return gzip.open(file) if start == b"\x1f\x8b" else file
