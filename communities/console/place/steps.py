"""The step of the look on the checklist from an empty place to a living one."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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


def register() -> None:
    register_step(Step("brand.look", _("Look"), _("Choose colours"), "console:edit-brand", 10, False, _look))
