"""Out of one installation and into another: nothing is lost. The oracle is the second export, line by line."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from communities.archive.coming.bringing import import_archive
from communities.console.place.erasing import erase_community
from communities.models import Community, Membership
from communities.scoping import community_scope
from members.models import Member
from tests.communities.archive.conftest import exported, tables_of
from tests.sweeps.world import World

# What the way itself writes into the journal there.
ON_THE_WAY = ("community_arrived", "export_asked")


def erased(community: Community) -> None:
    """As thirty days after its owner wanted it gone: another installation knows nothing of it."""
    Community.objects.filter(pk=community.pk).update(
        state="read_only", deletes_at=timezone.now() - datetime.timedelta(minutes=1)
    )
    assert erase_community(Community.objects.get(pk=community.pk))[1]


@pytest.mark.slow
def test_every_line_comes_back(world: World, archive: Path) -> None:
    before = tables_of(archive)
    assert [name for name, rows in before.items() if not rows] == []
    people = {row["email"] for row in before["accounts"]}
    erased(world.here.community)
    Member.objects.filter(email__in=people).delete()

    arrival = import_archive(archive)

    assert arrival.community is not None
    assert not arrival.renumbered
    assert arrival.accounts.made == len(people)
    with community_scope(arrival.community):
        owner = Membership.objects.get(handle=world.here.owner.handle)
    after = tables_of(exported(arrival.community, owner))
    _take_out_the_way(before), _take_out_the_way(after)
    assert after.keys() == before.keys()
    for name, rows in before.items():
        assert after[name] == rows, name


def _take_out_the_way(tables: dict[str, list[dict[str, Any]]]) -> None:
    lines = tables["journal.change"]
    tables["journal.change"] = [line for line in lines if line["act"] not in ON_THE_WAY]
