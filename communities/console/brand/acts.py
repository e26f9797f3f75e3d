"""What the journal says of changes to the brand, and how they are put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.console.brand import services, state
from communities.console.brand.telling import told
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Community, Membership

LOOK = {
    "colour": _("Colour"),
    "wash": _("Tint strength"),
    "face": _("Typeface of headings"),
    "reading": _("Typeface of articles"),
    "shape": _("Shape"),
    "face_font": _("Own font of headings"),
    "reading_font": _("Own font of articles"),
    "logo": _("Logo"),
    "mark": _("Square mark"),
    "share": _("Share picture"),
}
HOME = {
    "layout": _("Layout"),
    "order": _("Order of the blocks"),
    "off": _("Hidden blocks"),
    "photo": _("Photograph"),
    "drawing": _("Drawing"),
    "featured": _("Featured"),
    "week": _("Question of the week"),
    "text": _("Your own text"),
    "links": _("Your own links"),
    "quiet_days": _("Days until a block is quiet"),
}
MAIL = {"signature": _("Signature"), "with_logo": _("Logo in mails"), "with_band": _("Band in your colour")}


def _leading_to(page: str) -> Callable[[Change], str]:
    return lambda _change: reverse(page)


def _present(read: Callable[[Community], Mapping[str, Any]]) -> Callable[[Change], Mapping[str, Any]]:
    def present(change: Change) -> Mapping[str, Any]:
        now = read(change.place_now())
        return {name: now.get(name) for name in change.after}

    return present


def _undo_look(change: Change, by: Membership) -> None:
    services.edit_look(by.community, by=by, look=_still_there(change.before))


def _undo_home(change: Change, by: Membership) -> None:
    services.edit_home(by.community, by=by, home=_still_there(change.before))


def _undo_mail(change: Change, by: Membership) -> None:
    services.edit_mail_look(by.community, by=by, look=change.before)


def _still_there(before: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stood before; NothingToUndo where a file of it is deleted by now."""
    if not all(default_storage.exists(path) for path in state.files_of(before)):
        raise NothingToUndo
    return before


def register() -> None:
    for name, label, fields, page, read, undo in (
        ("brand.look", _("Look changed"), LOOK, "console:edit-brand", state.look_of, _undo_look),
        ("brand.home", _("Home page changed"), HOME, "console:edit-home", state.home_of_owner, _undo_home),
        (
            "brand.mail",
            _("Look of mails changed"),
            MAIL,
            "console:edit-mail-look",
            state.mail_look_of,
            _undo_mail,
        ),
    ):
        register_act(
            Act(
                name,
                label,
                fields,
                url=_leading_to(page),
                present=_present(read),
                undo=undo,
                shown=told,
            )
        )
