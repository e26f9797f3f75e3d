"""What the overview of the settings and the checklist say of texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.texts.queries import text_lines
from communities.launch.services import missing_identity
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity
from communities.setup import Check, Group, Setting, SettingsPage, Step, register_settings_page, register_step
from communities.texts.permissions import can_edit_texts
from communities.texts.queries import unconfirmed
from communities.wording import WELCOME, version_in_force

# What each is called by those who look for it.
SYNONYMS = {
    "rules": gettext_lazy("charter code of conduct guidelines"),
    "about": gettext_lazy("presentation team"),
    WELCOME: gettext_lazy("newcomers greeting first mail"),
    "notice": gettext_lazy("imprint publisher host"),
    "terms": gettext_lazy("conditions contract"),
    "privacy": gettext_lazy("data protection GDPR DPO"),
    "cookies": gettext_lazy("trackers consent"),
    "accessibility": gettext_lazy("WCAG RGAA contrast"),
}


def _texts(community: Community, reader: Membership) -> Sequence[Setting]:
    return [
        Setting(
            str(line.kind.label),
            _("%(what)s: %(says)s") % {"what": line.kind.label, "says": line.label.lower()},
            words=str(SYNONYMS.get(line.kind.name, "")),
            missing=line.latest is None and line.kind.name in ("rules", "privacy", "notice"),
        )
        for line in text_lines(community)
    ]


def _identity(community: Community, reader: Membership) -> Sequence[Setting]:
    missing = missing_identity(community.legal)
    return [
        Setting(
            _("Publisher"),
            str(community.legal.get("publisher") or _("not said yet")),
            words=_("legal notice imprint company director host"),
            missing=bool(missing),
        )
    ]


def _published(kind: str) -> Callable[[Community], Check]:
    def check(community: Community) -> Check:
        version = version_in_force(community, kind)
        if version is None:
            return Check(False, _("proposed, not published yet"))
        day = date_format(localtime(version.since), "DATE_FORMAT")
        return Check(True, _("version %(n)s, since %(date)s") % {"n": version.number, "date": day})

    return check


def _identity_check(community: Community) -> Check:
    missing = missing_identity(community.legal)
    if missing:
        return Check(False, _("Missing: %(names)s.") % {"names": ", ".join(missing)})
    return Check(True, str(community.legal["publisher"]))


def _confirmed(community: Community) -> Check:
    """What only stands proposed speaks in the place’s name without anybody having read it."""
    left = [str(kind.label) for kind in unconfirmed() if kind.name not in ("privacy", "rules")]
    if left:
        return Check(False, _("Not confirmed: %(names)s.") % {"names": ", ".join(left)})
    return Check(True, _("All texts are confirmed"))


STEPS = (
    Step(
        "identity",
        gettext_lazy("Say who publishes the place"),
        gettext_lazy("Fill in"),
        "console:edit-legal-identity",
        20,
        True,
        _identity_check,
        also=("console:begin-place",),
    ),
    Step(
        "privacy",
        gettext_lazy("Publish the privacy text"),
        gettext_lazy("Read and confirm"),
        "console:confirm-texts",
        30,
        True,
        _published("privacy"),
        also=("console:show-privacy-text",),
    ),
    Step(
        "rules",
        gettext_lazy("Publish the house rules"),
        gettext_lazy("Read and confirm"),
        "console:confirm-texts",
        40,
        True,
        _published("rules"),
        also=("console:show-rules-text",),
    ),
    Step(
        "texts",
        gettext_lazy("Confirm the other texts"),
        gettext_lazy("Read and confirm"),
        "console:confirm-texts",
        45,
        False,
        _confirmed,
    ),
)


def register() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Texts and rules"),
            "console:show-texts",
            "book",
            Group.LAW,
            10,
            can_edit_texts,
            _texts,
            also=("console:confirm-texts",),
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Legal identity"),
            "console:edit-legal-identity",
            "shield",
            Group.LAW,
            20,
            can_edit_legal_identity,
            _identity,
            also=("console:begin-place",),
        )
    )
    for step in STEPS:
        register_step(step)
