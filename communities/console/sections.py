"""The first step in an empty place that is the settings' own: its colours and its face."""

from __future__ import annotations

from communities import homepage
from communities.homepage import Reader, Section


class FirstTheme(Section):
    name, area, order = "console.first-theme", "first", 10
    whom = Reader.MEMBER
    template = "console/sections/first_theme.html"


def register() -> None:
    homepage.sections.register(FirstTheme())
