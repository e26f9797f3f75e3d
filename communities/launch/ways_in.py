"""The ways in beside a personal invitation: the waiting list, a link that is shared, a request to be let in."""

from __future__ import annotations

import datetime
import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.launch.managers import JoinRequestManager, LinkManager, WaitingPlaceManager
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, DETACH, KEEP, Personal


class WaitingPlace(CommunityOwned):
    """Somebody on the waiting list, in the order of asking. Leaving the list erases the address."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ADMITTED = "admitted", _("Admitted")
        REFUSED = "refused", _("Refused")
        LEFT = "left", _("Left the list")

    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    reason = models.TextField(_("why they would like to come in"), max_length=500, blank=True)
    language = models.CharField(max_length=8, blank=True)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    admitted_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # What the mail about a refusal says beside its own words.
    answer = models.TextField(_("answer"), max_length=500, blank=True)
    # Who waits too and told them of this place.
    brought_by = OwnedForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="brought")
    # Of a refused one: whether they have yet to be told their place, should they be put back.
    owes_place = models.BooleanField(default=False)
    # When its mail waits to be sent; empty once it has left.
    mail_due_at = models.DateTimeField(null=True, blank=True, default=timezone.now)

    objects = WaitingPlaceManager()  # type: ignore[misc]  # the plug-in for models reads this file before the managers

    personal = (
        Personal(
            "email",
            DETACH,
            exported_as="waiting_list",
            why="Who has been in needs no place before the door; its number stays.",
        ),
        Personal("refused_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("place on the waiting list")
        verbose_name_plural = _("waiting list")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="waiting_owned"),
            models.UniqueConstraint(fields=["community", "number"], name="waiting_number_once"),
            models.UniqueConstraint(
                fields=["community", "email"], condition=~Q(email=""), name="waiting_email_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "number"], name="waiting_in_order", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["mail_due_at"], name="waiting_mail_due", condition=Q(mail_due_at__isnull=False)
            ),
            models.Index(
                fields=["community", "-refused_at", "-id"],
                name="waiting_refused",
                condition=Q(state="refused"),
            ),
            models.Index(
                fields=["refused_at"],
                name="waiting_to_erase",
                condition=Q(state="refused") & ~Q(email=""),
            ),
            models.Index(
                fields=["brought_by"], name="waiting_brought", condition=Q(brought_by__isnull=False)
            ),
            models.Index(
                fields=["refused_by"], name="waiting_refused_by", condition=Q(refused_by__isnull=False)
            ),
        ]


def new_key() -> str:
    """What a link carries: 128 bits, so that nobody finds one by trying."""
    return secrets.token_urlsafe(16)


class InvitationLink(CommunityOwned):
    """A way in that is shared: on a flyer, in a newsletter, at a meeting. It ends by the clock, when it is used up,
    or when somebody closes it; `domains` narrows it to addresses of these."""

    # What may be passed on to anybody gives no part of the team.
    ROLES = (Membership.Role.MEMBER, Membership.Role.AMBASSADOR)

    key = models.CharField(max_length=32, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=12, choices=Membership.Role, default=Membership.Role.MEMBER)
    # The space where its people arrive, which they follow from then on: an id, since content is above.
    space_id = models.BigIntegerField(_("space"), null=True, blank=True)
    domains = ArrayField(
        models.CharField(max_length=253), verbose_name=_("allowed domains"), default=list, blank=True
    )
    quota = models.PositiveIntegerField(_("how many people"), null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = LinkManager()  # type: ignore[misc]  # the plug-in for models reads this file before the managers

    personal = (Personal("made_by", KEEP, why="Who ran the place: the team’s own record, without the name."),)

    class Meta:
        verbose_name = _("invitation link")
        verbose_name_plural = _("invitation links")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="link_owned"),
            models.UniqueConstraint(fields=["community", "key"], name="link_key_once"),
            models.CheckConstraint(condition=Q(role__in=["member", "ambassador"]), name="link_role"),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(used__lte=F("quota")), name="link_within_quota"
            ),
        ]
        indexes = [models.Index(fields=["community", "-id"], name="link_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_used_up(self) -> bool:
        return self.quota is not None and self.used >= self.quota

    @property
    def is_usable(self) -> bool:
        return not (self.is_closed or self.has_expired or self.is_used_up)

    def admits(self, address: str) -> bool:
        """Whether the domain of an address is among those allowed; a subdomain is another domain."""
        return not self.domains or address.rpartition("@")[2].lower() in self.domains


class LinkArrival(CommunityOwned):
    """Who came through a link."""

    link = OwnedForeignKey(InvitationLink, models.CASCADE, related_name="arrivals")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    personal = (
        Personal(
            "membership",
            KEEP,
            erasure=DELETE,
            exported_as="link",
            why="One of those whom a link brought, without a name; the link’s own figure stays.",
        ),
    )

    class Meta:
        verbose_name = _("arrival through a link")
        verbose_name_plural = _("arrivals through links")
        constraints = [
            models.UniqueConstraint(fields=["link", "membership"], name="link_arrival_once"),
        ]
        indexes = [
            models.Index(fields=["community", "link", "-id"], name="link_arrivals"),
            models.Index(fields=["membership"], name="link_arrival_of"),
        ]


class JoinRequest(CommunityOwned):
    """Somebody asks to be let in, with answers to the questions of that day. Its membership waits meanwhile."""

    class State(models.TextChoices):
        UNPROVEN = "unproven", _("Address not confirmed")
        ASKED = "asked", _("Asked")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    # How long a declined person waits before asking again.
    PAUSE = datetime.timedelta(days=30)

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="join_requests")
    answers = models.JSONField(_("answers"), default=list, blank=True)
    link = OwnedForeignKey(InvitationLink, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.UNPROVEN)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    word = models.TextField(_("a word"), max_length=500, blank=True)

    objects = JoinRequestManager()  # type: ignore[misc]  # the plug-in for models reads this file before the managers

    personal = (
        Personal(
            "membership",
            DELETE,
            among={"state__in": ["unproven", "asked", "approved"]},
            part="standing",
            why="Of use until somebody is in, and to them.",
        ),
        Personal(
            "membership",
            KEEP,
            erasure=DELETE,
            exported_as="join_requests",
            why="What is left is a declined one, without answers: it says from when one may ask again.",
        ),
        Personal("decided_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("join request")
        verbose_name_plural = _("join requests")
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=~Q(state="declined"), name="join_request_once"
            ),
        ]
        indexes = [
            models.Index(fields=["link"], name="join_request_link", condition=models.Q(link__isnull=False)),
            models.Index(
                fields=["decided_by"],
                name="join_request_decided_by",
                condition=models.Q(decided_by__isnull=False),
            ),
            models.Index(fields=["community", "id"], name="join_request_waits", condition=Q(state="asked")),
            models.Index(fields=["membership", "-id"], name="join_request_of"),
        ]

    @property
    def may_ask_again_at(self) -> datetime.datetime | None:
        """When a declined person may ask again; None where nothing keeps them from it."""
        if self.state != self.State.DECLINED or self.decided_at is None:
            return None
        again = self.decided_at + self.PAUSE
        return again if again > timezone.now() else None
