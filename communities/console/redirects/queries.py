"""What the page of the redirects shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import Resolver404, resolve
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from communities.console.redirects.forms import path_within
from communities.content.models import Redirect
from communities.content.queries import forms_of
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Community, Membership
from communities.setup import Setting

NEWEST = Keyset(("pk", NUMBER), size=50)


@dataclass(frozen=True)
class Trial:
    """Where an old address leads: to a page by a redirect, to an address of this place, or nowhere."""

    address: str
    target: str = ""
    is_page: bool = False
    is_address: bool = True


def redirects_page(*, words: str, after: str) -> Page[Redirect]:
    redirects = Redirect.objects.newest()
    return NEWEST.page_after(redirects.holding(words) if words else redirects, after)


def try_addresses(addresses: Sequence[str]) -> list[Trial]:
    """Each address and where it leads, in one query for all of them."""
    paths = {}
    for address in addresses:
        try:
            paths[address] = path_within(address)
        except ValueError:
            paths[address] = ""
    keys = {key for path in paths.values() for key in forms_of(path)}
    known = dict(Redirect.objects.filter(path__in=keys).values_list("path", "target"))
    return [_trial(address, paths[address], known) for address in addresses]


def _trial(address: str, path: str, known: dict[str, str]) -> Trial:
    if not path:
        return Trial(address, is_address=False)
    target = next((known[key] for key in forms_of(path) if key in known), "")
    return Trial(address, target, is_page=not target and _is_page(path))


def _is_page(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def settings_of(community: Community, reader: Membership) -> Sequence[Setting]:
    count = Redirect.objects.count()
    value = ngettext("%(number)s former address", "%(number)s former addresses", count)
    return [
        Setting(
            gettext("Redirects"),
            value % {"number": number_format(count)},
            words=gettext("old address link 301 moved"),
        )
    ]
