"""An offer that gives members a code, its codes and who holds them, and who wants to hear of offers."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.roi.models import Offer
from communities.animation.newsletters.models import Segment
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, DETACH, KEEP, Personal

LONGEST_CODE = 40
# Members are told so long before an offer ends; of one that lasts less than twice as long only once.
ENDING = datetime.timedelta(days=1)


class CodeOfferQuerySet(ScopedQuerySet["CodeOffer"]):
    def standing(self, at: datetime.datetime) -> CodeOfferQuerySet:
        """Those that have not ended, whether they have begun or not."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))

    def shown(self, at: datetime.datetime) -> CodeOfferQuerySet:
        """Of these, those that members see: not paused, and not without any code."""
        return self.standing(at).filter(paused_at__isnull=True).exclude(quota=0)

    def met(self, at: datetime.datetime) -> CodeOfferQuerySet:
        """Of these, those that a member may find something of: what is shown, and what somebody has a code of."""
        found: CodeOfferQuerySet = self.filter(taken__gt=0) | self.shown(at)
        return found

    def with_offer(self) -> CodeOfferQuerySet:
        return self.select_related("offer", "segment")

    def to_open(self, at: datetime.datetime) -> CodeOfferQuerySet:
        """Those that have opened, and of which not everybody has been told."""
        return self.shown(at).filter(opens_at__lte=at, opening_told_at__isnull=True)

    def to_end(self, at: datetime.datetime) -> CodeOfferQuerySet:
        """Those that end soon, and of which not everybody has been told."""
        ends = {"ends_at__gt": at, "ends_at__lte": at + ENDING}
        told = {"opening_told_at__isnull": False, "ending_told_at__isnull": True}
        return self.filter(paused_at__isnull=True, **ends, **told)

    def changing_after(self, at: datetime.datetime) -> CodeOfferQuerySet:
        return self.filter(Q(opens_at__gt=at) | Q(ends_at__gt=at))


CodeOfferManager = ScopedManager.from_queryset(CodeOfferQuerySet)


class CodeOffer(CommunityOwned):
    """What is peculiar to an offer that gives members a code; title, text, link and a code that all share are the
    offer’s own.

    Its row is the lock of its codes: `taken` never passes `quota`. A code that was taken back stays counted, since
    somebody has seen it.
    """

    class Way(models.TextChoices):
        SHARED = "shared", _("One code for everybody")
        OWN = "own", _("A different code for each member")

    class Audience(models.TextChoices):
        MEMBERS = "members", _("All members")
        SEGMENT = "segment", _("Members of a segment")

    class Stage(models.TextChoices):
        """Where it stands now; never stored, it follows from moments and numbers."""

        EMPTY = "empty", _("No codes yet")
        COMING = "coming", _("Not open yet")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        USED_UP = "used-up", _("All codes taken")
        ENDED = "ended", _("Ended")

    offer = OwnedOneToOneField(Offer, models.CASCADE, related_name="codes")
    how = models.CharField(_("how to use it"), max_length=300, blank=True)
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    picture_width = models.PositiveIntegerField(default=0)
    picture_height = models.PositiveIntegerField(default=0)
    picture_renditions = models.JSONField(default=list, blank=True)
    picture_alt = models.CharField(_("description of the picture"), max_length=160, blank=True)
    opens_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    audience = models.CharField(_("for whom"), max_length=8, choices=Audience, default=Audience.MEMBERS)
    segment = OwnedForeignKey(Segment, models.SET_NULL, null=True, blank=True, related_name="+")
    # Of one that is over: how a segment was called that has been deleted since.
    segment_name = models.CharField(max_length=60, blank=True, editable=False)
    way = models.CharField(_("codes"), max_length=6, choices=Way, default=Way.SHARED)
    # How many members can have one; of own codes, how many there are. None: as many as want.
    quota = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    opening_told_at = models.DateTimeField(null=True, blank=True)
    ending_told_at = models.DateTimeField(null=True, blank=True)
    # How far the telling under way has come, by the number of the last wish.
    told_to = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodeOfferManager()

    personal = (
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("offer with codes")
        verbose_name_plural = _("offers with codes")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="codeoffer_owned"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("opens_at")),
                name="codeoffer_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(taken__lte=F("quota")), name="codeoffer_quota"
            ),
            models.CheckConstraint(
                condition=Q(way="shared") | Q(way="own", quota__isnull=False), name="codeoffer_way"
            ),
            models.CheckConstraint(
                condition=Q(audience="segment") | Q(audience="members", segment__isnull=True),
                name="codeoffer_audience",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opens_at"],
                name="codeoffer_opening",
                condition=Q(opening_told_at__isnull=True, paused_at__isnull=True),
            ),
            models.Index(
                fields=["ends_at"],
                name="codeoffer_ending",
                condition=Q(
                    opening_told_at__isnull=False, ending_told_at__isnull=True, paused_at__isnull=True
                ),
            ),
            models.Index(fields=["community", "ends_at"], name="codeoffer_standing"),
            models.Index(fields=["community", "-id"], name="codeoffer_newest"),
            models.Index(
                fields=["segment"], name="codeoffer_segment_key", condition=Q(segment__isnull=False)
            ),
            models.Index(fields=["created_by"], name="codeoffer_by", condition=Q(created_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.offer.title

    def stage_at(self, now: datetime.datetime) -> CodeOffer.Stage:
        if self.ends_at is not None and self.ends_at <= now:
            return self.Stage.ENDED
        if self.paused_at is not None:
            return self.Stage.PAUSED
        if self.quota == 0:
            return self.Stage.EMPTY
        if self.opens_at > now:
            return self.Stage.COMING
        return self.Stage.USED_UP if self.left == 0 else self.Stage.OPEN

    @property
    def stage(self) -> CodeOffer.Stage:
        return self.stage_at(timezone.now())

    @property
    def left(self) -> int | None:
        """How many can still have one; None: as many as want."""
        return None if self.quota is None else self.quota - self.taken

    @property
    def is_shared(self) -> bool:
        return self.way == self.Way.SHARED

    @property
    def whom(self) -> str:
        """For whom it is, in words; a segment by its name, also after it was deleted."""
        if self.audience == self.Audience.SEGMENT:
            return self.segment.name if self.segment is not None else self.segment_name
        return str(self.get_audience_display())

    @property
    def picture_paths(self) -> list[str]:
        """Every stored file of the picture."""
        return [path for _width, path in self.picture_renditions] + ([self.picture] if self.picture else [])


class OfferCodeQuerySet(ScopedQuerySet["OfferCode"]):
    def given(self) -> OfferCodeQuerySet:
        """Those that somebody got, whoever that was."""
        return self.filter(claimed_at__isnull=False)

    def free(self) -> OfferCodeQuerySet:
        return self.filter(claimed_at__isnull=True)

    def of_member(self, membership: Membership) -> OfferCodeQuerySet:
        rows = self.filter(holder=membership).select_related("terms__offer", "terms__segment")
        return rows.order_by("-claimed_at", "-pk")

    def newest(self) -> OfferCodeQuerySet:
        return self.given().select_related("holder").order_by("-claimed_at", "-pk")

    def before(self, at: datetime.datetime, last_id: int) -> OfferCodeQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(claimed_at__lte=at).filter(Q(claimed_at__lt=at) | Q(pk__lt=last_id))


OfferCodeManager = ScopedManager.from_queryset(OfferCodeQuerySet)


class OfferCode(CommunityOwned):
    """A code that one member gets, or that a member has got the one that all share (`code` is empty then).

    `key` is how it is compared: in small letters. What came of it follows from the shop’s orders and is counted again
    whenever one of them changes (`using.py`).
    """

    terms = OwnedForeignKey(CodeOffer, models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=LONGEST_CODE, blank=True)
    key = models.CharField(max_length=LONGEST_CODE, blank=True, editable=False)
    holder = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    # Net of what came off the order since; in the community’s currency, and nothing of an order in another.
    used_minor = models.BigIntegerField(default=0)

    objects = OfferCodeManager()

    personal = (
        Personal(
            "holder",
            KEEP,
            erasure=DETACH,
            exported_as="offer_codes",
            withheld=("key",),
            why="One code for each person, also for who comes back; a given code stays counted, leading to nobody.",
        ),
    )

    class Meta:
        verbose_name = _("code of an offer")
        verbose_name_plural = _("codes of offers")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="offercode_owned"),
            models.UniqueConstraint(
                fields=["community", "key"], condition=~Q(key=""), name="offercode_key_once"
            ),
            models.UniqueConstraint(fields=["terms", "holder"], name="offercode_one_each"),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=False)
                | Q(holder__isnull=True, taken_back_at__isnull=True, used_at__isnull=True),
                name="offercode_given_first",
            ),
        ]
        indexes = [
            models.Index(fields=["terms", "id"], name="offercode_free", condition=Q(claimed_at__isnull=True)),
            models.Index(
                fields=["terms", "-claimed_at", "-id"],
                name="offercode_newest",
                condition=Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["holder", "-claimed_at"], name="offercode_of", condition=Q(holder__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"claim {self.pk}"

    @property
    def said(self) -> str:
        """What its holder reads; `terms.offer` is at hand."""
        return self.code or self.terms.offer.code


class OfferWish(CommunityOwned):
    """Somebody who agreed to be told of offers, and since when. Without it nobody is."""

    membership = OwnedOneToOneField(Membership, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    personal = (
        Personal("membership", DELETE, exported_as="offer_wishes", why="Their own wish goes with them."),
    )

    class Meta:
        verbose_name = _("wish to hear of offers")
        verbose_name_plural = _("wishes to hear of offers")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="offerwish_owned")]

    def __str__(self) -> str:
        return f"{self.membership_id} since {self.since:%Y-%m-%d}"


def picture_fields(stored: Any | None) -> dict[str, Any]:
    """The columns of a stored picture; empty ones without it."""
    if stored is None:
        return {"picture": "", "picture_renditions": [], "picture_width": 0, "picture_height": 0}
    return {
        "picture": stored.path,
        "picture_renditions": [list(pair) for pair in stored.renditions],
        "picture_width": stored.width,
        "picture_height": stored.height,
    }
