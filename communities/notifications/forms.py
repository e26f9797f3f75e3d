from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Membership
from communities.notifications.models import Notification

QUESTIONS = {
    Notification.Kind.REPLY_POSTED: _("Somebody replies in a thread that I follow"),
    Notification.Kind.MENTIONED: _("Somebody mentions me"),
    Notification.Kind.ANSWER_ACCEPTED: _("My answer is accepted"),
    Notification.Kind.THREAD_STARTED: _("A thread starts in a space that I follow"),
    Notification.Kind.ARTICLE_PUBLISHED: _("An article appears in a blog that I follow"),
}


class ChannelsForm(forms.Form):
    """One box for each kind of news that can send a mail: ticked means “send it”."""

    mails = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind.value, question) for kind, question in QUESTIONS.items()],
        help_text=_("One mail about a thread until you come back, however many replies there are."),
    )

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        wanted = [kind.value for kind in QUESTIONS if kind.value not in membership.muted_mails]
        super().__init__(data, initial={"mails": wanted})

    def muted(self) -> list[str]:
        return [kind.value for kind in QUESTIONS if kind.value not in self.cleaned_data["mails"]]
