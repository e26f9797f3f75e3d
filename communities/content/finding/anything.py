"""What somebody can go to from the keys: pages of their menus, spaces, and, with words, threads and people."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from communities.content.finding.beside import found_beside
from communities.content.finding.searching import similar_threads
from communities.content.nesting import name_behind
from communities.content.viewers import readable_spaces, unfolded, viewer_of
from communities.launch.features import open_features
from communities.letters import fold
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.navigation import Frame
from communities.queries import people_named
from communities.setup import rail_for

LONGEST = 80
# Threads are looked for by titles like what is typed: fewer letters are like everything.
LEAST = 2
MOST_PAGES, MOST_SPACES, MOST_FOUND = 12, 6, 5

Entry = dict[str, str]


def find_anything(request: CommunityRequest, typed: str, *, look_up: bool) -> list[dict[str, Any]]:
    """Groups of entries with label and address; an empty one is left out. `look_up`: threads and people, too."""
    words = typed.strip()[:LONGEST].replace("\x00", "")
    groups = [(_("Pages"), _pages(request, words)), (_("Spaces"), _spaces(request, words))]
    if look_up and len(words) >= LEAST:
        groups += [(_("Threads"), _threads(request, words)), (_("People"), _people(request, words))]
        groups += _beside(request, words)
    return [{"label": label, "entries": entries} for label, entries in groups if entries]


def _matching(entries: list[Entry], words: str, most: int) -> list[Entry]:
    """Those whose label holds every word; names that begin with the first of them stand first."""
    wanted = fold(words).split()
    found = [entry for entry in entries if all(word in fold(entry["label"]) for word in wanted)]
    if wanted:
        found.sort(key=lambda entry: not fold(entry["label"]).startswith(wanted[0]))
    return found[:most]


def _pages(request: CommunityRequest, words: str) -> list[Entry]:
    features = open_features(request.community, request.membership)
    frame = Frame(request, request.community, request.membership, features)
    shown = [*frame.menu, *frame.more, *frame.acts, *frame.desk, *frame.account, *frame.foot]
    entries = {place.url: str(place.label) for place in shown if not place.outside}
    if request.membership is not None and words:
        settings = _("Settings")
        for group in rail_for(request, request.membership):
            # Those that stand at the desk as well keep the name that they have there.
            entries = {page.url: f"{settings} › {page.label}" for page in group.pages} | entries
    return _matching([{"label": label, "url": url} for url, label in entries.items()], words, MOST_PAGES)


def _spaces(request: CommunityRequest, words: str) -> list[Entry]:
    viewer = viewer_of(request)
    spaces = unfolded(readable_spaces(request.community, viewer), request.membership)
    entries = [
        {"label": name_behind(space, viewer.space_ids), "url": space.get_absolute_url()} for space in spaces
    ]
    return _matching(entries, words, MOST_SPACES)


def _threads(request: CommunityRequest, words: str) -> list[Entry]:
    found = similar_threads(request.community, viewer_of(request), words)[:MOST_FOUND]
    return [
        {"label": Truncator(thread.title).chars(LONGEST), "url": thread.get_absolute_url()}
        for thread in found
    ]


def _beside(request: CommunityRequest, words: str) -> list[tuple[str, list[Entry]]]:
    features = open_features(request.community, request.membership)
    found = found_beside(request.community, viewer_of(request), words, features)
    return [
        (str(group.label), [{"label": label, "url": url} for label, url in group.links]) for group in found
    ]


def _people(request: CommunityRequest, words: str) -> list[Entry]:
    """For members only, as everywhere, and where members have pages."""
    features = open_features(request.community, request.membership)
    if request.membership is None or "member_pages" not in features:
        return []
    found = Membership.objects.shown().named_like(words, people_named(words)).most_active()[:MOST_FOUND]
    return [
        {
            "label": f"{person.display_name} · @{person.handle}",
            "url": reverse("people:show-member", args=[person.handle]),
        }
        for person in found
    ]
