"""Who is reading, resolved once per request: the spaces they may read and those they look after."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from communities.content.kinds import feature_of
from communities.content.models import Space
from communities.launch.features import open_features, refuse_closed
from communities.memory import Memory
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
    audiences = {Space.Audience.PUBLIC.value}
    if membership is not None:
        audiences.add(Space.Audience.MEMBERS.value)
        if membership.is_staff:
            audiences.add(Space.Audience.TEAM.value)
    spaces = [
        space
        for space in spaces_of(community)
        if space.audience in audiences and feature_of(space) in features
    ]
    ids = tuple(space.pk for space in spaces)
    judges = membership is not None and membership.can_judge
    return Viewer(community.pk, membership.pk if membership else None, ids, ids if judges else ())


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
    return _spaces.get(community.pk)


def readable_spaces(community: Community, viewer: Viewer, kind: str | None = None) -> list[Space]:
    allowed = set(viewer.space_ids)
    return [s for s in spaces_of(community) if s.pk in allowed and (kind is None or s.kind == kind)]


def unfolded(spaces: list[Space], membership: Membership | None) -> list[Space]:
    """What a list of spaces shows: an almost empty one only to the team, who can fill it."""
    staff = membership is not None and membership.is_staff
    return [space for space in spaces if staff or not space.folded]


def _load_spaces(community_id: int) -> list[Space]:
    return list(Space.objects.filter(community_id=community_id, archived=False).order_by("place", "id"))


_spaces: Memory[list[Space]] = Memory(_load_spaces)
