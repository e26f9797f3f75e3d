"""Which files are taken as documents, by what is in them and never by what they say of themselves: PDF, and texts,
tables and presentations of office suites without macros. Whatever takes one asks here."""

from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from communities.exceptions import FieldError
from communities.fields import one_line
from communities.sizes import MEGABYTE, size_in_words

MOST_BYTES = 10 * MEGABYTE
LONGEST_NAME = 120
PDF = "application/pdf"
_OOXML = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# By the end of its name: what an office file is, and the entry that each of its kind has in its archive.
OFFICE = {
    "docx": (_OOXML + "wordprocessingml.document", "word/document.xml"),
    "xlsx": (_OOXML + "spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": (_OOXML + "presentationml.presentation", "ppt/presentation.xml"),
    "odt": (_OPEN + "text", "content.xml"),
    "ods": (_OPEN + "spreadsheet", "content.xml"),
    "odp": (_OPEN + "presentation", "content.xml"),
}
# What a form offers to choose.
ACCEPTED = ",".join([".pdf", *(f".{end}" for end in OFFICE)])
# What is meant as a document, and may not be one that is taken: with macros, or of former office suites.
_MEANT = frozenset({"pdf", *OFFICE, "docm", "xlsm", "pptm", "doc", "xls", "ppt", "rtf", "zip"})
_BEGINNINGS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MOST_ENTRIES = 5000
_LONGEST_TYPE = 200


class DocumentRefused(FieldError):
    """A file that is no document that can be taken; the sentence says why."""


def is_meant_as_document(file: File[Any]) -> bool:
    """Whether somebody who sends this means a document, be it one that is taken or not."""
    file.seek(0)
    begins = bytes(file.read(5)).startswith(_BEGINNINGS)
    file.seek(0)
    return begins or _end_of(file) in _MEANT


def checked_document(file: File[Any], *, most: int = MOST_BYTES) -> str:
    """The type of a document that can be taken, of `most` bytes. Raises DocumentRefused."""
    if not file.size:
        raise DocumentRefused(_("This file is empty."), field="file")
    if file.size > most:
        said = _("This file is larger than %(most)s. Send a smaller one.")
        raise DocumentRefused(said % {"most": size_in_words(most)}, field="file")
    found = PDF if is_pdf(file) else _office_type(file)
    file.seek(0)
    if not found:
        raise DocumentRefused(
            _("Send a PDF, or a text, table or presentation of an office suite, without macros."),
            field="file",
        )
    return found


def is_pdf(file: File[Any]) -> bool:
    file.seek(0)
    begins = bytes(file.read(5)) == b"%PDF-"
    file.seek(0)
    return begins


def document_name(file: File[Any], kind: str) -> str:
    """What a document of this type is called, with the end of its type: no device opens it as something else."""
    name = one_line("".join(sign for sign in PurePath(file.name or "").name if sign.isprintable()))
    end = document_end(kind)
    if name.lower().endswith(f".{end}"):
        name = name[: -len(end) - 1]
    stem = name[: LONGEST_NAME - len(end) - 1].strip() or _("File")
    return f"{stem}.{end}"


def document_end(kind: str) -> str:
    """How the name of a document of this type ends, without the dot."""
    return next((end for end, (one, _entry) in OFFICE.items() if one == kind), "pdf")


def _end_of(file: File[Any]) -> str:
    return PurePath(file.name or "").suffix.lower().lstrip(".")


def _office_type(file: File[Any]) -> str:
    """Of an archive that is what its name says; of its entries, only the one that says the type is opened."""
    kind, entry = OFFICE.get(_end_of(file), ("", ""))
    if not kind:
        return ""
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
        names = {name.lower() for name in archive.namelist()[:_MOST_ENTRIES]}
        is_it = entry in names and (not kind.startswith(_OPEN) or _says(archive) == kind)
    except (zipfile.BadZipFile, KeyError, RuntimeError, ValueError, OSError, NotImplementedError):
        return ""
    has_macros = any(
        name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names
    )
    return kind if is_it and not has_macros else ""


def _says(archive: zipfile.ZipFile) -> str:
    """The type that an OpenDocument file names in its first entry."""
    with archive.open("mimetype") as said:
        return said.read(_LONGEST_TYPE).decode("ascii", "replace").strip()
