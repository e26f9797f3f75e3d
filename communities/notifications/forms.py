from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.launch.permissions import can_edit_plan
from communities.models import Membership
from communities.notifications.models import Notification

QUESTIONS = {
    Notification.Kind.REPLY_POSTED: _("Somebody replies in a thread that I follow"),
    Notification.Kind.MENTIONED: _("Somebody mentions me"),
    Notification.Kind.ANSWER_ACCEPTED: _("My answer is accepted"),
    Notification.Kind.THREAD_STARTED: _("A thread starts in a space that I follow"),
    Notification.Kind.ARTICLE_PUBLISHED: _("An article appears in a blog that I follow"),
    Notification.Kind.STAGE_OPENED: _("A part of the place opens for me"),
}
# Only those who run the launch plan are asked.
PLAN_QUESTIONS = {
    Notification.Kind.STAGE_READY: _("A stage of the launch plan is ready to open"),
    Notification.Kind.STAGE_DUE: _("A stage opens tomorrow"),
    Notification.Kind.STAGE_ALARM: _("A stage cannot open as planned"),
}


class ChannelsForm(forms.Form):
    """One box for each kind of news that can send a mail: ticked means “send it”."""

    mails = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One mail about a thread until you come back, however many replies there are."),
    )

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        self.questions = QUESTIONS | (PLAN_QUESTIONS if can_edit_plan(membership) else {})
        # What is not asked stays as it is.
        self.others = [kind for kind in membership.muted_mails if kind not in self.questions]
        wanted = [kind.value for kind in self.questions if kind.value not in membership.muted_mails]
        super().__init__(data, initial={"mails": wanted})
        choices = [(kind.value, question) for kind, question in self.questions.items()]
        self.fields["mails"].choices = choices  # type: ignore[attr-defined]

    def muted(self) -> list[str]:
        asked = [kind.value for kind in self.questions if kind.value not in self.cleaned_data["mails"]]
        return asked + self.others
