"""What readers find on the home page today, block by block: told to its owner, with what to do where nothing is new."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities import homepage
from communities.content.viewers import viewer_for
from communities.homepage import Block, Section, Visit, offered, quiet_blocks
from communities.launch.features import open_features
from communities.launch.previewing import Preview, membership_as
from communities.models import Community, Membership


class State(enum.Enum):
    """How a block stands for a reader. Its value is what the owner is told."""

    FRESH = gettext_lazy("has something new")
    FILLED = gettext_lazy("quiet: the latest from all spaces is shown in its place")
    QUIET = gettext_lazy("quiet, and nothing else is new")
    NOTHING = gettext_lazy("nothing to show")


@dataclass(frozen=True)
class Told:
    """What the owner reads beside a block: how it stands for whom, what to do, and where that is done."""

    words: str
    todo: Promise | str
    url: str


def told_states(community: Community, reader: Membership) -> dict[str, Told]:
    """The blocks in which visitors or members find nothing new, by name. `reader` looks as a member without a role."""
    as_member = membership_as(reader, community, Preview(0, 0, "", "member"))
    visitors, members = states_for(community, None), states_for(community, as_member)
    told = {}
    for block in homepage.blocks:
        states = visitors.get(block.name), members.get(block.name)
        if any(state not in (None, State.FRESH) for state in states):
            told[block.name] = _told(block, *states)
    return told


def states_for(community: Community, membership: Membership | None) -> dict[str, State]:
    """How each block that is offered to somebody stands, by name; not those that may be left out in the end."""
    viewer = viewer_for(community, membership)
    visit = Visit(community, viewer, open_features(community, membership), membership)
    arrangement = homepage.arrangement_of(community)
    visit.sections = offered(homepage.sections, visit.features, visit.reader, arrangement)
    blocks: dict[str, list[Section]] = {}
    for section in visit.sections:
        if section.block and section.fills:
            blocks.setdefault(section.block, []).append(section)
    quiet = quiet_blocks(visit)
    home = homepage.compose(homepage.sections, visit)
    shown = [one.section for area in home.areas.values() for one in area]
    return {name: _state(parts, shown, visit, is_quiet=name in quiet) for name, parts in blocks.items()}


def _state(parts: list[Section], shown: list[Section], visit: Visit, *, is_quiet: bool) -> State:
    block = parts[0].block
    if any(section.block == block and section.is_stand_in for section in shown):
        return State.FILLED
    # A frame, or an invitation to write, is nothing to read.
    sources = [part for part in parts if part.stand_ins and part.has_source(visit)]
    if not any(part in shown for part in parts) or (
        sources and not any(part.threads(visit) for part in sources)
    ):
        return State.NOTHING
    return State.QUIET if is_quiet else State.FRESH


def _told(block: Block, visitors: State | None, members: State | None) -> Told:
    if visitors == members or visitors is None or members is None:
        state = visitors or members
        words = str(state.value) if state is not None else ""
        words = words[:1].upper() + words[1:]
    else:
        words = _("For visitors: %(visitors)s. For members: %(members)s.") % {
            "visitors": visitors.value,
            "members": members.value,
        }
    url = block.way if block.way.startswith("#") or not block.way else reverse(block.way)
    return Told(words, block.lacking, url)
