"""The steps of look, identity and rules on the checklist from an empty place to a living one."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.launch.services import missing_identity
from communities.models import Community
from communities.setup import Check, Step, register_step
from communities.theming import read_theme


def _look(community: Community) -> Check:
    own_colours = read_theme(community.theme) != read_theme({})
    if not own_colours and not community.logo:
        return Check(False, gettext("It still wears the colours that every new place has."))
    if community.logo:
        return Check(
            True, gettext("Colours and a logo of its own") if own_colours else gettext("A logo of its own")
        )
    return Check(True, gettext("Colours of its own, no logo yet"))


def _identity(community: Community) -> Check:
    missing = missing_identity(community.legal)
    if missing:
        return Check(
            False, gettext("Missing: %(names)s.") % {"names": ", ".join(str(name) for name in missing)}
        )
    return Check(True, str(community.legal["publisher"]))


def _rules(community: Community) -> Check:
    rules = len(community.settings.get("rules", []))
    if not rules:
        return Check(False, gettext("No rule is written yet. Decisions about texts rest on them."))
    return Check(True, ngettext("%(n)s rule", "%(n)s rules", rules) % {"n": rules})


def register() -> None:
    register_step(Step("brand.look", _("Look"), _("Choose colours"), "console:edit-brand", 10, False, _look))
    register_step(
        Step(
            "identity",
            _("Legal identity"),
            _("Complete it"),
            "console:edit-legal-identity",
            20,
            True,
            _identity,
        )
    )
    register_step(Step("rules", _("House rules"), _("Write them"), "console:edit-rules", 30, True, _rules))
