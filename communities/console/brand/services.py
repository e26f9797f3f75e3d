"""What a team changes about its brand. Each act asks for the right, refuses what changed meanwhile, leaves a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.db import transaction

from communities.console.brand import state
from communities.console.brand.former_files import delete_file, set_aside
from communities.console.brand.own_fonts import ReadyFont, ready_kept, ready_new
from communities.console.exceptions import ThemeRefused
from communities.content.brand_images import FOLDER, store_logo, store_mark, store_share_picture
from communities.content.images import store_picture
from communities.exceptions import ChangedMeanwhile, NotAllowed
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_edit_brand
from communities.queries import locked_community
from communities.theming import check_theme
from communities.theming.photos import Photo

State = Mapping[str, Any]


@dataclass(frozen=True)
class Uploads:
    """New files for a look; None leaves what is there. `removed` names what goes without another."""

    logo: File[Any] | None = None
    mark: File[Any] | None = None
    share: File[Any] | None = None
    face_font: File[Any] | None = None
    reading_font: File[Any] | None = None
    # What the browser measured of a font, by the name of its field: see OwnFont.
    measured: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    # Whether a font keeps all its letters, by the name of its field; one that is not named stays as it is.
    all_letters: Mapping[str, bool] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def edit_look(
    community: Community, *, by: Membership, look: State, uploads: Uploads = Uploads(), seen: str = ""
) -> Community:
    """Change colour, typefaces, shape, logo, mark and share picture; everybody sees it within a second.

    `look` has keys of `state.look_of`; `seen` is the version of the look that the form was made from.

    Raises NotAllowed, ChangedMeanwhile, ThemeRefused, UploadRefused, FontRefused.
    """
    if not can_edit_brand(by):
        raise NotAllowed
    # It takes seconds: nobody waits for it with the row locked.
    fonts = _ready_fonts(community, uploads)
    with _editing(community, by, state.look_of, state.put_look, "brand.look", seen) as (now, stored):
        new = {**now, **look}
        _take_pictures(new, uploads, stored)
        _take_fonts(new, fonts, uploads.measured, stored)
        for name in uploads.removed:
            _remove(new, name)
        if problems := check_theme(new):
            raise ThemeRefused(problems[0])
        return stored.save(new)


def edit_home(
    community: Community, *, by: Membership, home: State, photo: File[Any] | None = None, seen: str = ""
) -> Community:
    """Change the layout of the home page, its blocks and their order, and its photograph.

    `home` has keys of `state.home_of_owner`. Its `photo` is None (there is none any more), a whole one, or what changes
    of the present one: x, y, alt. `photo` is a new file.

    Raises NotAllowed, ChangedMeanwhile, UploadRefused.
    """
    with _editing(community, by, state.home_of_owner, state.put_home, "brand.home", seen) as (now, stored):
        new = {**now, **home}
        kept = now["photo"] if new["photo"] is not None else None
        if photo is not None:
            picture = store_picture(photo, folder=FOLDER, avif=True)
            stored.files.append(picture.path)
            kept = Photo(picture.path, picture.width, picture.height, avif=picture.as_avif).as_json()
        told = new["photo"] or {}
        new["photo"] = {**(kept or {}), **told} if kept or "path" in told else None
        return stored.save(new)


def edit_mail_look(community: Community, *, by: Membership, look: State, seen: str = "") -> Community:
    """Change how mails begin and are signed. Raises NotAllowed, ChangedMeanwhile."""
    with _editing(community, by, state.mail_look_of, state.put_mail_look, "brand.mail", seen) as (
        now,
        stored,
    ):
        return stored.save({**now, **look})


@dataclass
class _Stored:
    """A change under way: the locked row, what stood there, and the files written for it."""

    community: Community
    by: Membership
    act: str
    before: State
    put: Callable[[Community, State], None]
    files: list[str] = field(default_factory=list)

    def save(self, new: State) -> Community:
        self.put(self.community, new)
        set_aside(
            self.community,
            set(state.files_of(self.before)) - set(state.files_of(new)),
            _shown(self.community),
        )
        self.community.save(update_fields=["theme", "logo", "settings", "updated_at"])
        record(self.by, self.act, before=self.before, after=dict(new))
        transaction.on_commit(forget_all)
        return self.community


@contextmanager
def _editing(
    community: Community,
    by: Membership,
    read: Callable[[Community], State],
    put: Callable[[Community, State], None],
    act: str,
    seen: str,
) -> Iterator[tuple[State, _Stored]]:
    if not can_edit_brand(by):
        raise NotAllowed
    with transaction.atomic():
        # The row at hand may be shared by other requests of this process: it changes only once all is well.
        fresh = locked_community(community)
        now = read(fresh)
        if seen and seen != state.version_of(now):
            raise ChangedMeanwhile
        stored = _Stored(fresh, by, act, now, put)
        try:
            yield now, stored
        except Exception:
            # Files know no transaction.
            for path in stored.files:
                delete_file(path)
            raise


def _take_pictures(new: dict[str, Any], uploads: Uploads, stored: _Stored) -> None:
    if uploads.logo is not None:
        logo = store_logo(uploads.logo)
        stored.files.append(logo.path)
        new |= {
            "logo": logo.path,
            "logo_is_mark": logo.is_mark,
            "logo_mail": list(logo.mail_size),
            "colours": logo.colours,
        }
    for name, uploaded, store in (
        ("mark", uploads.mark, store_mark),
        ("share", uploads.share, store_share_picture),
    ):
        if uploaded is not None:
            new[name] = store(uploaded)
            stored.files.append(new[name])


def _ready_fonts(community: Community, uploads: Uploads) -> dict[str, tuple[Any, ReadyFont]]:
    """The fonts that change, by field, each with what was kept there when it was made ready."""
    # The row at hand may be a second old.
    kept = state.look_of(Community.objects.get(pk=community.pk)) if uploads.all_letters else {}
    ready: dict[str, tuple[Any, ReadyFont]] = {}
    for name, uploaded in (("face_font", uploads.face_font), ("reading_font", uploads.reading_font)):
        every = uploads.all_letters.get(name)
        if uploaded is not None:
            ready[name] = (None, ready_new(community, uploaded, all_letters=bool(every)))
        elif every is not None and name not in uploads.removed:
            font = ready_kept(community, kept[name], all_letters=every)
            if font is not None:
                ready[name] = (kept[name], font)
    return ready


def _take_fonts(
    new: dict[str, Any],
    ready: Mapping[str, tuple[Any, ReadyFont]],
    measured: Mapping[str, Mapping[str, Any]],
    stored: _Stored,
) -> None:
    for name, (of, font) in ready.items():
        if of is not None and of != new[name]:
            raise ChangedMeanwhile
        new[name] = font.store(stored.files).as_json()
    for name, measures in measured.items():
        if measures and new.get(name):
            new[name] = {**new[name], **measures}


def _remove(new: dict[str, Any], name: str) -> None:
    new[name] = "" if name in ("logo", "mark", "share") else None
    if name == "logo":
        new |= {"logo_is_mark": False, "logo_mail": [], "colours": []}
    face = name.removesuffix("_font")
    if name.endswith("_font") and new.get(face) == "own":
        new[face] = "humanist" if face == "face" else "transitional"


def _shown(community: Community) -> set[str]:
    return {*state.files_of(state.look_of(community)), *state.files_of(state.home_of_owner(community))}
