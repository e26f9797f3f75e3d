"""Which texts a place has, and what is particular to each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.registries import Registry


@dataclass(frozen=True)
class TextKind:
    """One text of a place.

    `is_law`: the law asks for it, so a counsel should read it, and the owner alone puts it into force.
    `by_date`: a version may come into force later; all others hold as soon as they are published.
    `tells`: members are told when it changes.
    `on_row`: its words stand on the community’s row, for pages that ask no table.
    `page`: the route of its page; empty: `/legal/<name>/`. `is_public`: whether versions have pages for everybody.
    """

    name: str
    label: Promise
    what: Promise
    order: int
    is_law: bool = False
    by_date: bool = False
    tells: bool = False
    on_row: bool = False
    page: str = ""
    is_public: bool = True

    @property
    def is_rules(self) -> bool:
        return self.name == "rules"

    def address(self) -> str:
        """Where it is read, under the present prefix."""
        if self.page:
            return reverse(self.page)
        return reverse("front:show-legal-text", args=[self.name])


kinds: Registry[TextKind] = Registry("text")

for kind in (
    TextKind(
        "rules",
        _("House rules"),
        _("What everybody abides by, each rule with its reason. Decisions cite them."),
        10,
        by_date=True,
        tells=True,
        on_row=True,
        page="front:show-rules",
    ),
    TextKind(
        "about",
        _("About us"),
        _("The place in one minute: on its own page, and at the top of what visitors see first."),
        20,
        on_row=True,
        page="front:show-about",
    ),
    TextKind(
        "welcome",
        _("Welcome words"),
        _("What newcomers read: by mail when they have joined, and on top of their first week’s home."),
        30,
        on_row=True,
        page="front:show-home",
        is_public=False,
    ),
    TextKind("notice", _("Legal notice"), _("Who publishes the place, and who stores it."), 40, is_law=True),
    TextKind(
        "terms",
        _("Terms and conditions"),
        _("What members and the place owe each other. Everyone who joins agrees to them."),
        50,
        is_law=True,
        by_date=True,
        tells=True,
    ),
    TextKind(
        "privacy",
        _("Privacy"),
        _("Which data, why, how long, who receives them, and whom to ask."),
        60,
        is_law=True,
        by_date=True,
        tells=True,
    ),
    TextKind("cookies", _("Cookies"), _("What stays in the browser, and why."), 70, is_law=True),
    TextKind(
        "accessibility",
        _("Accessibility"),
        _("What was measured, what is not known, and whom to write to."),
        80,
        is_law=True,
    ),
):
    kinds.register(kind)


def kind_names() -> list[tuple[str, str | Promise]]:
    """The choices of `TextVersion.kind`: a function, so that a new text needs no migration."""
    return [(kind.name, kind.label) for kind in kinds]
