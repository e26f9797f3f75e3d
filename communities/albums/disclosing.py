"""What is kept of people who are named in photographs, and how long; what whoever adds them takes away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.albums.models import Photo
from communities.albums.permissions import FEATURE
from communities.disclosures import Kept, Taken, kept, taken
from communities.launch.features import chosen_features
from communities.models import Community, Membership

READ = 500


def photographs_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """Whose each photograph is that somebody has added, and what they let others do with it; captions are with their
    replies, files with their pictures."""
    photos = Photo.objects.filter(post__author=membership).order_by("pk")
    names = ("picture_id", "photographer", "licence", "assured_at", "may_download")
    for album, *said in photos.values_list("post__thread__title", *names).iterator(chunk_size=READ):
        yield {"album": album, **dict(zip(names, said, strict=True))}


def has_photographs(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    what = _("in which photographs you are named, who asked you, and what you answered")
    until = _("until you leave, or the photograph goes")
    kept.register(Kept("likenesses", what, until, 13, has_photographs))
    rights = _("who took the photographs that you added, and their rights")
    taken.register(Taken("photographs", rights, photographs_of))
