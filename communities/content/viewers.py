"""Who is reading, resolved once per request: the spaces they may read and those they look after."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from communities.content import audiences
from communities.content.kinds import feature_of
from communities.content.models import Space
from communities.launch.features import open_features, people_let_in, refuse_closed
from communities.models import Community, Membership


@dataclass(frozen=True)
class Viewer:
    """What the one visibility rule needs to know. Ids only: never a join to Space in a content query."""

    community_id: int
    membership_id: int | None
    space_ids: tuple[int, ...]
    staff_space_ids: tuple[int, ...] = ()

    @property
    def is_member(self) -> bool:
        return self.membership_id is not None

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_space_ids)


def refuse_closed_space(by: Membership, space: Space) -> None:
    """Raises FeatureClosed when this kind of space does not exist (yet) for the person who acts."""
    refuse_closed(by, feature_of(space))


def viewer_for(community: Community, membership: Membership | None) -> Viewer:
    """The viewer for a person; needs the community's scope."""
    features = open_features(community, membership)
    living = spaces_of(community)
    if membership is None:
        return _visitor(community, features, living)
    open_spaces = [space.id for space in living if feature_of(space) in features]
    reach = audiences.reach_of(membership, living)
    return Viewer(
        community.pk,
        membership.pk,
        tuple(pk for pk in open_spaces if pk in reach.readable),
        tuple(pk for pk in open_spaces if pk in reach.looked_after),
    )


def _visitor(community: Community, features: frozenset[str], living: list[Space]) -> Viewer:
    """Everybody’s: one and the same for all visitors as long as these spaces are remembered, so that what they may read
    is sorted once and not for each of them."""
    known: tuple[list[Space], frozenset[str], Viewer] | None = community.__dict__.get("_visitor")
    if known is None or known[0] is not living or known[1] != features:
        public = audiences.public_spaces(living)
        seen = [space.id for space in living if space.id in public and feature_of(space) in features]
        known = community.__dict__["_visitor"] = (living, features, Viewer(community.pk, None, tuple(seen)))
    return known[2]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of this request, resolved once."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        viewer = viewer_for(request.community, request.membership)  # type: ignore[attr-defined]
        request.viewer = viewer  # type: ignore[attr-defined]
    return viewer


def public_viewer(community: Community) -> Viewer:
    """What everybody may see: feeds, sitemaps, share images."""
    return viewer_for(community, None)


def spaces_of(community: Community) -> list[Space]:
    """The community's living spaces in order, remembered for a second."""
    return audiences.spaces_of(community.pk)


def people_who_read(space: Space, people: list[int]) -> list[int]:
    """Those of these members who may read a space: the twin of `viewer_for` for jobs that tell many."""
    feature = feature_of(space)
    inside = people_let_in(people, community_id=space.community_id, feature=feature)
    readers = audiences.readers_among(space, inside)
    return [pk for pk in inside if pk in readers]


def readable_spaces(community: Community, viewer: Viewer, kind: str | None = None) -> list[Space]:
    living = spaces_of(community)
    # Asked by each package that has a place in the frame: sorted once for the reader, as long as the spaces are the
    # same.
    known: tuple[list[Space], dict[str | None, list[Space]]] | None = viewer.__dict__.get("_readable")
    if known is None or known[0] is not living:
        known = viewer.__dict__["_readable"] = (living, _by_kind(living, set(viewer.space_ids)))
    return list(known[1].get(kind, ()))


def _by_kind(living: list[Space], allowed: set[int]) -> dict[str | None, list[Space]]:
    """The spaces that are allowed, by kind, and all of them under None."""
    found: dict[str | None, list[Space]] = {None: [space for space in living if space.id in allowed]}
    for space in found[None]:
        found.setdefault(space.kind, []).append(space)
    return found


def unfolded(spaces: list[Space], membership: Membership | None) -> list[Space]:
    """The spaces of a list: almost empty ones are shown only to the team, who can fill them."""
    staff = membership is not None and membership.is_staff
    return [
        space for space in spaces if staff or not space.folded or audiences.looks_after(membership, space.pk)
    ]
