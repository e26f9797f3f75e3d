"""Spaces, and who may write in them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.managers import SpaceManager
from communities.content.models.declared import (
    ALL_MEMBERS,
    CIRCLES,
    KINDS,
    THREAD_KINDS,
    of_those_within,
    reading_circles,
    replying_circles,
    space_kinds,
    starting_circles,
)
from communities.fields import OwnedForeignKey
from communities.models import Membership, slug_rule
from communities.scoping import CommunityOwned
from communities.theming.first_colours import class_of
from members.personal import DELETE, Personal


class Space(CommunityOwned):
    """A part of a community with rules of its own: who reads, who writes, how it is moderated."""

    class Audience(models.TextChoices):
        """Circles that the code names; others join the registry without a word here."""

        PUBLIC = "public"
        MEMBERS = "members"
        TEAM = "team"

    class Posting(models.TextChoices):
        MEMBERS = "members"
        AUTHORS = "authors"
        TEAM = "team"

    kind = models.CharField(_("kind"), max_length=8, choices=space_kinds)
    slug = models.CharField(_("address"), max_length=80, validators=[slug_rule])
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=600, blank=True)
    prompt = models.CharField(_("invitation to write"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    drawing = models.CharField(_("drawing"), max_length=40, blank=True)
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    # Names of circles. One that nobody has registered lets nobody in.
    audience = models.CharField(
        _("who may read"), max_length=8, choices=reading_circles, default=Audience.PUBLIC
    )
    posting = models.CharField(
        _("who may start threads"), max_length=8, choices=starting_circles, default=Posting.MEMBERS
    )
    replying = models.CharField(
        _("who may reply"), max_length=8, choices=replying_circles, default=Posting.MEMBERS
    )
    # Which roles, which value of which field: what each of the three circles means here, by the name of the right.
    let_in = models.JSONField(_("whom exactly"), default=dict, blank=True)
    mode = models.CharField(
        _("moderation"), max_length=8, blank=True, help_text=_("Empty: same as the community.")
    )
    asks = models.BooleanField(_("threads are questions"), default=False)
    # The space that it stands in, which bounds who reads it. One of its kind, which stands in none itself: the
    # database sees to both (`migrations/0002_walls.py`).
    parent = OwnedForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveSmallIntegerField(pgettext_lazy("of a list", "order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)
    settings = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    authors = models.ManyToManyField(Membership, through="SpaceAuthor", related_name="+", blank=True)

    objects = SpaceManager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="space_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="space_slug_once"),
        ]
        indexes = [
            models.Index(
                fields=["community", "parent"], condition=models.Q(parent__isnull=False), name="space_within"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """Raises KeyError for a space of a kind that nobody has declared."""
        if self._state.adding:
            KINDS[self.kind]
        super().save(**options)

    @property
    def minimum(self) -> int:
        """The number of threads it must have to be listed while a launch is in progress."""
        return int(self.settings.get("minimum", KINDS[self.kind].minimum))

    @property
    def quiet_days(self) -> int:
        """After so many days without a text it is folded, launch or not; 0: never."""
        return int(self.settings.get("quiet_days") or 0)

    @property
    def folded(self) -> bool:
        """Whether it is left out of the lists for now, because it is almost empty; what it holds stays readable."""
        return bool(self.settings.get("folded"))

    @property
    def starts(self) -> tuple[str, ...]:
        """The thread kinds that may be started in it; all that its kind offers where it chooses none."""
        offered = [kind for kind in KINDS[self.kind].thread_kinds if kind.offered]
        if self.asks:
            return tuple(kind.name for kind in offered if kind.asks)
        chosen = self.settings.get("starts") or ()
        return tuple(kind.name for kind in offered if not chosen or kind.name in chosen)

    def takes(self, thread_kind: str) -> bool:
        """Whether a thread of this kind may be started in it; what no form offers is not its choice."""
        chosen = self.settings.get("starts")
        return not chosen or thread_kind in chosen or not THREAD_KINDS[thread_kind].offered

    def has(self, switch: str) -> bool:
        """Whether a switch of its kind is on."""
        return switch in (self.settings.get("switches") or ())

    @property
    def required_tags(self) -> tuple[str, ...]:
        """Words of which each thread carries at least one; empty: tags are free."""
        return tuple(self.settings.get("required_tags") or ())

    @property
    def slow_minutes(self) -> int:
        """In each of its threads everybody replies once in so many minutes; 0: as often as they like."""
        return int(self.settings.get("slow_minutes") or 0)

    @property
    def template(self) -> str:
        """What the text of a new thread begins with, as it is typed; empty: with nothing."""
        return str(self.settings.get("template") or "")

    @property
    def order(self) -> str:
        """How its list is sorted: a name of its kind’s `orders`, the first of them where it chooses none."""
        orders = KINDS[self.kind].orders
        chosen = str(self.settings.get("order", ""))
        return chosen if chosen in orders else next(iter(orders), "")

    def said(self, right: str) -> dict[str, Any]:
        """What the circle of a right means here: {"roles": […]}, or {"field": …, "options": […]}."""
        return dict(self.let_in.get(right) or {})

    def whom(self, right: str) -> str:
        """Whom it means by a right, in words: “Members”, “The team”."""
        circle = self.circle(right)
        return circle.words(self.said(right)) if circle is not None else ""

    @property
    def readers(self) -> str:
        """As `content.readers` words it, but of one that is put away, too."""
        own = self.whom("read")
        return own if self.parent is None or self.parent.audience in ALL_MEMBERS else of_those_within(own)

    @property
    def starters(self) -> str:
        return self.whom("start")

    @property
    def repliers(self) -> str:
        return self.whom("reply")

    def circle(self, right: str) -> Any:
        """The circle that has a right (read, start, reply); None where nobody registered it."""
        names = {"read": self.audience, "start": self.posting, "reply": self.replying}
        return CIRCLES.get(names[right])

    @property
    def full_name(self) -> str:
        """Its name behind that of the space it stands in: on pages of those who read all spaces, and in archives. For
        others: `content.nesting.name_behind`."""
        return f"{self.parent.name} › {self.name}" if self.parent is not None else self.name

    def get_absolute_url(self) -> str:
        address: str = KINDS[self.kind].space_url(self)
        return address

    @property
    def focal_x(self) -> int:
        """The point of its picture that stays visible however it is cut, in percent from the left."""
        return int(self.settings.get("focal_x", 50))

    @property
    def focal_y(self) -> int:
        """The same from the top."""
        return int(self.settings.get("focal_y", 50))

    @property
    def framing(self) -> str:
        """The classes of its picture: the point that stays visible, in tenths, and what stands there first."""
        axes = (("x", self.focal_x), ("y", self.focal_y))
        point = [f"focal-{axis}{round(share / 10)}" for axis, share in axes if share != 50]
        return " ".join([*point, class_of(self.picture)]).rstrip()

    @property
    def start_url(self) -> str:
        """Where one begins to write in it."""
        address: str = KINDS[self.kind].start_url(self)
        return address

    @property
    def start_words(self) -> Promise:
        words: Promise = KINDS[self.kind].start_words(self)
        return words


class SpaceAuthor(CommunityOwned):
    """Who may write in a space that names its authors; an editor works on the others’ articles as well."""

    space = OwnedForeignKey(Space, models.CASCADE, related_name="author_links")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    edits = models.BooleanField(_("edits the others’ articles"), default=False)

    personal = (
        Personal("membership", DELETE, exported_as="spaces", why="A right ends with the membership."),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "membership"], name="space_author_once")]
        indexes = [models.Index(fields=["membership"], name="space_author_membership")]
