"""What members have typed and not sent yet."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, Personal


class UnsentText(CommunityOwned):
    """A form for a text as it was left: nobody reads it but whoever typed it.

    Addresses are those within the community, without what stands before them. `submission` is the number of the
    sending that it would have become, `version` counts how often it was kept, so that one tab cannot overwrite what
    another has kept.
    """

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    # What is written, as the editor names it: "reply:42".
    about = models.CharField(max_length=120, blank=True)
    page = models.CharField(max_length=500)
    path = models.CharField(max_length=500)
    fields = models.JSONField(default=dict)
    # Uploads that the text shows, which stay as long as it does.
    pictures = ArrayField(models.UUIDField(), default=list, blank=True)
    submission = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    # Why it could not be posted, where a browser sent it by itself; empty once it is kept anew.
    reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    kept_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="unsent_texts",
            withheld=("submission", "version"),
            why="What nobody has read goes with whoever wrote it.",
        ),
    )

    class Meta:
        verbose_name = _("unsent text")
        verbose_name_plural = _("unsent texts")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="unsent_owned")]
        indexes = [
            models.Index(fields=["membership", "-kept_at"], name="unsent_newest"),
            models.Index(fields=["kept_at"], name="unsent_old"),
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def number(self) -> str:
        """As its form carries it: which one, and which state of it."""
        return f"{self.pk}.{self.version}"

    @property
    def names(self) -> str:
        """The same, and by the sending that it would have become, for a browser that did not hear its number."""
        return f"{self.number} {self.submission}.{self.version}" if self.submission else self.number

    @property
    def typed(self) -> dict[str, Any]:
        """The fields with words in them."""
        return {name: value for name, value in self.fields.items() if str(value).strip()}
