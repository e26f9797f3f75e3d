"""All visits to one address, made once: whatever must hold of a page is asserted of the same visits."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sweeps.addresses import COMMUNITY, PLATFORM
from tests.sweeps.audiences import OPENS
from tests.sweeps.walking import Visit, acts, in_language, visit, watched_templates
from tests.sweeps.world import ROLES, World

WHERE = {"community": ("config.urls", COMMUNITY), "platform": ("config.platform_urls", PLATFORM)}
EACH = [(where, route) for where, (_urlconf, table) in WHERE.items() for route in table]
# In French, where words may be missing, whoever sees other pages than the rest; and who sees least and most in English.
IN_FRENCH = ("visitor", "newcomer", "member", "owner", "operator")
IN_ENGLISH_TOO = ("visitor", "owner")
HTMX = {"hx-request": "true", "hx-current-url": "http://testserver/"}


@dataclass
class Seen:
    """`placed`: a form that was sent plainly, and the same sent by htmx."""

    read: list[Visit]
    acted: list[Visit]
    placed: list[tuple[Visit, Visit]]
    templates: set[str]

    @property
    def visits(self) -> list[Visit]:
        return [*self.read, *self.acted, *(placed for _plain, placed in self.placed)]


def see(world: World, where: str, route: str) -> Seen:
    """As everybody: read, and acted upon where the address takes acts."""
    address = WHERE[where][1][route]
    # The demo's door opens only under this machine's own name.
    prefix, headers = (world.here.prefix, {}) if where == "community" else ("", {"host": "localhost"})
    path = prefix + address.path(route, world)

    def read(role: str, language: str) -> Visit:
        return visit(world, role, "GET", path, address.get[role], **headers, **in_language(language))

    with watched_templates() as templates:
        reads = [read(role, "fr" if role in IN_FRENCH else "en") for role in ROLES]
        reads += [read(role, "en") for role in IN_ENGLISH_TOO if address.get[role] == OPENS]
        acted = acts(world, address, path, headers)
        placed = []
        for plain in _in_place(acted):
            sent = (plain.role, "POST", path, plain.expected, address.fields(world))
            placed.append((plain, visit(world, *sent, **headers, **HTMX)))
    return Seen(reads, acted, placed, templates)


def _in_place(acted: list[Visit]) -> list[Visit]:
    """Of those who act whoever is the first that may, and who has not signed in."""
    allowed = [seen.role for seen in acted if seen.expected == OPENS]
    return [seen for seen in acted if seen.role in {*allowed[:1], "visitor"}]
