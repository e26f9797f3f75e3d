"""Handles: which are free, which nobody takes, and one made of a name."""

from __future__ import annotations

import re
from itertools import product

from communities.letters import fold, plain
from communities.models import FormerHandle, Membership
from communities.queries import communities_by_id
from communities.scoping import active_community_id

# Words that are addresses under /members/, or that would pass for the team or the software, in our languages.
_TAKEN_WORDS = """
    suggest new me all feed everyone everybody here channel
    team staff admin admins administrator administrators administration moderator moderators moderation mod mods
    owner owners manager managers support system help helpdesk info contact security abuse root postmaster webmaster
    noreply official bot anonymous null undefined
    equipe administrateur administrateurs administratrice moderateur moderateurs moderatrice aide assistance
    systeme animateur animatrice proprietaire officiel tous
"""
FORMER = "former-"
# Signs that are drawn like others, apart from those that `fold` knows; what one sign may stand for, all of it is tried.
_DRAWN = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"} | dict(
    zip("ɑɡɩօոսհցզᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", "agionuhgqabcdeghijklmnoprtuvwyz", strict=True)
)
_MOST_DOUBTS = 4


def looks_of(handle: str) -> set[str]:
    """What a handle may be read as: without separators, look-alikes as what they are drawn like."""
    # A capital i stands for an l in many typefaces.
    written = {fold(handle), fold(re.sub(r"(?<=[a-z])I|I(?=[a-z])", "l", handle))}
    looks: set[str] = set()
    for word in written:
        bare = re.sub(r"[-_.]", "", word)
        doubtful = sum(len(_DRAWN.get(sign, sign)) > 1 for sign in bare)
        choices = [
            _DRAWN.get(sign, sign) if doubtful <= _MOST_DOUBTS else _DRAWN.get(sign, sign)[0] for sign in bare
        ]
        for signs in product(*choices):
            look = "".join(signs)
            looks |= {bare, look, look.replace("rn", "m").replace("vv", "w")}
    return looks


RESERVED = frozenset(_TAKEN_WORDS.split())


def is_reserved(handle: str, *, as_team: bool = False) -> bool:
    """Whether nobody may be called so: words of the team, and, outside it, the community’s own name."""
    looks = looks_of(handle)
    if fold(handle).startswith(FORMER) or not RESERVED.isdisjoint(looks):
        return True
    community = communities_by_id.get(active_community_id())
    if as_team or community is None:
        return False
    names = {re.sub(r"[\W_]", "", fold(name)) for name in (community.name, community.slug)}
    return not names.isdisjoint(looks)


def is_free(handle: str, *, own: Membership | None = None, as_team: bool = False) -> bool:
    """Whether somebody may take a handle: no one has it, had it, or may have it. `own` is who keeps or takes it."""
    key = fold(handle)
    if own is not None and own.pk and own.handle_key == key:
        return True
    as_team = as_team or (own is not None and own.is_staff)
    others = Membership.objects.filter(handle_key=key)
    if own is not None and own.pk:
        others = others.exclude(pk=own.pk)
    return not (
        is_reserved(handle, as_team=as_team)
        or others.exists()
        or FormerHandle.objects.of_another(handle, own).exists()
    )


def free_handle(name: str, *, as_team: bool = False) -> str:
    """A free handle derived from a name: "Ines Leroux" becomes ines-leroux, then ines-leroux-2."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:32].strip("-") or "member"
    if base.startswith(FORMER):
        base = "member"
    taken = set(Membership.objects.filter(handle_key__startswith=base).values_list("handle_key", flat=True))
    number = 1
    candidate = base
    while (
        candidate in taken
        or is_reserved(candidate, as_team=as_team)
        or FormerHandle.objects.of(candidate).exists()
    ):
        number += 1
        candidate = f"{base}-{number}"
    return candidate
