"""All parts of an export into one ZIP, written from the beginning to the end, with a sum of each file."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from communities.archive.form import (
    ARTICLES,
    FORMAT,
    MANIFEST,
    PIECE,
    README,
    SOFTWARE,
    SUMS,
    data_file,
)
from communities.archive.going.articles import write_articles
from communities.archive.going.files import files_to_pack
from communities.archive.going.reading import Reader
from communities.files import opened
from communities.mails import speaking
from communities.models import Community, Domain
from communities.queries import community_root

# Pictures are compressed already.
AS_IT_IS = (".webp", ".woff2", ".png", ".jpg", ".gif", ".avif")


class Packer:
    """One file being written; what is in it, and how much."""

    def __init__(self, archive: zipfile.ZipFile, sums: IO[str]) -> None:
        self._archive = archive
        self._sums = sums
        self.files = 0
        self.bytes = 0

    @contextmanager
    def file(self, name: str) -> Iterator[_Summed]:
        """A file of the archive to write to; its sum is noted when it is whole."""
        entry = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(AS_IT_IS) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._archive.open(entry, "w", force_zip64=True) as out:
            summed = _Summed(out)
            yield summed
        self.files += 1
        self.bytes += summed.size
        self._sums.write(f"{summed.digest.hexdigest()}  {name}\n")

    def take(self, name: str, path: Path) -> None:
        """A file of the folder in which the export is written."""
        with path.open("rb") as source, self.file(name) as out:
            while piece := source.read(PIECE):
                out.write(piece)

    def take_stored(self, name: str, path: str) -> None:
        """A stored file. Raises FileNotFoundError before anything of it is written."""
        with opened(path) as (source, _size), self.file(name) as out:
            while piece := source.read(PIECE):
                out.write(piece)


class _Summed:
    """What is written, and its sum."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._out.write(piece)
        self.digest.update(piece)
        self.size += len(piece)


def pack(
    community: Community, folder: Path, counts: dict[str, dict[str, int]], target: Path
) -> dict[str, int]:
    """Write the file beside its place and give it its name when it is whole; how much of what is in it.

    `folder` holds the tables, `counts` their rows and how many of those have numbers.
    """
    draft = target.with_suffix(".part")
    sums = folder / SUMS
    with (
        speaking(community, ""),
        sums.open("w", encoding="utf-8") as noted,
        zipfile.ZipFile(draft, "w", allowZip64=True) as archive,
    ):
        packer = Packer(archive, noted)
        parts = _write_parts(packer, community, folder, counts["rows"])
        noted.flush()
        archive.write(sums, SUMS, zipfile.ZIP_DEFLATED)
        manifest = _manifest(community, counts, parts, packer, _sum_of(sums))
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)
    draft.replace(target)
    return parts


def _write_parts(
    packer: Packer, community: Community, folder: Path, counts: dict[str, int]
) -> dict[str, int]:
    made_on = date_format(timezone.localdate(timezone=community.zone), "DATE_FORMAT")
    with packer.file(README) as out:
        out.write(
            render_to_string("archive/readme.txt", {"community": community, "made_on": made_on}).encode()
        )
    for table in counts:
        packer.take(data_file(table), folder / f"{table}.jsonl")
    pictures = 0
    for name, path in files_to_pack(folder / "files", community.pk):
        try:
            packer.take_stored(name, path)
        except FileNotFoundError:
            continue  # deleted while we were writing, and its row before it
        pictures += 1
    with packer.file(ARTICLES) as out:
        for text in write_articles(community):
            out.write(text.encode())
    pages = 0
    for page in Reader(community, made_on).pages():
        with packer.file(page.name) as out:
            out.write(page.text.encode())
        pages += 1
    return {"files": pictures, "pages": pages}


def _manifest(
    community: Community,
    counts: dict[str, dict[str, int]],
    parts: dict[str, int],
    packer: Packer,
    digest: str,
) -> dict[str, Any]:
    hosts = Domain.objects.filter(community=community, verified=True).order_by("-primary", "host")
    return {
        "format": FORMAT,
        "software": SOFTWARE,
        "release": settings.RELEASE,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "community": {
            "slug": community.slug,
            "name": community.name,
            "language": community.language,
            "state": community.state,
            "address": community_root(community),
            "domains": list(hosts.values_list("host", flat=True)),
        },
        "tables": {
            name: {"file": data_file(name), "rows": rows, "numbers": counts["numbers"].get(name, 0)}
            for name, rows in counts["rows"].items()
        },
        "media": parts["files"],
        "pages": parts["pages"],
        "files": packer.files,
        "bytes": packer.bytes,
        "sums": {"file": SUMS, "sha256": digest},
    }


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
