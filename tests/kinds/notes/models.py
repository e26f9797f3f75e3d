"""What a note has beyond a thread."""

from __future__ import annotations

from django.db import models

from communities.content.models import Thread
from communities.fields import OwnedOneToOneField
from communities.scoping import CommunityOwned

# The name that rows of spaces carry, and that of their threads.
NOTES, NOTE = "notes", "note"


class Note(CommunityOwned):
    """The mood in which a note was written, a day on which it is to be read again, and whether it takes replies."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="note")
    mood = models.CharField(max_length=80, blank=True)
    again_on = models.DateField(null=True, blank=True)
    replies_open = models.BooleanField(default=True)
