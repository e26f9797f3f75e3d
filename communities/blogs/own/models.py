"""Somebody’s own blog, and who follows it. Its articles are those that its owner has started in its space."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.models import Space, Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.navigation import address_of
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, Personal

LONGEST_NAME, LONGEST_ABOUT = 80, 600  # characters


class OwnBlogQuerySet(ScopedQuerySet["OwnBlog"]):
    def shown_in(self, spaces: list[Space]) -> OwnBlogQuerySet:
        """Those in these spaces whose owner is here."""
        here = self.filter(space_id__in=[space.pk for space in spaces])
        return here.filter(owner__status=Membership.Status.ACTIVE).select_related("owner")

    def newest(self) -> OwnBlogQuerySet:
        return self.order_by("-pk")

    def before(self, number: int) -> OwnBlogQuerySet:
        """The next page of `newest`."""
        return self.filter(pk__lt=number)


OwnBlogManager = ScopedManager.from_queryset(OwnBlogQuerySet)


class OwnBlog(CommunityOwned):
    """What one member’s blog says of itself, and how it looks. Its address is the handle of its owner."""

    class Band(models.TextChoices):
        TINT = "tint", _("Tinted")
        PAPER = "paper", _("Paper")
        DEEP = "deep", _("The colour of the place")

    space = OwnedForeignKey(Space, models.CASCADE, related_name="own_blogs")
    owner = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    # Empty: it is called after its owner.
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    about = models.TextField(_("what it is about"), max_length=LONGEST_ABOUT, blank=True)
    language = models.CharField(max_length=8)
    band = models.CharField(_("head"), max_length=5, choices=Band, default=Band.TINT)
    drawing = models.CharField(_("drawing"), max_length=40, blank=True)
    pinned = OwnedForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OwnBlogManager()

    personal = (
        Personal(
            "owner",
            DELETE,
            exported_as="own_blogs",
            why="Name and words of a blog go with whoever kept it; what becomes of its articles is asked of them.",
        ),
    )

    class Meta:
        verbose_name = _("own blog")
        verbose_name_plural = _("own blogs")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="own_blog_owned"),
            models.UniqueConstraint(fields=["owner"], name="own_blog_once"),
            models.CheckConstraint(condition=Q(band__in=["tint", "paper", "deep"]), name="own_blog_band"),
        ]
        indexes = [
            models.Index(fields=["space", "-id"], name="own_blog_newest"),
            models.Index(fields=["pinned"], name="own_blog_pinned", condition=Q(pinned__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name, or that of its owner: a blog begins without a name."""
        return self.name or gettext("Blog by %(name)s") % {"name": self.owner.display_name}

    def get_absolute_url(self) -> str:
        return address_of("blogs:show-own-blog", self.owner.handle)


class BlogFollower(CommunityOwned):
    """A member who is told of each new article of one blog."""

    blog = OwnedForeignKey(OwnBlog, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="blogs_followed",
            why="Nobody is told anything once they are gone.",
        ),
    )

    class Meta:
        verbose_name = _("follower of a blog")
        verbose_name_plural = _("followers of blogs")
        constraints = [
            models.UniqueConstraint(fields=["blog", "membership"], name="blog_follower_once"),
        ]
        indexes = [models.Index(fields=["membership"], name="blog_follower_of")]

    def __str__(self) -> str:
        return f"{self.membership_id} of {self.blog_id}"
