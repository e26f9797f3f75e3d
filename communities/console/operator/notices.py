"""What owners are told in the bell."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.notices import Heading, Line, Notice, Reading, Words, declare
from communities.permissions import can_see_openings


class PlatformNotice(Notice):
    """From the platform: nobody mutes it. Its mail is the platform’s own (`emails.py`), which leaves even where the
    community sends nothing."""

    heading = Heading.RUNNING
    icon = "shield"
    by_mail = False
    mail_after = datetime.timedelta(0)
    said: ClassVar[Promise]

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return can_see_openings(reading.membership)

    def sentence(self, line: Line) -> str:
        return str(self.said)

    def words(self, line: Line) -> Words:
        return Words(str(self.said), _("Open the page"), _("You own this community."))


@declare
class OperatorEntered(PlatformNotice):
    name = "operator_entered"
    label = gettext_lazy("Opening by the operator")
    order = 80
    said = gettext_lazy("The operator opened your community: see why, and until when")


@declare
class QuotaNear(PlatformNotice):
    name = "quota_near"
    label = gettext_lazy("Limits almost reached")
    icon = "alert"
    order = 81
    said = gettext_lazy("Your community is close to its limits")
