"""Stack Exchange: the files of a data dump, packed into one ZIP."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
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
from communities.transfer.services.import_stackexchange import bring_stackexchange

SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
FILES = frozenset(
    f"{name}.xml{packed}" for name in ("posts", "comments", "users", "tags") for packed in ("", ".gz")
)


class StackExchangeForm(ImportForm):
    site = forms.RegexField(
        r"^[\w.-]+\.[\w-]+$",
        label=gettext_lazy("Host name of the old site"),
        max_length=100,
        help_text=gettext_lazy(
            "Such as knots.stackexchange.com: links to it then lead to the questions here."
        ),
        error_messages={
            "invalid": gettext_lazy("Write only the host name, such as knots.stackexchange.com.")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("site", "space", "language")

    form = "stackexchange"
    made = gettext_lazy("A new forum named “Questions”")


class StackExchangeImporter(Importer):
    name = "stackexchange"
    label = gettext_lazy("Stack Exchange")
    text = gettext_lazy("Questions, answers, comments, people and tags of a site, from its data dump.")
    expects = gettext_lazy(
        "A ZIP file with Posts.xml, and with Comments.xml and Users.xml where there are any. "
        "Unpack a dump that came as 7z first. For the pictures, pack their folder into the same "
        "ZIP file."
    )
    icon = "talk"
    order = 20
    accept = ".zip"

    def form(self, community: Community, data: Mapping[str, Any] | None = None, **kwargs: Any) -> forms.Form:
        return StackExchangeForm(data, community=community, **kwargs)

    def check(self, file: Path) -> None:
        if is_zip(file):
            _folder_of(names_in(file))
            return
        with file.open("rb") as opened:
            if opened.read(len(SEVEN_ZIP)) == SEVEN_ZIP:
                raise UnreadableExport(_("This is a 7z file. Unpack it, and pack its XML files as ZIP."))
        raise UnreadableExport(_("This is not a ZIP file. Pack the XML files of the dump into one."))

    def bring(self, file: Path, options: Mapping[str, Any], course: Course) -> None:
        if course.folder is None:
            raise ValueError("a packed dump needs a folder")
        files = course.folder / "files"
        unpack(file, files, wanted=lambda name: _is_of_dump(name) or is_packed_picture(name))
        bring_stackexchange(
            files / _folder_of(names_in(file)),
            course,
            space=str(options.get("space", "")),
            language=str(options.get("language", "")),
            site=str(options.get("site", "")),
            media=files,
        )


def _is_of_dump(name: str) -> bool:
    return PurePosixPath(name).name.lower() in FILES and not name.startswith("__MACOSX/")


def _folder_of(names: list[str]) -> str:
    """The folder inside the ZIP that holds the posts."""
    folders = {
        str(PurePosixPath(name).parent)
        for name in names
        if _is_of_dump(name) and PurePosixPath(name).name.lower().startswith("posts.")
    }
    if not folders:
        raise UnreadableExport(
            _("This ZIP file contains no Posts.xml: it is not a dump of a Stack Exchange site.")
        )
    if len(folders) > 1:
        raise UnreadableExport(_("This ZIP file contains the dumps of several sites. Upload one at a time."))
    return folders.pop()
