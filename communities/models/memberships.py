"""A person’s membership in a community."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey, one_line
from communities.letters import fold
from communities.memory import Memory
from communities.models.communities import Community
from communities.scoping import ScopedManager
from communities.terms import RoleTerm, TermQuerySet
from members.personal import DETACH, KEEP, Personal

handle_rule = RegexValidator(
    r"\A[\w](?:[\w.-]{0,38}[\w])?\Z", _("Use letters, digits, dots, hyphens and underscores, 40 at most.")
)
STAFF_ROLES = frozenset({"moderator", "manager", "marketing", "owner"})
JUDGING_ROLES = frozenset({"moderator", "manager", "owner"})
MANAGING_ROLES = frozenset({"manager", "owner"})


class MembershipQuerySet(TermQuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(status=Membership.Status.ACTIVE)

    def shown(self) -> MembershipQuerySet:
        """Those who have a page and are in the member list: active people, not imported names."""
        return self.active().filter(unclaimed=False)

    def not_suspended(self, now: datetime.datetime | None = None) -> MembershipQuerySet:
        """Less those who are shut out for now: the clock ends that, so their status says nothing of it."""
        return self.filter(
            models.Q(suspended_until__isnull=True) | models.Q(suspended_until__lte=now or timezone.now())
        )

    def team(self) -> MembershipQuerySet:
        return self.active().in_roles(set(Membership.Role.values) - {Membership.Role.MEMBER})

    def newest(self) -> MembershipQuerySet:
        return self.order_by("-joined_at", "-id")

    def with_handle(self, handle: str) -> MembershipQuerySet:
        """The membership with this handle; accents, capitals and a leading @ make no difference."""
        return self.filter(handle_key=fold(handle.strip().lstrip("@")))

    def joined_before(self, at: datetime.datetime, last_id: int) -> MembershipQuerySet:
        """The next page of `newest`: a keyset, in the one form that keeps its index."""
        older = models.Q(joined_at__lt=at) | models.Q(id__lt=last_id)
        return self.filter(joined_at__lte=at).filter(older)

    def named_like(self, words: str, named: list[int] | None) -> MembershipQuerySet:
        """Names that contain the words and handles that start with them, without regard to accents and case. `named`
        is what `communities.queries.people_named` says of the words."""
        key = fold(words).lstrip("@")
        if named is not None:
            return self.filter(pk__in=named)
        begins = models.Q(handle_key__gte=key, handle_key__lt=key + "\U0010ffff")
        folded = models.Func(
            models.F("display_name"), function="public.f_unaccent", output_field=models.TextField()
        )
        return self.annotate(folded_name=folded).filter(begins | models.Q(folded_name__contains=key))

    def with_handles_like(self, start: str) -> MembershipQuerySet:
        """Type-ahead: range on the stored folded key, which keeps its index under row-level security."""
        from_key = fold(start)
        return self.filter(handle_key__gte=from_key, handle_key__lt=from_key + "\U0010ffff").order_by(
            "handle_key"
        )

    def most_active(self) -> MembershipQuerySet:
        return self.order_by("-post_count", "id")


MembershipManager = ScopedManager.from_queryset(MembershipQuerySet)


class Membership(RoleTerm):
    """One person in one community: name, role, trust. Nothing of it shows in another community."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        AMBASSADOR = "ambassador", _("Ambassador")
        MODERATOR = "moderator", _("Moderator")
        MANAGER = "manager", _("Community manager")
        MARKETING = "marketing", _("Marketing lead")
        OWNER = "owner", _("Owner")

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        BANNED = "banned", _("Banned")
        LEFT = "left", _("Left")
        ERASED = "erased", _("Erased")

    class MailRhythm(models.TextChoices):
        """Without one, a mail for each thing."""

        DAY = "day", _("One mail a day, at 8 in the morning")
        WEEK = "week", _("One mail a week, on Mondays at 8 in the morning")

    class Way(models.TextChoices):
        """How somebody came in."""

        OPEN = "open", _("By themselves")
        INVITATION = "invitation", _("Invitation")
        WAVE = "wave", _("Wave of invitations")
        WAITING = "waiting", _("Waiting list")
        LINK = "link", _("Invitation link")
        TEAM = "team", _("Invited into the team")
        FOUNDING = "founding", _("Founded the place")
        IMPORT = "import", _("Imported")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    handle = models.CharField(_("handle"), max_length=40, validators=[handle_rule])
    handle_key = models.GeneratedField(
        expression=models.Func(models.F("handle"), function="public.f_unaccent"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    display_name = models.CharField(_("name shown"), max_length=80)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    trust_level = models.PositiveSmallIntegerField(_("trust level"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    unclaimed = models.BooleanField(_("imported, not yet claimed"), default=False)
    portrait = models.CharField(_("picture"), max_length=200, blank=True)
    drawing = models.CharField(_("drawn portrait"), max_length=12, blank=True)
    headline = models.CharField(_("in a few words"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    bio = models.TextField(_("about me"), max_length=2000, blank=True)
    profile = models.JSONField(_("profile fields"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    muted_mails = ArrayField(
        models.CharField(max_length=24), verbose_name=_("mails not wanted"), default=list, blank=True
    )
    # Whether their mails are gathered; what is owed to them is sent at once in any case.
    mail_rhythm = models.CharField(
        _("rhythm of mails"), max_length=4, choices=MailRhythm, blank=True, default="", db_default=""
    )
    # Where they land after signing in; empty: the usual page of their role.
    start_page = models.CharField(_("start page"), max_length=12, blank=True, default="", db_default="")
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    came_by = models.CharField(_("came by"), max_length=10, choices=Way, default=Way.OPEN)
    # Which version of the rules and of the terms was in force when they joined and agreed.
    accepted_rules = models.PositiveIntegerField(_("version of the rules agreed to"), null=True, blank=True)
    accepted_terms = models.PositiveIntegerField(_("version of the terms agreed to"), null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    post_count = models.PositiveIntegerField(default=0)
    # Unread lines of the bell, whether or not what they tell of can be read at present. The version is another one
    # whenever that may have changed: the figure that is shown is counted again then (`notifications.queries`).
    unread_count = models.PositiveIntegerField(_("unread notifications"), default=0)
    news_version = models.PositiveIntegerField(default=0, db_default=0)
    # Sanctions end by the clock, whether or not a job has run: both are compared with now when they are asked.
    read_only_until = models.DateTimeField(_("may only read until"), null=True, blank=True)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    # The launch stages whose list, wave or share this person belongs to.
    stage_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("launch stages"), default=list, blank=True
    )

    # Of the emptied membership of somebody who was here twice: the one that has everything now.
    merged_into = OwnedForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[MembershipManager[Self]] = MembershipManager()

    # The operator, seeing the place as its owner does during an opening: reads all but results. No column.
    is_operator_looking = False

    stands_for_person = True
    personal = (
        Personal(
            "merged_into",
            KEEP,
            erasure=DETACH,
            why="What nobody may change leads to the emptied row, and from there to the person.",
        ),
        Personal(
            "member",
            KEEP,
            erasure=DETACH,
            exported_as="membership",
            why="The emptied row keeps the account, so that one can come back; erased, it leads to nobody.",
        ),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="membership_owned"),
            models.UniqueConstraint(fields=["community", "member"], name="membership_once"),
            models.UniqueConstraint(fields=["community", "handle_key"], name="membership_handle_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["invited", "active", "suspended", "banned", "left", "erased"]),
                name="membership_status",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["member", "ambassador", "moderator", "manager", "marketing", "owner"]
                ),
                name="membership_role",
            ),
            models.CheckConstraint(
                condition=models.Q(role_spaces=[]) | models.Q(role="moderator"),
                name="membership_scoped_role",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "-joined_at", "-id"],
                name="membership_newest",
                condition=models.Q(status="active", unclaimed=False),
            ),
            # What the team’s list is filtered by.
            models.Index(fields=["community", "-joined_at", "-id"], name="membership_by_joining"),
            models.Index(fields=["community", "status", "-joined_at", "-id"], name="membership_by_status"),
            models.Index(
                fields=["community", "trust_level", "-joined_at", "-id"], name="membership_by_level"
            ),
            models.Index(fields=["community", "came_by", "-joined_at", "-id"], name="membership_by_way"),
            models.Index(
                fields=["community", "-seen_at", "-id"],
                include=["status", "unclaimed"],
                name="membership_by_visit",
            ),
            models.Index(
                fields=["community", "-joined_at", "-id"],
                name="membership_with_role",
                condition=~models.Q(role="member"),
            ),
            models.Index(
                fields=["community", "-joined_at", "-id"],
                name="membership_under_measure",
                condition=models.Q(read_only_until__isnull=False) | models.Q(suspended_until__isnull=False),
            ),
            # Filters of the member list, by `members_with`: no index of a condition that is not leakproof is used
            # under row-level security.
            GinIndex(
                fields=["profile"],
                name="membership_profile",
                opclasses=["jsonb_path_ops"],
                condition=~models.Q(profile={}),
            ),
            models.Index(
                fields=["merged_into"],
                name="membership_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["role_until"],
                name="membership_role_ends",
                condition=models.Q(role_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.handle

    def save(self, *args: Any, **options: Any) -> None:
        # Enforced for every writer: a name is visible, and does not change the direction of text beside it.
        self.display_name = one_line(self.display_name) or self.handle
        super().save(*args, **options)

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    @property
    def silent_until(self) -> datetime.datetime | None:
        """Until when this person reads but does not write; None for everybody else."""
        ends = [end for end in (self.read_only_until, self.suspended_until) if end and end > timezone.now()]
        return max(ends, default=None)

    @property
    def can_write(self) -> bool:
        """The one place where a read-only community is asked: all that people write goes through here."""
        return self.is_active and self.silent_until is None and self._place_takes_texts

    @property
    def _place_takes_texts(self) -> bool:
        if "community" in self._state.fields_cache:
            return self.community.takes_texts
        return not _read_only.get(self.community_id)

    @property
    def is_staff(self) -> bool:
        """One of the team that sees the management pages (ambassadors do not)."""
        return self.role in STAFF_ROLES and self.is_active and not self.is_suspended

    @property
    def can_judge(self) -> bool:
        """Moderators of the whole place, managers and owners."""
        return (
            self.role in JUDGING_ROLES and not self.role_spaces and self.is_active and not self.is_suspended
        )

    @property
    def judged_spaces(self) -> frozenset[int]:
        """The ids of the spaces that a moderator of some of them looks after; empty for everybody else."""
        return frozenset(self.role_spaces) if self.role_spaces and self.is_staff else frozenset()

    @property
    def can_manage(self) -> bool:
        """Managers and owners."""
        return self.role in MANAGING_ROLES and self.is_active and not self.is_suspended


def _is_read_only(community_id: int) -> bool:
    resting = models.Q(state=Community.State.READ_ONLY) | models.Q(deletes_at__isnull=False)
    return Community.objects.filter(resting, pk=community_id).exists()


# For services and jobs that have a membership without its community at hand.
_read_only: Memory[bool] = Memory(_is_read_only)
