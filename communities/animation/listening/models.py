"""Names that are listened for, where mentions come from, and the mentions; old ones are counts."""

from __future__ import annotations

import datetime
import logging
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from communities.sealing import Unreadable, seal, unseal
from members.personal import KEEP, Personal

logger = logging.getLogger(__name__)

# Thirteen months, so that a month can be compared with that of last year; then mentions are counts.
KEPT = datetime.timedelta(days=396)
MOST_NAMES, MOST_WORDS, MOST_SOURCES = 20, 20, 40
# A former secret is good for so long, while a tool is given the new one.
OVERLAP = datetime.timedelta(hours=24)
OF_THE_TEAM = "Who ran the place: the team’s own record, without the name."


class TrackedNameQuerySet(ScopedQuerySet["TrackedName"]):
    def living(self) -> TrackedNameQuerySet:
        """Those that are listened for: the brand first, then the rivals by name."""
        return self.filter(removed_at__isnull=True).order_by("rival", "name", "pk")

    def removed(self) -> TrackedNameQuerySet:
        return self.filter(removed_at__isnull=False).order_by("-removed_at", "-pk")


class TrackedName(CommunityOwned):
    """The brand, or a rival whom its owner has named, with the words by which people speak of it."""

    name = models.CharField(_("name"), max_length=80)
    rival = models.BooleanField(_("a competitor"), default=False)
    words = ArrayField(models.CharField(max_length=80), verbose_name=_("other words for it"), default=list)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedManager.from_queryset(TrackedNameQuerySet)()

    personal = (Personal("created_by", KEEP, why=OF_THE_TEAM),)

    class Meta:
        verbose_name = _("tracked name")
        verbose_name_plural = _("tracked names")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="tracked_name_owned"),
            models.UniqueConstraint(fields=["community", "name"], name="tracked_name_once"),
        ]
        indexes = [
            models.Index(
                fields=["created_by"], name="tracked_name_by", condition=Q(created_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MentionSourceQuerySet(ScopedQuerySet["MentionSource"]):
    def living(self) -> MentionSourceQuerySet:
        return self.filter(removed_at__isnull=True).order_by("name", "pk")

    def removed(self) -> MentionSourceQuerySet:
        return self.filter(removed_at__isnull=False).order_by("-removed_at", "-pk")

    def due(self, at: datetime.datetime) -> MentionSourceQuerySet:
        """Feeds that are to be read."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class MentionSource(CommunityOwned):
    """A feed that is read, or the address to which another tool sends what it found."""

    class Kind(models.TextChoices):
        FEED = "feed", _("Feed (RSS or Atom)")
        HOOK = "hook", _("Signed messages of another tool")

    class Problem(models.TextChoices):
        NAME = "name", _("There is no such address.")
        PRIVATE = "private", _("The address leads into a private network, where nothing is read.")
        SILENT = "silent", _("There was no answer in time.")
        STATUS = "status", _("It answered that there is nothing to read.")
        LARGE = "large", _("The answer was larger than 2 MB.")
        UNREADABLE = "unreadable", _("This is not a feed.")
        LOST = "lost", _("It redirects too many times.")

    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=500, blank=True)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    # Never in the clear: see communities/sealing.py. The former one is good until `former_until`.
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_former = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Of a feed: when it is read next, what it said of its state, and how often in a row it could not be read.
    due_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedManager.from_queryset(MentionSourceQuerySet)()

    personal = (Personal("created_by", KEEP, why=OF_THE_TEAM),)

    class Meta:
        verbose_name = _("source of mentions")
        verbose_name_plural = _("sources of mentions")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="heard_source_owned"),
            models.UniqueConstraint(fields=["community", "token"], name="heard_source_token_once"),
            models.UniqueConstraint(
                fields=["community", "address"],
                name="heard_source_address_once",
                condition=Q(kind="feed", removed_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(kind="feed", removed_at__isnull=True),
                name="heard_source_due_while_living",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="heard_source_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["created_by"], name="heard_source_by", condition=Q(created_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_feed(self) -> bool:
        return self.kind == self.Kind.FEED

    @property
    def place(self) -> str:
        """What sealed texts of this source are bound to: in the row of another one they cannot be read."""
        return f"mention source {self.token}"

    def keep_secret(self, secret: str, *, at: datetime.datetime) -> None:
        """From now on this one; the one before for a day more."""
        self.sealed_former, self.former_until = (
            self.sealed_secret,
            at + OVERLAP if self.sealed_secret else None,
        )
        self.sealed_secret = seal(secret, place=self.place)

    def secrets(self, at: datetime.datetime) -> list[str]:
        """What messages may be signed with now."""
        lasts = self.former_until is not None and at < self.former_until
        sealed = [self.sealed_secret, self.sealed_former if lasts else ""]
        return [secret for one in sealed if one and (secret := self._opened(one))]

    def _opened(self, sealed: str) -> str:
        try:
            return unseal(sealed, place=self.place)
        except Unreadable:
            logger.error("the secret of a source of mentions cannot be read", extra={"source": self.pk})
            return ""


class MentionQuerySet(ScopedQuerySet["Mention"]):
    def newest(self) -> MentionQuerySet:
        return self.order_by("-said_at", "-pk")

    def before(self, at: datetime.datetime, last_id: int) -> MentionQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(said_at__lte=at).filter(Q(said_at__lt=at) | Q(pk__lt=last_id))

    def heard(self) -> MentionQuerySet:
        """All but what somebody has hidden as noise, and what was deleted."""
        return self.exclude(state__in=(Mention.State.HIDDEN, Mention.State.DELETED))

    def kept(self) -> MentionQuerySet:
        """All but what was deleted: of that nothing is left to be shown."""
        return self.exclude(state=Mention.State.DELETED)

    def past(self, at: datetime.datetime) -> MentionQuerySet:
        """Those whose time is over, the oldest first; the mark of what was deleted stays as long as its source."""
        return self.kept().filter(said_at__lt=at).order_by("said_at", "pk")

    def of_name(self, name: int) -> MentionQuerySet:
        return self.filter(Exists(MentionMatch.objects.filter(mention=OuterRef("pk"), name=name)))

    def to_answer(self, day: datetime.date) -> MentionQuerySet:
        """Those whose planned reply is due."""
        return self.filter(reply_on__lte=day, replied_at__isnull=True).order_by("reply_on", "pk")


class Mention(CommunityOwned):
    """One text elsewhere that names the brand or a rival, as its source told it. What tone it has nobody guesses.

    Of one that was deleted, because its writer objects, the fingerprint stays and nothing else: its source would tell
    it again with the next reading.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        SEEN = "seen", _("Seen")
        HIDDEN = "hidden", _("Hidden")
        DELETED = "deleted", _("Deleted")

    source = OwnedForeignKey(MentionSource, models.CASCADE, related_name="mentions")
    # What it is known by in its source: the fingerprint of its identity there.
    key = models.CharField(max_length=64, editable=False)
    title = models.CharField(_("title"), max_length=300)
    excerpt = models.TextField(_("excerpt"), max_length=600, blank=True)
    link = models.CharField(_("address"), max_length=1000, blank=True)
    author = models.CharField(_("author"), max_length=120, blank=True)
    said_at = models.DateTimeField(_("said"))
    found_at = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.NEW)
    assignee = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    reply_on = models.DateField(_("reply on"), null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(MentionQuerySet)()

    personal = (
        Personal(
            "assignee",
            KEEP,
            why="Who was to answer: the team’s own record; of a former member it is nobody’s.",
        ),
    )

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="heard_owned"),
            models.UniqueConstraint(fields=["source", "key"], name="heard_once"),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True) | Q(reply_on__isnull=False),
                name="heard_replied_planned",
            ),
            models.CheckConstraint(
                condition=~Q(state="deleted")
                | Q(title="", excerpt="", link="", author="", reply_on__isnull=True, assignee__isnull=True),
                name="heard_deleted_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-said_at", "-id"], name="heard_newest"),
            models.Index(fields=["said_at"], name="heard_oldest"),
            models.Index(fields=["community", "state", "-said_at", "-id"], name="heard_states"),
            models.Index(fields=["source", "-said_at", "-id"], name="heard_of_source"),
            models.Index(
                fields=["assignee", "-said_at", "-id"],
                name="heard_assigned",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                fields=["community", "reply_on"],
                name="heard_replies",
                condition=Q(reply_on__isnull=False, replied_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_hidden(self) -> bool:
        return self.state == self.State.HIDDEN

    @property
    def waits_for_reply(self) -> bool:
        return self.reply_on is not None and self.replied_at is None


class MentionMatchQuerySet(ScopedQuerySet["MentionMatch"]):
    def of_heard(self) -> MentionMatchQuerySet:
        """Without what somebody has hidden as noise, or deleted."""
        return self.exclude(mention__state__in=(Mention.State.HIDDEN, Mention.State.DELETED))


class MentionMatch(CommunityOwned):
    """A mention names this one."""

    mention = OwnedForeignKey(Mention, models.CASCADE, related_name="matches")
    name = OwnedForeignKey(TrackedName, models.CASCADE, related_name="matches")

    objects = ScopedManager.from_queryset(MentionMatchQuerySet)()

    class Meta:
        verbose_name = _("named in a mention")
        verbose_name_plural = _("named in mentions")
        constraints = [models.UniqueConstraint(fields=["mention", "name"], name="heard_match_once")]
        indexes = [models.Index(fields=["name", "mention"], name="heard_match_name")]


class MentionDayQuerySet(ScopedQuerySet["MentionDay"]):
    def add(self, counts: dict[tuple[datetime.date, int], int], community_id: int) -> None:
        """Add to what stands there already: a day is turned into counts mention by mention."""
        for (day, name), n in counts.items():
            if not self.filter(day=day, name=name).update(n=F("n") + n):
                self.create(day=day, name_id=name, n=n, community_id=community_id)


class MentionDay(CommunityOwned):
    """How often one was named on a day, of mentions that are not kept any more."""

    day = models.DateField(_("day"))
    name = OwnedForeignKey(TrackedName, models.CASCADE, related_name="days")
    n = models.PositiveIntegerField(_("how many"))

    objects = ScopedManager.from_queryset(MentionDayQuerySet)()

    class Meta:
        verbose_name = _("mentions of a day")
        verbose_name_plural = _("mentions of days")
        constraints = [
            models.UniqueConstraint(fields=["community", "day", "name"], name="heard_day_once"),
        ]
        indexes = [models.Index(fields=["name", "day"], name="heard_day_name")]
