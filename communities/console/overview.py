"""The overview of the settings: what each is set to, and finding one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from communities.letters import fold
from communities.models import Community, Membership
from communities.setup import Group, Setting, SettingsPage, pages


@dataclass(frozen=True)
class Line:
    """One page of the settings, with what is set on it."""

    page: SettingsPage
    settings: Sequence[Setting]

    @property
    def url(self) -> str:
        anchor = self.settings[0].anchor if len(self.settings) == 1 else ""
        return reverse(self.page.url_name) + (f"#{anchor}" if anchor else "")

    @property
    def missing(self) -> bool:
        return any(setting.missing for setting in self.settings)

    @property
    def words(self) -> str:
        """What the search in the browser looks through beside what is read."""
        return " ".join(f"{setting.label} {setting.words}" for setting in self.settings)


def overview(community: Community, reader: Membership, words: str = "") -> list[tuple[str, list[Line]]]:
    """Groups with the pages that the reader may open; with words, only the settings that hold them all."""
    wanted = fold(words).split()
    groups: list[tuple[str, list[Line]]] = []
    for group in Group:
        lines = [
            Line(page, settings)
            for page in pages
            if page.group is group
            and page.may(reader)
            and (settings := [one for one in page.settings(community, reader) if _holds(page, one, wanted)])
        ]
        if lines:
            groups.append((str(group.value), lines))
    return groups


def _holds(page: SettingsPage, setting: Setting, wanted: list[str]) -> bool:
    text = fold(f"{page.label} {setting.label} {setting.value} {setting.words}")
    return all(word in text for word in wanted)
