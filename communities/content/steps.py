"""The steps of spaces and texts on the checklist from an empty place to a living one."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import KINDS, feature_of
from communities.content.models import Space, Thread
from communities.launch.features import chosen_features
from communities.models import Community
from communities.setup import Check, Step, register_step

# As many empty spaces are named; the rest are counted.
NAMED = 3


def visible_spaces(community: Community) -> list[Space]:
    """The living spaces that anybody but the team will see."""
    chosen = chosen_features(community)
    spaces = Space.objects.filter(archived=False).exclude(audience=Space.Audience.TEAM)
    return [space for space in spaces.in_order() if feature_of(space) in chosen]


def begins_with_a_text(space: Space) -> bool:
    """Whether whoever comes in first should find something in it: not so where members bring all there is."""
    kind = KINDS[space.kind]
    by_switch = any(one.may_wait and space.has(one.name) for one in kind.switches)
    return not by_switch and not all(one.may_wait for one in kind.thread_kinds)


def _spaces(community: Community) -> Check:
    spaces = visible_spaces(community)
    if not spaces:
        return Check(False, gettext("There is no space that members could see."))
    return Check(True, ngettext("%(n)s space", "%(n)s spaces", len(spaces)) % {"n": len(spaces)})


def _texts(community: Community) -> Check:
    spaces = visible_spaces(community)
    filled = set(Thread.objects.published_in(spaces).values_list("space_id", flat=True).distinct())
    empty = [space.name for space in spaces if space.pk not in filled and begins_with_a_text(space)]
    if not spaces:
        return Check(False, gettext("There is no space to write in."))
    if not empty:
        return Check(True, gettext("Each space that begins with a text has one"))
    names = ", ".join(empty[:NAMED])
    if len(empty) > NAMED:
        more = len(empty) - NAMED
        others = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
        names = f"{names} {others}"
    return Check(
        False, ngettext("%(names)s is empty.", "%(names)s are empty.", len(empty)) % {"names": names}
    )


def register() -> None:
    register_step(Step("spaces", _("Spaces"), _("Add a space"), "console:list-spaces", 40, True, _spaces))
    register_step(
        Step(
            "first_texts",
            _("First texts"),
            _("Read and publish"),
            "console:publish-first-texts",
            50,
            True,
            _texts,
        )
    )
