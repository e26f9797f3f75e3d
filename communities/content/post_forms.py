"""Forms on posts that exist; apart from `forms`, which holds the editor that all of them use."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.content.addresses import to_stored
from communities.content.forms import BodyForm
from communities.content.insets import typed_insets
from communities.content.kinds import kind_of
from communities.content.models import Post, Thread
from communities.content.services.composing import unread_formulas
from communities.content.services.uploading import upload_any, with_upload
from communities.content.text.extracts import shorten
from communities.content.text.remote import remote_pictures
from communities.content.under_replies import Under, forms_under, not_on_offer, offered_under
from communities.exceptions import DomainError
from communities.launch.features import is_open
from communities.models import Membership

# Pictures of other sites that are named in one line.
MOST_NAMES = 5


def with_picture_of(form: BodyForm, arguments: dict[str, Any], *, by: Membership) -> dict[str, Any]:
    """The arguments of a writing service, with what a form without script carries, picture or file, at the text's end.

    Raises UploadRefused, NotAllowed.
    """
    file = form.cleaned_data.get("picture")
    if not file:
        return arguments
    attachment = upload_any(file, by=by, alt=form.cleaned_data.get("picture_alt", ""))
    return {**arguments, "body": with_upload(arguments["body"], attachment, fmt=arguments["body_format"])}


def with_picture_in(fields: Mapping[str, str], picture: Any, *, by: Membership) -> dict[str, str]:
    """The same for fields that are only kept as they were typed. Raises UploadRefused, NotAllowed."""
    kept = dict(fields)
    if picture is None:
        return kept
    attachment = upload_any(picture, by=by, alt=kept.pop("picture_alt", ""))
    fmt = kept.get("body_format") or Post.Format.MARKDOWN
    kept["body"] = with_upload(kept.get("body", ""), attachment, fmt=fmt)
    return kept


def tell_of_text(request: HttpRequest, form: BodyForm) -> None:
    """What the writer of a text that was just sent should know of it, where readers do not see what was meant."""
    _tell_of_pictures(request, form)
    _tell_of_formulas(request, form)


def _tell_of_formulas(request: HttpRequest, form: BodyForm) -> None:
    data, community = form.cleaned_data, cast("Any", request).community
    found = unread_formulas(data["body"], fmt=data["body_format"], community=community)
    if found:
        messages.warning(request, said_of_unread(found))


def said_of_unread(formulas: Sequence[str]) -> str:
    """In words for their writer: which formulas readers see as they were typed."""
    names = [f"\u2068{shorten(one, 60)}\u2069" for one in formulas[:MOST_NAMES]]
    said = gettext(
        "Not shown as a formula, because it cannot be read: %(formulas)s. Check the brackets and commands."
    )
    return said % {"formulas": get_text_list(names, gettext("and"))}


def _tell_of_pictures(request: HttpRequest, form: BodyForm) -> None:
    """Names the pictures of other sites in a text: readers see links in their place."""
    reader = cast("Any", request)
    if not is_open(reader.community, reader.membership, "uploads"):
        return
    found = remote_pictures(to_stored(form.cleaned_data["body"]), form.cleaned_data["body_format"])
    if not found:
        return
    names = [f"\u2068{one.name}\u2069" for one in found[:MOST_NAMES]]
    if len(found) > MOST_NAMES:
        more = len(found) - MOST_NAMES
        names.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    said = gettext(
        "Pictures from other sites appear in your text as links: %(names)s. “Edit” shows how to "
        "bring them in."
    )
    messages.info(request, said % {"names": get_text_list(names, gettext("and"))})


class ReplyForm(BodyForm):
    """A reply at the end of a thread; what it offers beside its text is said by the thread’s kind."""

    follow = forms.BooleanField(label=_("Follow this thread"), required=False, initial=True)
    comment = forms.BooleanField(
        label=_("A comment, not an answer"),
        required=False,
        help_text=_("Comments stand apart, after the answers."),
        widget=forms.CheckboxInput(attrs={"data-kept": ""}),
    )
    # Why it was not taken, where its sender may not reply (any more).
    refused: DomainError | None = None

    def __init__(
        self, data: Any = None, files: Any = None, *, thread: Thread, by: Membership | None, **options: Any
    ) -> None:
        super().__init__(data, files, key=f"reply:{thread.pk}", **options)
        self.thread = thread
        said: Mapping[str, Any] = self.initial if data is None else data
        # What was asked for to stand under it, and what can be.
        self.under = forms_under(thread, by, data, self.initial)
        self.offered = [] if self.under else offered_under(thread, by)
        self.left_out = not_on_offer(said, self.under)
        # To be copied: what was typed for that, and all that was typed to stand under it.
        self.typed_left_out = [one for inset in self.left_out for one in inset.typed(said)]
        self.typed_under = typed_insets(said)
        self.fields["body"].label = _("Your reply")
        offers = kind_of(thread).reply_offers
        if "picture" not in offers:
            del self.fields["picture"], self.fields["picture_alt"]
        if "follow" not in offers:
            del self.fields["follow"]
        if not thread.asks:
            del self.fields["comment"]

    def is_valid(self) -> bool:
        """With what is to stand under it: all that is wrong is said at once."""
        return all([super().is_valid(), *(part.is_valid() for part in self.under)])

    def clean(self) -> dict[str, Any]:
        """Nobody’s poll is dropped without a word."""
        for inset in self.left_out:
            self.add_error(None, str(inset.not_on_offer))
        return self.cleaned_data

    def first_problem(self) -> str:
        """Of a form that is not valid, in a sentence."""
        found = [problem for form in (self, *self.under) for said in form.errors.values() for problem in said]
        return str(found[0])

    def arguments(self) -> dict[str, Any]:
        """What `reply_to` takes; without that field, the author follows."""
        data = self.cleaned_data
        written = {name: data[name] for name in ("body", "body_format", "submission")}
        return {
            **written,
            "follow": data.get("follow", True),
            "comment": data.get("comment", False),
            "under": Under(self.under),
        }


@dataclass(frozen=True)
class EmptyReply:
    """A reply form with nothing in it, which is the same for all threads of a kind but for what names the thread: it is
    drawn once (`{% empty_reply %}`)."""

    thread: Thread
    by: Membership | None = None

    is_empty = True
    # What stands in it for that which is another each time; none of them is a word of a form.
    URL, KEY, SUBMISSION = "~thread-url~", "~thread-key~", "~submission~"

    def drawn_once(self) -> ReplyForm:
        form = ReplyForm(thread=self.thread, by=self.by, initial={"submission": self.SUBMISSION})
        form.fields["body"].widget.key = f"reply:{self.KEY}"
        return form

    @property
    def offered(self) -> tuple[str, ...]:
        """What its reader may ask for to stand under it: of this, too, there is one form each."""
        return tuple(one.name for one in offered_under(self.thread, self.by))

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
