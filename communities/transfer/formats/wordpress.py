"""WordPress: an export (WXR), packed or not, alone or in a ZIP with the old pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community
from communities.transfer.course import Course
from communities.transfer.exceptions import UnreadableExport
from communities.transfer.formats.fields import ImportForm
from communities.transfer.importers import Importer
from communities.transfer.importing.unpacking import is_zip, names_in, unpack
from communities.transfer.media_tree import is_packed_picture
from communities.transfer.readers.wordpress import read_wordpress
from communities.transfer.services.import_wordpress import bring_wordpress

EXPORTS = (".xml", ".xml.gz")


class WordpressForm(ImportForm):
    form = "wordpress"
    made = gettext_lazy("A new blog with the title of the old site")
    assumed = gettext_lazy("The one that the export names")


class WordpressImporter(Importer):
    name = "wordpress"
    label = gettext_lazy("WordPress")
    text = gettext_lazy("Articles, pages, comments, authors, tags, and the former addresses of a blog.")
    expects = gettext_lazy(
        "In WordPress: Tools, Export, All content. For the pictures, pack the XML file with the folder"
        " wp-content/uploads into one ZIP file."
    )
    icon = "book"
    order = 10
    accept = ".xml,.gz,.zip"

    def form(self, community: Community, data: Mapping[str, Any] | None = None, **kwargs: Any) -> forms.Form:
        return WordpressForm(data, community=community, **kwargs)

    def check(self, file: Path) -> None:
        if is_zip(file):
            _one_of(name for name in names_in(file) if _is_export(name))
        else:
            next(read_wordpress(file), None)

    def bring(self, file: Path, options: Mapping[str, Any], course: Course) -> None:
        media = None
        if is_zip(file) and course.folder is not None:
            media = course.folder / "files"
            unpack(file, media, wanted=lambda name: _is_export(name) or is_packed_picture(name))
            file = media / _one_of(_exports_in(media))
        bring_wordpress(
            file,
            course,
            space=str(options.get("space", "")),
            language=str(options.get("language", "")),
            media=media,
        )


def _is_export(name: str) -> bool:
    return name.lower().endswith(EXPORTS) and not name.startswith("__MACOSX/")


def _exports_in(folder: Path) -> list[str]:
    files = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in files if _is_export(name))


def _one_of(names: Iterable[str]) -> str:
    found = list(names)
    if not found:
        raise UnreadableExport(_("This ZIP file contains no XML file: it is not a WordPress export."))
    if len(found) > 1:
        raise UnreadableExport(
            _("This ZIP file contains %(count)s XML files. Upload one export at a time.")
            % {"count": len(found)}
        )
    return found[0]
