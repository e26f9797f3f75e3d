"""What the editor's script has to know: the same for all texts of a language, so it is a file that browsers keep."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext, override

from communities.content.signs import PREFIX, Signs, signs_in
from communities.content.text.sanitising import LANGUAGES
from communities.documents import ACCEPTED
from communities.languages import VARIANTS

MODULES = (
    "rich",
    "toolbar",
    "pictures",
    "mentions",
    "quotes",
    "pasting",
    "markdown",
    "keeping",
    "nodes",
    "places",
    "menus",
    "tasks",
    "frames",
    "waiting",
    "files",
    "columns",
)
# What cleans a clipboard, in a folder of its own.
PASTE_MODULES = ("cleaning", "writer", "styles", "lists", "images", "tables")


class Settings(NamedTuple):
    """As text, and named by what they say."""

    version: str
    text: str


def settings_address() -> str:
    """The address of the settings in the language of the page. It changes with them."""
    version = editor_settings(get_language() or settings.LANGUAGE_CODE).version
    return reverse("content:show-editor-settings", kwargs={"version": version})


def present_settings(version: str) -> Settings | None:
    """The settings of the language that a version, perhaps a former one, is of, or its signs; None for a made-up
    language."""
    language = version.rpartition("-")[0]
    if language.startswith(PREFIX):
        code = language.removeprefix(PREFIX)
        return Settings(*signs_in(code)) if code in dict(settings.LANGUAGES) else None
    known = {*dict(settings.LANGUAGES), *VARIANTS.values()}
    return editor_settings(language) if language in known else None


@cache
def editor_settings(language: str) -> Settings:
    """As JSON. Addresses of the community are told from that of the settings themselves."""
    with override(language):
        text = json.dumps(_described(), separators=(",", ":"), ensure_ascii=False)
    return Settings(f"{language}-{hashlib.sha256(text.encode()).hexdigest()[:10]}", text)


def _described() -> dict[str, object]:
    modules = {name: static(f"js/editor/{name}.mjs") for name in MODULES}
    modules |= {name: static(f"js/editor/paste/{name}.mjs") for name in PASTE_MODULES}
    return {
        "icons": static("icons.svg"),
        "style": static("css/editor.css"),
        "modules": {"tiptap": static("django_prose_editor/editor.js"), **modules},
        # What is fetched when it is first used.
        "later": {"signs": static("js/editor/signs.mjs")},
        "urls": {
            "signs": f"{_signs().version}.json",
            "upload": _from_here("content:upload-file"),
            "fetch": _from_here("content:fetch-picture"),
            "suggest": _from_here("content:suggest-members"),
            "preview": _from_here("content:preview-post"),
            "posts": "../p/",
            "media": "../media/",
            "waiting": "../waiting/",
        },
        "languages": LANGUAGES,
        "labels": _labels(),
    }


def _signs() -> Signs:
    return signs_in((get_language() or settings.LANGUAGE_CODE)[:2])


def _from_here(name: str) -> str:
    """Relative to /editor/, whatever stands before it."""
    return f"../{reverse(name).removeprefix(get_script_prefix())}"


def _labels() -> dict[str, object]:
    """Every word the editor's script shows."""
    return {
        "formatting": gettext("Formatting"),
        "bold": gettext("Bold"),
        "italic": gettext("Italic"),
        "strike": gettext("Struck through"),
        "heading": gettext("Heading"),
        "subheading": gettext("Subheading"),
        "link": gettext("Link"),
        "quote": gettext("Quote"),
        "list": gettext("List"),
        "olist": gettext("Numbered list"),
        "code": gettext("Code"),
        "image": gettext("Add a picture"),
        "undo": gettext("Undo"),
        "redo": gettext("Redo"),
        "address": gettext("Address of the link"),
        "apply": gettext("Apply"),
        "remove": gettext("Remove"),
        "cancel": gettext("Cancel"),
        "alt": gettext("Description of the picture"),
        "altWhy": gettext("Read aloud to people who cannot see it."),
        "sending": gettext("Sending the picture…"),
        "sendingPart": gettext("Sending the picture, {percent} %"),
        "sent": gettext("The picture is in the text."),
        "notSent": gettext("The picture could not be sent. Check your connection and try again."),
        "stillSending": gettext("A picture or file is still being sent. Post again in a moment."),
        "kept": gettext("Draft saved, {time}"),
        "keptThere": gettext("Draft saved in your account, {time}"),
        "restored": gettext("Here is what you had typed at {time}."),
        "discard": gettext("Discard"),
        "discarded": gettext("Draft discarded."),
        "members": gettext("Members"),
        "found": gettext("Members found: {count}. Use the arrow keys."),
        "wrote": gettext("{name} wrote"),
        "previewFailed": gettext("The preview could not be loaded. Your text is still here."),
        **_labels_of_places(),
        **_labels_of_pasting(),
    }


def _labels_of_places() -> dict[str, object]:
    """What can be done within a table, a listing, a fold."""
    return {
        "text": gettext("Text"),
        "tasks": gettext("Task list"),
        "done": gettext("Done"),
        "notDone": gettext("Not done"),
        "table": gettext("Table"),
        "tableHere": gettext("Table: Tab moves from cell to cell, Alt and F10 to its actions."),
        "tableFull": gettext("The table cannot become larger."),
        "rowAbove": gettext("Row above"),
        "rowBelow": gettext("Row below"),
        "columnBefore": gettext("Column before"),
        "columnAfter": gettext("Column after"),
        "alignLeft": gettext("Align column left"),
        "alignCenter": gettext("Centre column"),
        "alignRight": gettext("Align column right"),
        "headerRow": gettext("First row names the columns"),
        "deleteRow": gettext("Delete row"),
        "deleteColumn": gettext("Delete column"),
        "deleteTable": gettext("Delete table"),
        "listingHere": gettext("Code: Alt and F10 move to its language."),
        "language": gettext("Language of the code"),
        "noLanguage": gettext("none"),
        "fold": gettext("Fold away"),
        "spoiler": gettext("Spoiler"),
        "putIn": gettext("What to insert"),
        "offered": gettext("Choices: {count}. Use the arrow keys."),
        "foldTitle": gettext("What is folded away here"),
        **_labels_of_pictures(),
        **_labels_of_files(),
        **_labels_of_signs(),
    }


def _labels_of_pictures() -> dict[str, object]:
    """What can be done with a picture."""
    return {
        "pictureHere": gettext("Picture: Alt and F10 move to its actions."),
        "caption": gettext("Caption"),
        "earlier": gettext("Move up"),
        "later": gettext("Move down"),
        "gather": gettext("Side by side"),
        "part": gettext("On its own"),
        "removePicture": gettext("Remove"),
        "pictureWaits": gettext(
            "No network: this browser keeps the picture, and sends it when you are back."
        ),
    }


def _labels_of_files() -> dict[str, object]:
    """Documents to download."""
    return {
        "file": gettext("Add a file"),
        "fileTypes": ACCEPTED,
        "sendingFile": gettext("Sending the file…"),
        "fileSent": gettext("The file is in the text, as a link to download it."),
        "fileNotSent": gettext("The file could not be sent. Check your connection and try again."),
    }


def _labels_of_signs() -> dict[str, object]:
    """Emoji by their names."""
    return {
        "signs": gettext("Emoji"),
        "signName": gettext("Name of the emoji"),
        "noSign": gettext("No emoji has that name."),
        "signsFailed": gettext("The emoji could not be loaded. Check your connection and try again."),
    }


def _labels_of_pasting() -> dict[str, object]:
    """What is said of a clipboard that could not come along as it was."""
    return {
        "picture": gettext("Picture"),
        "pastedLinks": gettext("Pictures from other sites became links: {names}."),
        "bringIn": gettext("Bring them in"),
        "bringing": gettext("Fetching the pictures…"),
        "stayLinks": gettext("These stay links: {names}."),
        "pastedMissing": gettext(
            "Pictures that did not come along: {names}. “Add a picture” brings them in from your device."
        ),
        "pastedEmbedded": gettext("Videos and other embedded content became links: {names}."),
        "pastedLeft": gettext("Not brought along: {names}."),
        "readAsMarkdown": gettext("What you pasted was read as Markdown."),
        "keepTyped": gettext("Keep it as plain text"),
        "pastedCells": gettext("A table with very many cells came along as lines."),
        "left": {
            "comments": gettext("notes in the margin"),
            "drawings": gettext("drawings"),
            "highlights": gettext("highlighting"),
        },
        "more": gettext("{names} and {count} more"),
        "close": gettext("Close"),
    }
