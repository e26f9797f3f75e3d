"""Forms on posts that exist; apart from `forms`, which holds the editor that all of them use."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.content.forms import BodyForm
from communities.content.kinds import kind_of
from communities.content.models import Thread
from communities.content.services.uploading import upload_file, with_picture
from communities.exceptions import DomainError
from communities.models import Membership


def with_picture_of(form: BodyForm, arguments: dict[str, Any], *, by: Membership) -> dict[str, Any]:
    """The arguments of a writing service, with the picture that a form without script carries at the text's end.

    Raises UploadRefused, NotAllowed.
    """
    file = form.cleaned_data.get("picture")
    if not file:
        return arguments
    attachment = upload_file(file, by=by, alt=form.cleaned_data.get("picture_alt", ""))
    return {**arguments, "body": with_picture(arguments["body"], attachment, fmt=arguments["body_format"])}


class ReplyForm(BodyForm):
    """A reply at the end of a thread; what it offers beside its text is said by the thread’s kind."""

    follow = forms.BooleanField(label=_("Follow this thread"), required=False, initial=True)
    # Why it was not taken, where its sender may not reply (any more).
    refused: DomainError | None = None

    def __init__(self, *args: Any, thread: Thread, **options: Any) -> None:
        super().__init__(*args, key=f"reply:{thread.pk}", **options)
        self.fields["body"].label = _("Your reply")
        offers = kind_of(thread).reply_offers
        if "picture" not in offers:
            del self.fields["picture"], self.fields["picture_alt"]
        if "follow" not in offers:
            del self.fields["follow"]

    def arguments(self) -> dict[str, Any]:
        """What `reply_to` takes; without that field, the author follows."""
        data = self.cleaned_data
        written = {name: data[name] for name in ("body", "body_format", "submission")}
        return {**written, "follow": data.get("follow", True)}


@dataclass(frozen=True)
class EmptyReply:
    """A reply form with nothing in it, which is the same for all threads of a kind but for what names the thread: it is
    drawn once (`{% empty_reply %}`)."""

    thread: Thread

    is_empty = True
    # What stands in it for that which is another each time; none of them is a word of a form.
    URL, KEY, SUBMISSION = "~thread-url~", "~thread-key~", "~submission~"

    def drawn_once(self) -> ReplyForm:
        form = ReplyForm(thread=self.thread, initial={"submission": self.SUBMISSION})
        form.fields["body"].widget.key = f"reply:{self.KEY}"
        return form

    def filled(self, drawn: str, *, url: str) -> str:
        values = {self.URL: url, self.KEY: str(self.thread.pk), self.SUBMISSION: str(uuid.uuid4())}
        for name, value in values.items():
            drawn = drawn.replace(name, value)
        return drawn


class EditPostForm(BodyForm):
    """A text that is published already; `revision` says which state of it the editor saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_767)
    reason = forms.CharField(
        label=_("What did you change?"),
        max_length=200,
        required=False,
        help_text=_("Shown beside the versions."),
    )

    field_order = ["body", "reason"]

    def arguments(self) -> dict[str, Any]:
        """What `edit_post` takes."""
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "revision", "reason")}
