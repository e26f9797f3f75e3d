"""What moderation judges, and what it decided: cases with their reports, decisions that never change, sanctions,
watch words, and the journal that nobody can rewrite."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import PendingEdit, Post, Space
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DETACH, EMPTY, KEEP, Personal
from moderation import vocabulary
from moderation.managers import CaseManager, DecisionManager, SanctionManager, WatchWordManager

# No letter or figure that is read as another one.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def make_ref() -> str:
    """A reference that people can read out; it counts nothing and cannot be guessed."""
    return "".join(secrets.choice(ALPHABET) for _place in range(8))


class Case(CommunityOwned):
    """One thing to judge, with all reports about it. `version` grows with every decision.

    `subject` names what kind of thing it is (`moderation/subjects/`) and which column refers to it.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("Reported")
        HELD = "held", _("Held before publication")
        EDIT = "edit", _("Held change")
        LOOK = "look", _("Published, to be read")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        IN_REVIEW = "in_review", _("In progress")
        RESOLVED = "resolved", _("Decided")

    Outcome = vocabulary.Outcome

    ref = models.CharField(_("reference"), max_length=8, default=make_ref, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    subject = models.CharField(max_length=20)
    # A text, and its change that waits; or whose page it is. Lists join these.
    post = OwnedForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="cases")
    edit = OwnedForeignKey(PendingEdit, models.SET_NULL, null=True, blank=True, related_name="+")
    person = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # Any other thing, by its id: its subject reads it through the scope.
    thing_id = models.BigIntegerField(null=True, blank=True)
    # What it said when it was reported, where it has no versions of its own.
    snapshot: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    space = OwnedForeignKey(Space, models.SET_NULL, null=True, blank=True, related_name="+")
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200)
    reasons = models.JSONField(default=list, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), default=1)
    reach = models.PositiveIntegerField(_("people reached"), default=0)
    weight = models.FloatField(_("weight of the reports"), default=0)
    report_count = models.PositiveIntegerField(default=0)
    # Reports of a text that was judged already must weigh more before a rule hides it.
    threshold = models.FloatField(default=3.0)
    hidden_by_rule_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    rank_at = models.DateTimeField()
    assignee = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    lease_until = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=vocabulary.outcome_choices, blank=True)

    objects = CaseManager()
    # The thing itself, once it was read by `thing_id`.
    fetched: Any = None

    personal = (
        Personal("person", KEEP, why="What was judged; the page that it showed is emptied on leaving."),
        Personal(
            "author",
            KEEP,
            erasure=EMPTY,
            why="Work of moderation, which the law wants accounted for; without the name. Erased: without words, too.",
        ),
        Personal("assignee", KEEP, why="A claim runs out by itself."),
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="case_owned"),
            models.UniqueConstraint(fields=["community", "ref"], name="case_ref_once"),
            models.UniqueConstraint(
                fields=["post", "kind"], condition=~Q(state="resolved"), name="case_open_once"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state="resolved"), name="case_of_person_once"
            ),
            models.UniqueConstraint(
                fields=["community", "subject", "thing_id", "kind"],
                condition=~Q(state="resolved") & Q(thing_id__isnull=False),
                name="case_of_thing_once",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="case_has_subject"),
            models.CheckConstraint(
                condition=Q(person__isnull=True)
                | Q(post__isnull=True, edit__isnull=True, space__isnull=True),
                name="case_text_or_person",
            ),
            models.CheckConstraint(
                condition=Q(thing_id__isnull=True)
                | Q(post__isnull=True, edit__isnull=True, person__isnull=True),
                name="case_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(severity__gte=0, severity__lte=4), name="case_severity"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_review", "resolved"]), name="case_state"
            ),
        ]
        indexes = [
            models.Index(fields=["post"], name="case_post", condition=models.Q(post__isnull=False)),
            models.Index(fields=["edit"], name="case_edit", condition=models.Q(edit__isnull=False)),
            models.Index(
                fields=["community", "rank_at", "id"], name="case_rank", condition=~Q(state="resolved")
            ),
            models.Index(
                fields=["community", "due_at", "id"], name="case_due", condition=~Q(state="resolved")
            ),
            models.Index(fields=["community", "author", "-id"], name="case_of_author"),
            models.Index(
                fields=["community", "subject", "thing_id", "-id"],
                name="case_of_thing",
                condition=Q(thing_id__isnull=False),
            ),
        ]

    @property
    def waited(self) -> bool:
        """Whether what it is about was held back until somebody had read it."""
        return self.kind in (self.Kind.HELD, self.Kind.EDIT)

    @property
    def outcome_words(self) -> str:
        return vocabulary.outcome_words(self.outcome, waited=self.waited)

    def __str__(self) -> str:
        return self.ref

    @property
    def is_open(self) -> bool:
        return self.state != self.State.RESOLVED

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at <= timezone.now()

    def holder(self) -> Membership | None:
        """Who has claimed it; None once the claim has expired."""
        return self.assignee if self.lease_until and self.lease_until > timezone.now() else None


class Report(CommunityOwned):
    """One person's report of something; a notice of illegal content needs no account."""

    class Category(models.TextChoices):
        SPAM = "spam", _("Advertising or spam")
        OFF_TOPIC = "off_topic", _("Not in the right place")
        HARASSMENT = "harassment", _("Attack on a person")
        HATE = "hate", _("Hate or discrimination")
        PERSONAL_DATA = "personal_data", _("Somebody’s personal details")
        FALSE = "false_information", _("False information")
        SAFETY = "safety", _("Dangerous advice or product")
        THREAT = "threat", _("Threat to somebody’s life or safety")
        MINORS = "minors", _("Danger for a child")
        OTHER = "other", _("Something else")

    case = OwnedForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    notifier_name = models.CharField(_("name"), max_length=120, blank=True)
    notifier_email = models.EmailField(_("e-mail"), blank=True)
    category = models.CharField(_("what is wrong"), max_length=20, choices=Category)
    is_notice = models.BooleanField(_("illegal content"), default=False)
    text = models.TextField(_("explanation"), max_length=2000, blank=True)
    weight = models.FloatField(default=1.0)
    revision = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal(
            "reporter",
            KEEP,
            erasure=DETACH,
            exported_as="reports",
            withheld=("weight",),
            why="It still says what is wrong with a text, and how many said so; without the name.",
        ),
        Personal(
            "notifier_email", KEEP, why="A notice of illegal content is answered and accounted for by law."
        ),
    )

    class Meta:
        indexes = [models.Index(fields=["case"], name="report_case")]
        verbose_name = _("report")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="report_owned"),
            models.UniqueConstraint(
                fields=["case", "reporter"], condition=Q(reporter__isnull=False), name="report_once"
            ),
        ]


class Decision(CommunityOwned):
    """What was decided about something or against a person, and why, in the words they read. A trigger keeps it as
    it is."""

    # The acts that all subjects share; `act` may be one that a subject brings.
    Act = vocabulary.Act

    class Detection(models.TextChoices):
        REPORTS = "reports", _("Reports by members")
        NOTICE = "notice", _("A notice of illegal content")
        SCREENING = "screening", _("A check before publication")
        TEAM = "team", _("The team’s own reading")

    ref = models.CharField(_("reference"), max_length=8, default=make_ref, editable=False)
    case = OwnedForeignKey(Case, models.DO_NOTHING, null=True, blank=True, related_name="decisions")
    concerned = OwnedForeignKey(Membership, models.DO_NOTHING, null=True, blank=True, related_name="+")
    # None where a rule decided, pending a person.
    actor = OwnedForeignKey(Membership, models.DO_NOTHING, null=True, blank=True, related_name="+")
    act = models.CharField(max_length=20, choices=vocabulary.act_choices)
    ground = models.CharField(_("ground"), max_length=12, blank=True)
    ground_text = models.CharField(max_length=500, blank=True)
    # The version of the house rules that a cited rule is read in: it stays readable when a newer one leaves it out.
    rules_version = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField(_("message"), max_length=2000, blank=True)
    detection = models.CharField(max_length=10, choices=Detection, default=Detection.TEAM)
    revision = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # What was taken away and is stored nowhere else, so that it can be put back.
    kept: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DecisionManager()

    personal = (
        Personal(
            "concerned",
            KEEP,
            exported_as="decisions",
            why="The law wants decisions accounted for; the database refuses change. Without the name.",
        ),
        Personal("actor", KEEP, why="The law wants decisions accounted for; without the name."),
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="decision_owned"),
            models.UniqueConstraint(fields=["community", "ref"], name="decision_ref_once"),
        ]
        indexes = [
            models.Index(fields=["case"], name="decision_case"),
            models.Index(fields=["community", "concerned", "-id"], name="decision_of"),
            models.Index(
                fields=["community", "ground"],
                name="decision_by_rule",
                condition=models.Q(rules_version__isnull=False),
            ),
        ]

    @property
    def act_words(self) -> str:
        return vocabulary.act_words(self.act, waited=self.case is not None and self.case.waited)

    def __str__(self) -> str:
        return self.ref

    @property
    def restricts(self) -> bool:
        return self.act != self.Act.LIFT and self.act not in vocabulary.acts_that_leave_it()

    @property
    def is_measure(self) -> bool:
        """Against a person, or the end of that; every other one is about what the case is about."""
        return self.act in vocabulary.MEASURES

    @property
    def is_automatic(self) -> bool:
        return self.actor_id is None


class Sanction(CommunityOwned):
    """A measure against a person; it ends by the clock, or earlier by hand."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("Warning")
        READ_ONLY = "read_only", _("Read only")
        SUSPENSION = "suspension", _("Suspension")

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=10, choices=Kind)
    decision = OwnedForeignKey(Decision, models.DO_NOTHING, related_name="+")
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SanctionManager()
    # Set by the author's record: whether the person who reads it may end the measure early.
    may_lift = False

    personal = (
        Personal(
            "membership", KEEP, exported_as="measures", why="Leaving and coming back must not end a measure."
        ),
        Personal("by", KEEP, why="The law wants decisions accounted for; without the name."),
    )

    class Meta:
        verbose_name = _("sanction")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="sanction_owned")]
        indexes = [
            models.Index(
                fields=["decision"], name="sanction_decision", condition=models.Q(decision__isnull=False)
            ),
            models.Index(fields=["membership", "-id"], name="sanction_of"),
        ]

    @property
    def is_running(self) -> bool:
        return self.lifted_at is None and self.until is not None and self.until > timezone.now()


class WatchWord(CommunityOwned):
    """A word that holds, refuses, masks or reports a text. `*` stands for any letters."""

    class Action(models.TextChoices):
        REPORT = "report", _("Publish, and open a case")
        HOLD = "hold", _("Hold for a moderator")
        MASK = "mask", _("Mask the word")
        BLOCK = "block", _("Refuse the text")

    word = models.CharField(_("word or phrase"), max_length=100)
    key = models.CharField(max_length=200, editable=False)
    action = models.CharField(_("what happens"), max_length=6, choices=Action, default=Action.HOLD)
    why = models.CharField(_("why"), max_length=120, blank=True)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WatchWordManager()

    personal = (Personal("by", KEEP, why="Who ran the place: the team’s own record, without the name."),)

    class Meta:
        verbose_name = _("watch word")
        verbose_name_plural = _("watch words")
        constraints = [models.UniqueConstraint(fields=["community", "key"], name="watch_word_once")]

    def __str__(self) -> str:
        return self.word


class AuditEvent(CommunityOwned):
    """One line of the journal: who did what, when, from what to what. A trigger refuses every change."""

    act = models.CharField(max_length=24)
    actor = OwnedForeignKey(Membership, models.DO_NOTHING, null=True, blank=True, related_name="+")
    actor_role = models.CharField(max_length=12, blank=True)
    case = OwnedForeignKey(Case, models.DO_NOTHING, null=True, blank=True, related_name="events")
    subject = models.CharField(max_length=60, blank=True)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    detail: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (Personal("actor", KEEP, why="The journal cannot be changed; the name is no more."),)

    class Meta:
        verbose_name = _("line of the journal")
        indexes = [
            models.Index(fields=["community", "-id"], name="audit_list"),
            models.Index(fields=["case", "id"], name="audit_of_case"),
            models.Index(fields=["community", "-created_at", "-id"], name="audit_by_date"),
            models.Index(fields=["community", "actor", "-created_at"], name="audit_by_actor"),
        ]
