"""Reads untrusted XML: entities and external references refused, memory bounded, errors in plain words."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from communities.transfer.exceptions import UnreadableExport

GZIP_MAGIC = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
# XML 1.0 allows tab, line feed and carriage return below 0x20 and nothing else; exports often hold the rest.
CONTROL_BYTES = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
# One article with all its replies; the largest known is below 3 MB. A compression bomb is stopped before it does harm.
LARGEST_RECORD = 64 * 1024 * 1024
# Packed text is a fifth to a fiftieth of itself; what unpacks to more is made to keep the reader busy.
MOST_TIMES = 200
UNPACKED_FREELY = 128 * 1024 * 1024


class CleanSource:
    """A binary file as the parser may see it.

    Blank lines before the XML declaration and control characters, which no XML may hold but many exports do,
    are left out and counted; more than LARGEST_RECORD bytes without a finished record are refused.
    """

    def __init__(self, raw: IO[bytes] | gzip.GzipFile, size: int) -> None:
        self.raw = raw
        self._most = max(UNPACKED_FREELY, size * MOST_TIMES)
        self.lines_skipped = 0
        self.characters_removed = 0
        self._since_record = 0
        self._started = False
        self._clean = True

    def read(self, size: int = -1) -> bytes:
        chunk = self.raw.read(size)
        self._since_record += len(chunk)
        self._most -= len(chunk)
        if self._most < 0:
            raise UnreadableExport(
                _("This file unpacks to more than two hundred times its size; no real export does.")
            )
        if self._since_record > LARGEST_RECORD:
            raise UnreadableExport(_("One entry of this file is larger than 64 MB; no real export has one."))
        if not self._started:
            chunk = self._begin(chunk)
        if self._clean and chunk.translate(None, CONTROL_BYTES) != chunk:
            cleaned = chunk.translate(None, CONTROL_BYTES)
            self.characters_removed += len(chunk) - len(cleaned)
            chunk = cleaned
        return chunk

    def record_done(self) -> None:
        self._since_record = 0

    def _begin(self, chunk: bytes) -> bytes:
        self._started = True
        if chunk.startswith(UTF16_MARKS):
            self._clean = False
            return chunk
        body = chunk.removeprefix(b"\xef\xbb\xbf")
        stripped = body.lstrip(b" \t\r\n")
        self.lines_skipped = body[: len(body) - len(stripped)].count(b"\n")
        return stripped


def stream_records(path: Path, *, depth: int) -> Iterator[tuple[Element, CleanSource]]:
    """The elements `depth` levels below the root's start, one by one, each freed when the next is asked for.

    Before them comes the root itself, as it opens, so that the caller can refuse another kind of file early.
    Raises UnreadableExport with the line number where the file breaks off.
    """
    try:
        with path.open("rb") as packed, _unpacked(packed) as raw:
            yield from _walk(CleanSource(raw, path.stat().st_size), path, depth)
    except OSError as error:
        raise UnreadableExport(
            _("%(file)s cannot be read: %(why)s.") % {"file": path.name, "why": error.strerror or error}
        ) from error
    except (EOFError, zlib.error) as error:
        raise UnreadableExport(_("%(file)s is cut off or damaged.") % {"file": path.name}) from error


def _unpacked(packed: IO[bytes]) -> IO[bytes] | gzip.GzipFile:
    is_gzip = packed.read(2) == GZIP_MAGIC
    packed.seek(0)
    return gzip.GzipFile(fileobj=packed) if is_gzip else packed


def _walk(source: CleanSource, path: Path, depth: int) -> Iterator[tuple[Element, CleanSource]]:
    open_elements: list[Element] = []
    try:
        for event, element in iterparse(source, events=("start", "end")):
            if event == "start":
                open_elements.append(element)
                if len(open_elements) == 1:
                    yield element, source
                continue
            open_elements.pop()
            if len(open_elements) == depth:
                yield element, source
                source.record_done()
            if len(open_elements) <= depth and open_elements:
                open_elements[-1].remove(element)
    except DefusedXmlException as error:
        raise UnreadableExport(
            _("%(file)s declares XML entities or points outside itself; no export does. It was refused.")
            % {"file": path.name}
        ) from error
    except (LookupError, ValueError) as error:
        # The parser asks Python for an encoding that neither knows, or that is none of XML.
        raise UnreadableExport(
            _("%(file)s is written in a character encoding that cannot be read here. Save it as UTF-8.")
            % {"file": path.name}
        ) from error
    except ParseError as error:
        raise UnreadableExport(_broken(path, error, source)) from error


def _broken(path: Path, error: ParseError, source: CleanSource) -> str:
    line, column = error.position
    reason = re.sub(r": line \d+, column \d+$", "", str(error))
    return _("%(file)s is not well-formed XML at line %(line)d, column %(column)d (%(reason)s).") % {
        "file": path.name,
        "line": line + source.lines_skipped,
        "column": column + 1,
        "reason": reason,
    }
