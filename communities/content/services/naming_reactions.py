"""The team chooses which reactions there are, and names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from communities.content.exceptions import ContentError
from communities.content.models import Reaction
from communities.content.permissions import can_name_reactions
from communities.content.reactions import LONGEST_NAME, MOST
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community
from members.signs import cut


@transaction.atomic
def name_reactions(
    community: Community, *, by: Membership, offered: Sequence[str], names: Mapping[str, Mapping[str, str]]
) -> Community:
    """Offer these kinds under every text, in this order; none: the two that suit each text. `names` are by kind and
    language, those left out have the usual word. Reactions that were given are kept and go on showing.

    Raises NotAllowed, ContentError for more than four or an unknown kind.
    """
    if not can_name_reactions(by):
        raise NotAllowed
    kinds = list(dict.fromkeys(offered))
    if len(kinds) > MOST or not set(kinds) <= set(Reaction.Kind.values):
        raise ContentError(_("Four reactions at most: more are not read."))
    fresh = locked_community(community)
    former = fresh.settings.get("reactions", {})
    kept = {
        "offered": kinds,
        "names": {
            kind: worded
            for kind, words in names.items()
            if (
                worded := {
                    code: cut(one_line(word), LONGEST_NAME) for code, word in words.items() if one_line(word)
                }
            )
        },
    }
    fresh.settings = {**fresh.settings, "reactions": kept}
    fresh.save(update_fields=["settings", "updated_at"])
    record(by, "reactions_named", before={"offered": [], "names": {}} | former, after=kept)
    transaction.on_commit(forget_all)
    return fresh
