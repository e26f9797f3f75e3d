"""The lists of photographs, and of who is named in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from communities.content.managers import Reader
from communities.scoping import ScopedManager, ScopedQuerySet


class PhotoQuerySet(ScopedQuerySet[Any]):
    def shown(self) -> PhotoQuerySet:
        """Those whose reply can be read, by whoever reads its album."""
        return self.filter(post__state="published", post__position__isnull=False)

    def read_by(self, viewer: Reader) -> PhotoQuerySet:
        """In albums that this reader may open."""
        return self.filter(
            post__thread__state="published",
            post__thread__published_at__isnull=False,
            post__thread__space_id__in=viewer.space_ids,
        )

    def of_posts(self, posts: Iterable[Any]) -> PhotoQuerySet:
        return self.filter(pk__in=[post.pk for post in posts]).select_related("picture")


class LikenessQuerySet(ScopedQuerySet[Any]):
    def named(self) -> LikenessQuerySet:
        """Those who agreed."""
        return self.filter(state="named")

    def of(self, membership_id: int) -> LikenessQuerySet:
        """What somebody has to decide, or has decided; a refusal too, which they can take back."""
        return self.filter(person=membership_id)

    def read_by(self, viewer: Reader) -> LikenessQuerySet:
        """In photographs that this reader can see."""
        return self.filter(
            photo__post__state="published",
            photo__post__thread__state="published",
            photo__post__thread__published_at__isnull=False,
            photo__post__thread__space_id__in=viewer.space_ids,
        )

    def before(self, number: int) -> LikenessQuerySet:
        return self.filter(pk__lt=number)


PhotoManager = ScopedManager.from_queryset(PhotoQuerySet)
LikenessManager = ScopedManager.from_queryset(LikenessQuerySet)
