"""What a note has beyond a thread."""

from __future__ import annotations

from django.db import models

from communities.content.models import Thread
from communities.fields import OwnedOneToOneField
from communities.scoping import CommunityOwned

# The name that rows of spaces carry, and that of their threads.
NOTES, NOTE = "notes", "note"


class Margin(models.TextChoices):
    """Who reads the words in the margin: everybody, or their author and whoever judges them."""

    SHOWN = "shown"
    WAITING = "waiting"
    STRUCK = "struck"


class Note(CommunityOwned):
    """The mood in which a note was written, a day on which it is to be read again, whether it takes replies; and what
    its author wrote into its margin later, which is judged by itself."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="note")
    mood = models.CharField(max_length=80, blank=True)
    again_on = models.DateField(null=True, blank=True)
    replies_open = models.BooleanField(default=True)
    margin = models.CharField(max_length=200, blank=True)
    margin_state = models.CharField(max_length=8, choices=Margin, default=Margin.SHOWN)

    @property
    def public_margin(self) -> str:
        return self.margin if self.margin_state == Margin.SHOWN else ""
