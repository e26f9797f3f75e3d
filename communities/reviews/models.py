"""What is reviewed, and what a review has beyond its thread."""

from __future__ import annotations

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Space, State, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.letters import fold
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, KEEP, Personal

# The names that rows of spaces and of threads carry.
REVIEWS, REVIEW = "reviews", "review"
# What a review says beside its title and text, in words that people read.
WORDS = ("pros", "cons")
BEST = 5
LONGEST_POINT, MOST_POINTS = 140, 5
# A text of which nothing can be read any more makes room for another review of the same thing.
GONE = (State.DELETED, State.REMOVED, State.PURGED)


class ThingQuerySet(ScopedQuerySet["Thing"]):
    def in_spaces(self, space_ids: tuple[int, ...] | list[int]) -> ThingQuerySet:
        return self.filter(space_id__in=space_ids)

    def called(self, words: str, named: list[int] | None) -> ThingQuerySet:
        """Those with these words in their name, or in the place where they are, without regard to accents and case.
        `named` is what `queries.things_named` says of the words."""
        if named is not None:
            return self.filter(pk__in=named)
        names = {
            field: models.Func(models.F(field), function="public.f_unaccent", output_field=models.TextField())
            for field in ("name", "address")
        }
        told = self.annotate(**{f"folded_{field}": folded for field, folded in names.items()})
        return told.filter(Q(folded_name__contains=fold(words)) | Q(folded_address__contains=fold(words)))

    def newest(self) -> ThingQuerySet:
        return self.order_by("-pk")

    def before(self, number: int) -> ThingQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(pk__lt=number)


ThingManager = ScopedManager.from_queryset(ThingQuerySet)


class Thing(CommunityOwned):
    """A product or a place that members review. `offer` is the short name of an offer, whose link counts clicks; `own`
    says that it is the brand’s own, which search engines ask of places."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("A product")
        PLACE = "place", _("A place")

    space = OwnedForeignKey(Space, models.CASCADE, related_name="+")
    slug = models.CharField(max_length=80)
    kind = models.CharField(_("what it is"), max_length=7, choices=Kind, default=Kind.PRODUCT)
    name = models.CharField(_("name"), max_length=120)
    about = models.CharField(_("in one sentence"), max_length=300, blank=True)
    address = models.CharField(_("where it is"), max_length=200, blank=True)
    offer = models.CharField(_("offer"), max_length=63, blank=True)
    own = models.BooleanField(_("the brand’s own"), default=True)
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    picture_width = models.PositiveIntegerField(default=0)
    picture_height = models.PositiveIntegerField(default=0)
    picture_renditions = models.JSONField(default=list, blank=True)
    picture_alt = models.CharField(_("description of the picture"), max_length=160, blank=True)
    # Takes no more reviews; those that are there stay.
    closed = models.BooleanField(_("closed to new reviews"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ThingManager()

    class Meta:
        verbose_name = _("thing reviewed")
        verbose_name_plural = _("things reviewed")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="thing_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="thing_slug_once"),
            models.CheckConstraint(condition=Q(kind__in=["product", "place"]), name="thing_kind"),
            models.CheckConstraint(condition=Q(kind="place") | Q(address=""), name="thing_address"),
        ]
        indexes = [models.Index(fields=["space", "-id"], name="thing_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_place(self) -> bool:
        return self.kind == self.Kind.PLACE

    @property
    def picture_paths(self) -> list[str]:
        """Every stored file of the picture."""
        return [path for _width, path in self.picture_renditions] + ([self.picture] if self.picture else [])


class Review(CommunityOwned):
    """What a review has beyond its thread. Of one person a thing has one that stands; one whose text has gone is
    `replaced` by the next, and neither listed nor counted even if its text comes back."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="review")
    thing = OwnedForeignKey(Thing, models.CASCADE, related_name="reviews")
    reviewer = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    rating = models.PositiveSmallIntegerField(
        _("rating"), validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    pros = models.TextField(_("for"), blank=True)
    cons = models.TextField(_("against"), blank=True)
    # Any day of the month in which it was used or visited; pages say the month.
    experienced_on = models.DateField(_("date of the experience"))
    # Whether it was had for nothing, or for an advantage: said with the review, which then counts in no figure.
    counterpart = models.BooleanField(_("received free or for a benefit"), default=False)
    order_number = models.CharField(_("order number"), max_length=80, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    replaced = models.BooleanField(default=False)
    # The space in which it can be read, None while it is nowhere: kept by the database beside each change of its
    # thread, so that figures are counted without a look at threads.
    shown_in = models.BigIntegerField(null=True, blank=True, editable=False)
    # The reply in which the brand answers.
    answer = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")

    personal = (
        Personal(
            "reviewer",
            KEEP,
            with_texts=DETACH,
            why="What others have read stays counted; it leads to nobody once its person is gone. The leaver chooses "
            "whether its words stay.",
        ),
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="review_owned"),
            models.UniqueConstraint(
                fields=["thing", "reviewer"], condition=Q(replaced=False), name="review_once"
            ),
            models.UniqueConstraint(
                fields=["community", "thing", "order_number"],
                condition=~Q(order_number="") & Q(replaced=False),
                name="review_order_once",
            ),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=BEST), name="review_rating"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | ~Q(order_number=""), name="review_verified"
            ),
        ]
        indexes = [
            models.Index(fields=["thing", "-thread"], name="review_newest"),
            models.Index(fields=["thing", "rating", "-thread"], name="review_by_rating"),
            models.Index(
                fields=["thing", "-thread"],
                name="review_newest_verified",
                condition=Q(verified_at__isnull=False),
            ),
            models.Index(
                fields=["thing", "shown_in", "counterpart", "rating"],
                include=["community", "verified_at"],
                name="review_counted",
                condition=Q(replaced=False),
            ),
            models.Index(fields=["reviewer"], name="review_by", condition=Q(reviewer__isnull=False)),
            models.Index(fields=["answer"], name="review_answer", condition=Q(answer__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.thing_id}"

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def points_for(self) -> list[str]:
        return self.pros.splitlines()

    @property
    def points_against(self) -> list[str]:
        return self.cons.splitlines()

    @property
    def month(self) -> datetime.date:
        return self.experienced_on.replace(day=1)


def review_of(thread: Thread) -> Review | None:
    """None for a thread that reviews nothing: one that was moved here."""
    return getattr(thread, "review", None)
