"""The overview of the settings: what each is set to, and finding one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from communities.journal.reading import Changes, journal_page
from communities.journal.sources import Line as JournalLine
from communities.journal.sources import Wanted
from communities.letters import fold
from communities.models import Community, Membership
from communities.setup import Group, Setting, SettingsPage, pages

# Present values in one line of the overview, and the latest changes under it.
SHOWN, CHANGES = 4, 3


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
    def shown(self) -> Sequence[Setting]:
        """As many as one line holds; those that lack something before all."""
        return sorted(self.settings, key=lambda one: not one.missing)[:SHOWN]

    @property
    def missing(self) -> bool:
        return any(setting.missing for setting in self.settings)

    @property
    def words(self) -> str:
        """What the search in the browser looks through beside what is read."""
        return " ".join(f"{setting.label} {setting.words}" for setting in self.settings)


def last_changes(reader: Membership) -> list[JournalLine]:
    """What the team changed lately."""
    return journal_page(reader, Wanted(act=Changes.name), size=CHANGES).lines


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
