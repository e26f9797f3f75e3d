"""What the settings' overview says of the brand, and its step of the checklist."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.brand.look_form import FACE_LABELS
from communities.console.brand.state import take_files
from communities.homepage import arrangement_of, blocks
from communities.models import Community, Membership
from communities.permissions import can_edit_brand
from communities.setup import Check, Group, Setting, SettingsPage, Step, register_settings_page, register_step
from communities.stored import Stored, register_stored
from communities.theming import OWN, icon_path, read_theme, share_path


def _look(community: Community, reader: Membership) -> Sequence[Setting]:
    theme = read_theme(community.theme)
    font = (
        theme.face_font.name
        if theme.face == OWN and theme.face_font
        else str(FACE_LABELS.get(theme.face, ""))
    )
    return [
        Setting(_("Brand colour"), theme.colour, "h-colour", _("theme palette hex hue")),
        *_pictures(community),
        Setting(_("Fonts"), font, "h-fonts", _("typeface type woff2")),
    ]


def _pictures(community: Community) -> Sequence[Setting]:
    logo, icon, share = community.logo, icon_path(community, 32), share_path(community)
    return [
        Setting(
            _("Logo"),
            _own(logo, _("the drawn mark")),
            "h-logo",
            _("picture mark"),
            said=_("own logo") if logo else "",
        ),
        Setting(
            _("Favicon"),
            _own(icon, _("made of your name and colour")),
            "h-logo",
            _("icon tab"),
            said=_("own favicon") if icon else _("favicon from the name and the colour"),
        ),
        Setting(
            _("Share picture"),
            _own(share, _("made of the title and your colour")),
            "h-logo",
            said=_("own share picture") if share else _("share picture from the title and the colour"),
        ),
    ]


def _home(community: Community, reader: Membership) -> Sequence[Setting]:
    arrangement, photo = arrangement_of(community), read_theme(community.theme).photo
    shown = [block for block in arrangement.blocks() if block.name not in arrangement.off]
    counted = {"shown": len(shown), "all": len(blocks)}
    return [
        Setting(
            _("Photograph of the home page"),
            _("yes") if photo else _("none, a drawing"),
            "h-photo",
            _("hero"),
            said=_("with a photograph") if photo else _("with a drawing"),
        ),
        Setting(_("Layout"), str(arrangement.layout.label), "h-layout", _("home page magazine club")),
        Setting(
            _("Blocks"),
            _("%(shown)s of %(all)s shown") % counted,
            "h-blocks",
            _("banner newcomers featured question links"),
            said=_("%(shown)s of %(all)s blocks shown") % counted,
        ),
        Setting(
            _("Days until a block is quiet"),
            str(arrangement.quiet_days) if arrangement.quiet_days else _("none is"),
            "id_quiet_days",
            _("empty stale alive"),
        ),
    ]


def _mails(community: Community, reader: Membership) -> Sequence[Setting]:
    signature = _signature(community)
    return [
        Setting(
            _("Signature of mails"),
            signature or _("none"),
            "",
            _("newsletter e-mail foot"),
            said="" if signature else _("without a signature"),
        )
    ]


def _own(path: str, otherwise: str) -> str:
    return _("your own") if path else otherwise


def _signature(community: Community) -> str:
    kept = community.settings.get("mail")
    lines = str(kept.get("signature", "")).splitlines() if isinstance(kept, dict) else []
    return lines[0] if lines else ""


def _has_look(community: Community) -> Check:
    theme = read_theme(community.theme)
    if community.logo or community.mark:
        return Check(True, _("Colour %(colour)s, with a logo") % {"colour": theme.colour})
    return Check(False, _("Colour %(colour)s, no logo yet") % {"colour": theme.colour})


def register() -> None:
    register_stored(Stored("brand", take_files))
    for label, url_name, icon, group, order, settings in (
        (gettext_lazy("Brand"), "console:edit-brand", "palette", Group.PLACE, 20, _look),
        (gettext_lazy("Home page"), "console:edit-home", "home", Group.PLACE, 22, _home),
        (gettext_lazy("Look of mails"), "console:edit-mail-look", "eye", Group.REACH, 60, _mails),
    ):
        register_settings_page(SettingsPage(label, url_name, icon, group, order, can_edit_brand, settings))
    register_step(
        Step(
            "brand.look",
            gettext_lazy("Give the place its look"),
            gettext_lazy("Set the look"),
            "console:edit-brand",
            10,
            needed=False,
            check=_has_look,
        )
    )
