"""The outbox: each mail is a row until it has left."""

from __future__ import annotations

import datetime
import uuid
from email.utils import parseaddr

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.mails.failing import address_works
from members.mails.kinds import MailKind, kind_named
from members.mails.return_paths import Posted, return_path
from members.mails.signed import OutgoingMessage, Sign
from members.personal import DELETE, KEEP, Personal

# A claim this old is a dead worker’s: a mail takes at most eight answers of a server, each within EMAIL_TIMEOUT.
CLAIM_HOLDS = datetime.timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = 15, 3600  # seconds
CONTENT = {"subject": "", "text": "", "html": "", "headers": {}}
# What taking a mail changes.
CLAIMED = ("state", "claimed_at", "handed_at")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def of(self, community_id: int | None) -> OutgoingMailQuerySet:
        """A community’s, in its scope; for None those about accounts, outside every scope. The database agrees."""
        if community_id is None:
            return self.filter(community_id__isnull=True)
        return self.filter(community_id=community_id)

    def takeable(self, now: datetime.datetime) -> OutgoingMailQuerySet:
        """What is due, and what a worker took and never came back from; the most urgent first."""
        state = OutgoingMail.State
        due = Q(state=state.WAITING, due_at__lte=now)
        left_lying = Q(state=state.SENDING, claimed_at__lte=now - CLAIM_HOLDS)
        return self.filter(due | left_lying).order_by("urgency", "due_at", "id")

    def undelivered(self) -> OutgoingMailQuerySet:
        """What somebody should look at, the latest first."""
        state = OutgoingMail.State
        return self.filter(state__in=[state.REFUSED, state.UNCERTAIN, state.LATE]).order_by(
            "-finished_at", "id"
        )

    def held_up(self, since: datetime.datetime) -> OutgoingMailQuerySet:
        """What was due before `since` and still waits: the mail server is away, or refuses for now."""
        return self.filter(state=OutgoingMail.State.WAITING, made_at__lte=since)

    def sent_since(self, at: datetime.datetime) -> OutgoingMailQuerySet:
        return self.filter(state=OutgoingMail.State.SENT, finished_at__gte=at)

    def too_late(self, now: datetime.datetime) -> OutgoingMailQuerySet:
        """What still waits and would be of no use any more."""
        return self.filter(state=OutgoingMail.State.WAITING, useless_at__lte=now)

    def give_up(self, now: datetime.datetime) -> int:
        """Finish these as too late, in one statement, as `finish` does with one; how many.

        A worker that claims one meanwhile keeps it: its state is looked at again when the row is locked.
        """
        return self.update(state=OutgoingMail.State.LATE, finished_at=now, **CONTENT)


OutgoingMailManager = models.Manager.from_queryset(OutgoingMailQuerySet)


class OutgoingMail(models.Model):
    """One mail to one address. Its number is also its Message-ID, so that a second copy is known as such.

    No foreign key to a community, as members know nobody: the layer above adds the key and the policy (migrations of
    `communities`). A row of a community is seen in its scope only, one about an account outside every scope only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")
        UNCERTAIN = "uncertain", _("Broken off while it was sent: it may have arrived")
        LATE = "late", _("Given up: it could not be sent in time")
        DROPPED = "dropped", _("No longer true")
        STOPPED = "stopped", _("Not sent: mails to this address come back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=40)
    # What `still_wanted` is asked about, in the words of whoever registered the kind.
    about = models.CharField(max_length=80, blank=True)
    urgency = models.PositiveSmallIntegerField()
    recipient = models.CharField(max_length=320)
    sender = models.CharField(max_length=500)
    # These are wiped when the mail has left: a code opens a door.
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    useless_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    # From here on the server may have it.
    handed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    # What signs it in the name of its sender’s domain, once whoever sends it has asked. Not kept.
    signer: Sign | None = None
    # Whether more of its community could be taken when it was; of one that nobody has taken it is not known.
    others_wait = True
    # Whether nothing arrives at its address (`failing.py`), as it was found when the mail was taken.
    is_stopped = False

    objects = OutgoingMailManager()

    personal = (
        Personal(
            "recipient",
            KEEP,
            erasure=DELETE,
            why="News to who has left is dropped; a row that has left has no words, and goes after a week.",
        ),
    )

    class Meta:
        app_label = "members"
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            models.Index(
                fields=["community_id", "urgency", "due_at"],
                name="outgoing_mail_open",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["finished_at"], name="outgoing_mail_done", condition=Q(finished_at__isnull=False)
            ),
            models.Index(
                fields=["-finished_at"],
                name="outgoing_mail_undelivered",
                condition=Q(state__in=["refused", "uncertain", "late"]),
            ),
            models.Index(
                fields=["community_id", "finished_at"], name="outgoing_mail_sent", condition=Q(state="sent")
            ),
            models.Index(fields=["community_id", "kind", "-made_at"], name="outgoing_mail_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def has_kind(self) -> MailKind:
        return kind_named(self.kind)

    @property
    def masked_recipient(self) -> str:
        return "…" if self.has_kind.confidential else mask_address(self.recipient)

    @property
    def can_be_tried_again(self) -> bool:
        return self.state in (self.State.REFUSED, self.State.UNCERTAIN) and not self.has_kind.secret

    @property
    def is_uncertain(self) -> bool:
        """Whether a worker died, or lost the line, while the server was taking it."""
        return self.state == self.State.SENDING and self.handed_at is not None

    @property
    def posted(self) -> Posted:
        return Posted(self.pk, self.community_id)

    def message(self, sign: Sign | None = None) -> OutgoingMessage:
        """What is handed over. Raises ValueError (UnicodeError among them) for what no mail server could be told."""
        message = OutgoingMessage(
            self.subject, self.text, self.sender, [self.recipient], headers=dict(self.headers)
        )
        message.return_path, message.sign = self._comes_back_to(), sign
        if self.html:
            message.attach_alternative(self.html, "text/html")
        return message

    def _comes_back_to(self) -> str:
        """The sender of the envelope; empty: who it comes from. A key comes back to the platform in any case: a server
        that cannot deliver it sends it back whole, and who runs a community must not get its members’ keys."""
        platform = parseaddr(settings.DEFAULT_FROM_EMAIL)[1] if self.has_kind.is_a_key else ""
        return return_path(self.posted) or platform

    def claim(self, now: datetime.datetime) -> None:
        self.state, self.claimed_at, self.handed_at = self.State.SENDING, now, None

    def wait_again(self, now: datetime.datetime) -> None:
        """It was certainly not sent, and not because of the mail itself."""
        self.state, self.due_at, self.claimed_at, self.handed_at = self.State.WAITING, now, None, None

    def wait_after_failure(self, now: datetime.datetime, problem: str) -> None:
        """Count the failure; each one doubles the pause."""
        self.failures += 1
        self.state, self.claimed_at, self.handed_at = self.State.WAITING, None, None
        self.due_at = now + pause_after(self.failures)
        self.problem = problem[:200]

    def finish(self, state: str, now: datetime.datetime, problem: str = "") -> None:
        """Nothing more will be tried. What has been sent, or says a secret, is not kept."""
        self.state, self.finished_at, self.problem = state, now, problem[:200] or self.problem
        keeps = state in (self.State.REFUSED, self.State.UNCERTAIN) and not self.has_kind.secret
        if not keeps:
            for name, nothing in CONTENT.items():
                setattr(self, name, nothing)

    def begin_again(self, now: datetime.datetime) -> None:
        """Somebody asked to have it tried again: then its address is tried again, too."""
        address_works(self.recipient)
        self.state, self.due_at, self.useless_at = self.State.WAITING, now, now + self.has_kind.use
        self.claimed_at = self.handed_at = self.finished_at = None
        self.failures, self.problem = 0, ""


def pause_after(failures: int) -> datetime.timedelta:
    """How long to wait after so many failures in a row."""
    return datetime.timedelta(seconds=min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE))


def mask_address(address: str) -> str:
    """“j…@example.org”: enough to recognise a known address, too little to collect."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…{at}{host}"
