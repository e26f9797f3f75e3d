"""A community: its look, its languages, its rules."""

from __future__ import annotations

import hashlib
from datetime import tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from communities.calendar import time_zones
from members.personal import KEEP, Personal

slug_rule = RegexValidator(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens."))


def check_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


def fingerprint(row: models.Model) -> str:
    """Another one whenever something in the row is another: for what is made of a row that is remembered."""
    known = row.__dict__
    kept: tuple[object, str] | None = known.get("_fingerprint")
    changed = known.get("updated_at")
    # A row that was changed where it is remembered, and saved.
    if kept is not None and kept[0] is changed:
        return kept[1]
    values = repr([known.get(field.attname) for field in row._meta.concrete_fields])
    found = hashlib.blake2b(values.encode(), digest_size=16).hexdigest()
    known["_fingerprint"] = (changed, found)
    return found


class Community(models.Model):
    """A branded place: its look, its languages, its rules. Not community-owned itself: it is the owner."""

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        READ_ONLY = "read_only", _("Read-only")

    class Mode(models.TextChoices):
        PRE = "pre", _("Read before publication")
        POST = "post", _("Published, then read")
        REACTIVE = "reactive", _("Read when reported")
        HYBRID = "hybrid", _("Newcomers’ first posts are held")

    slug = models.CharField(_("short name"), max_length=63, unique=True, validators=[slug_rule])
    name = models.CharField(_("name"), max_length=80)
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    about = models.TextField(_("about"), blank=True, help_text=_("Who runs this place and what for."))
    language = models.CharField(_("main language"), max_length=8, default="en", choices=settings.LANGUAGES)
    languages = ArrayField(
        models.CharField(max_length=8), verbose_name=_("languages"), default=list, blank=True
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Paris", validators=[check_time_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    # Its owner wants it gone; nobody writes until then, and it can be taken back until then.
    deletes_at = models.DateTimeField(_("to be deleted on"), null=True, blank=True)
    listed = models.BooleanField(_("listed on the platform’s home page"), default=True)
    theme = models.JSONField(_("theme"), default=dict, blank=True)
    mark = models.CharField(_("drawn mark"), max_length=40, blank=True)
    logo = models.CharField(_("logo"), max_length=200, blank=True)
    address_form = models.CharField(
        _("form of address"), max_length=4, choices=[("vous", _("vous")), ("tu", _("tu"))], default="vous"
    )
    sender_name = models.CharField(_("sender’s name"), max_length=80, blank=True)
    sender_email = models.EmailField(_("sender’s address"), blank=True)
    moderation_mode = models.CharField(_("moderation"), max_length=8, choices=Mode, default=Mode.HYBRID)
    open_features = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # The compiled launch plan that permission checks read, written by communities.launch; its version moves with each
    # change.
    launch = models.JSONField(_("launch plan in force"), default=dict, blank=True)
    launch_version = models.PositiveIntegerField(default=0)
    legal = models.JSONField(_("legal identity"), default=dict, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    # The texts in force and those to come, for pages that ask no table; read by communities.wording, written by
    # communities.texts.
    texts = models.JSONField(_("texts in force"), default=dict, blank=True)
    # What the team says above every page now or soon, for the same reason; written and read by the package of
    # announcements.
    announced = models.JSONField(_("announcements that stand"), default=list, blank=True)
    member_count = models.PositiveIntegerField(default=0)
    # The operator’s: what this community may use (`communities/quotas.py`), and since when it is stopped.
    quotas = models.JSONField(_("quotas"), default=dict, blank=True)
    suspended_at = models.DateTimeField(_("suspended since"), null=True, blank=True)
    suspended_why = models.CharField(_("why it is suspended"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    personal = (Personal("sender_email", KEEP, why="The community’s own address."),)

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        indexes = [
            models.Index(
                fields=["-member_count", "-id"],
                name="community_directory",
                condition=models.Q(listed=True, state="open"),
            ),
            models.Index(
                fields=["-id"],
                name="community_suspended",
                condition=models.Q(suspended_at__isnull=False),
            ),
            models.Index(
                fields=["deletes_at"],
                name="community_to_delete",
                condition=models.Q(deletes_at__isnull=False),
            ),
            # Files that a brand shows no more, for the daily job that deletes them.
            models.Index(
                fields=["id"],
                name="community_former_files",
                condition=models.Q(settings__brand__has_key="former"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "open", "closed", "read_only"]), name="community_state"
            ),
            models.CheckConstraint(
                condition=models.Q(deletes_at__isnull=True) | models.Q(state__in=["draft", "read_only"]),
                name="community_to_delete_rests",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)

    @property
    def all_languages(self) -> list[str]:
        """The interface languages offered here, the main one first."""
        return [self.language, *(code for code in self.languages if code != self.language)]

    @property
    def is_draft(self) -> bool:
        """Seen by its team only: for everybody else there is a sober page, and nothing else."""
        return self.state == self.State.DRAFT

    @property
    def takes_texts(self) -> bool:
        """Whether anybody may write at all."""
        return self.state != self.State.READ_ONLY and self.deletes_at is None

    @property
    def is_over(self) -> bool:
        """Whether its time to be deleted has come."""
        return self.deletes_at is not None and self.deletes_at <= timezone.now()

    @property
    def is_findable(self) -> bool:
        """Whether search engines may keep what visitors read: asked by robots.txt, sitemaps and every page."""
        standing = self.state in (self.State.OPEN, self.State.READ_ONLY) and self.deletes_at is None
        return standing and bool(self.settings.get("search_engines", True))

    @property
    def drawing(self) -> str:
        """Of the home page and the sign-in pages, where there is no photograph; empty: the usual one."""
        home = self.settings.get("home")
        return str(home.get("drawing") or "") if isinstance(home, dict) else ""

    @property
    def minimum_age(self) -> int:
        """In years, asked at joining; 0: nobody is asked."""
        return int(self.settings.get("minimum_age") or 0)
