"""Every address × every role × the other community: who gets what is written in addresses.py."""

from __future__ import annotations

import pytest

from tests.sweeps.addresses import COMMUNITY, PLATFORM
from tests.sweeps.audiences import HIDES, REFUSES, SENDS_TO_SIGN_IN
from tests.sweeps.walking import SESSION_TABLE, acts, reads, routes, visit
from tests.sweeps.world import World

WHERE = {"community": ("config.urls", COMMUNITY), "platform": ("config.platform_urls", PLATFORM)}
JOURNAL = 'INSERT INTO "journal_change"'
EACH = [(where, route) for where, (_urlconf, table) in WHERE.items() for route in table]


@pytest.mark.parametrize("where", WHERE)
def test_every_route_stands_in_the_table(where: str) -> None:
    urlconf, table = WHERE[where]
    known = set(routes(urlconf))
    assert known - set(table) == set(), "say in addresses.py who gets what from these"
    assert set(table) - known == set(), "these are gone: take them out of addresses.py"


@pytest.mark.parametrize(("where", "route"), EACH)
def test_each_role_gets_what_the_table_says(world: World, where: str, route: str) -> None:
    address = WHERE[where][1][route]
    prefix, headers = (world.here.prefix, {}) if where == "community" else ("", {"host": "localhost"})
    path = prefix + address.path(route, world)
    read = reads(world, address, path, headers)
    acted = acts(world, address, path, headers)
    assert [str(v) for v in [*read, *acted] if v.got != v.expected] == []
    for seen in read:
        allowed = () if seen.role == "visitor" else (SESSION_TABLE,)
        wrote = [sql for sql in seen.writes if not any(name in sql for name in allowed)]
        assert wrote == [], f"{seen.path} writes when read as {seen.role}"
    refused = [v for v in acted if v.got in (REFUSES, HIDES, SENDS_TO_SIGN_IN)]
    # A line about it in the journal (`tests/communities/journal/test_refusals.py`), and nothing else.
    kept = (SESSION_TABLE, JOURNAL)
    assert [str(v) for v in refused if any(not any(name in sql for name in kept) for sql in v.writes)] == []


@pytest.mark.parametrize("route", [route for route, address in COMMUNITY.items() if address.names_things])
def test_things_of_another_community_do_not_exist(world: World, route: str) -> None:
    """Its owner asks for our things under its own address; nobody finds them there, by reading or acting."""
    address = COMMUNITY[route]
    path = world.elsewhere.prefix + address.path(route, world)
    seen = [visit(world, role, "GET", path, address.foreign) for role in ("foreigner", "visitor", "owner")]
    if address.post is not None:
        seen.append(visit(world, "foreigner", "POST", path, address.foreign, address.fields(world)))
    hidden = [v for v in seen if v.got == address.foreign]
    # A visitor of a page for members is sent away before anything is looked up.
    others = [
        v
        for v in seen
        if v.got != address.foreign and v.role == "foreigner" and v.response.status_code != 405
    ]
    assert others == [], [str(v) for v in others]
    assert hidden or address.post is not None
