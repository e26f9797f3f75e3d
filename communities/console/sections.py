"""The first step of an empty community that belongs to the settings: its colours and typefaces."""

from __future__ import annotations

from communities import homepage
from communities.homepage import Reader, Section


class FirstTheme(Section):
    name, area, order = "console.first-theme", "first", 10
    whom = Reader.MEMBER
    template = "console/sections/first_theme.html"


def register() -> None:
    homepage.sections.register(FirstTheme())
