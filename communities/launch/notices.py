"""What people are told of the launch: a part has opened or is paused, and what the plan asks of those who run it.

They quote no text, and whether somebody may still read them depends on the plan, not on a post.
"""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.launch.audiences import audience_of, would_be_inside
from communities.launch.features import open_features, told_labels
from communities.launch.models import Stage
from communities.launch.permissions import can_edit_plan
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


class StageNotice(Notice):
    """About one stage; its occasion tells one opening, date or pause from the next."""

    way_out = gettext_lazy("No more mails of this kind")

    def words(self, line: Line) -> Words:
        return Words(self.lead(line.stage), _("Go and see"), _("You are a member here."))

    def lead(self, stage: Stage) -> str:
        """The first sentences of the mail: what it means, what to do."""
        return ""

    def named(self, stage: Stage) -> str:
        return ", ".join(told_labels(stage.features)) or stage.name

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """A line about a part that is by now closed to its reader disappears."""
        return can_edit_plan(reading.membership) or self.is_inside(line.stage, reading)

    def is_inside(self, stage: Stage, reading: Reading) -> bool:
        return False


@declare
class StageOpened(StageNotice):
    name = "stage_opened"
    label = gettext_lazy("Opening of a part")
    heading = Heading.PLACE
    icon = "door"
    order = 60
    question = gettext_lazy("Part of the community opens to me")

    def sentence(self, line: Line) -> str:
        return _("%(name)s is open") % {"name": self.named(line.stage)}

    def lead(self, stage: Stage) -> str:
        return stage.announcement

    def words(self, line: Line) -> Words:
        for_team = line.path != "/"
        return plan_words(self.lead(line.stage)) if for_team else super().words(line)

    def is_inside(self, stage: Stage, reading: Reading) -> bool:
        return stage.is_open and set(stage.features) <= open_features(reading.community, reading.membership)


@declare
class StagePaused(StageNotice):
    name = "stage_paused"
    label = gettext_lazy("Pause of a part")
    heading = Heading.PLACE
    icon = "pause"
    order = 61
    by_mail = False

    def sentence(self, line: Line) -> str:
        return _("%(name)s is paused") % {"name": self.named(line.stage)}

    def is_inside(self, stage: Stage, reading: Reading) -> bool:
        audience = audience_of(reading.membership)
        return stage.has_effect and would_be_inside(reading.community.launch, stage.compiled(), audience)


class PlanNotice(StageNotice):
    """For those who run the launch plan; only they see the setting for its mails."""

    heading = Heading.RUNNING
    can_wait = False

    def is_asked(self, membership: Membership) -> bool:
        return can_edit_plan(membership)

    def words(self, line: Line) -> Words:
        return plan_words(self.lead(line.stage))


@declare
class StageReady(PlanNotice):
    name = "stage_ready"
    label = gettext_lazy("Stage ready to open")
    icon = "check"
    order = 62
    question = gettext_lazy("A stage of the launch plan is ready to open")

    def sentence(self, line: Line) -> str:
        return _("Ready to open %(stage)s") % {"stage": line.stage.name}

    def lead(self, stage: Stage) -> str:
        return _("All its gauges are green. Open it when you like.")


@declare
class StageDue(PlanNotice):
    name = "stage_due"
    label = gettext_lazy("Stage that opens tomorrow")
    icon = "clock"
    order = 63
    question = gettext_lazy("A stage opens tomorrow")

    def sentence(self, line: Line) -> str:
        return _("%(stage)s opens tomorrow") % {"stage": line.stage.name}

    def lead(self, stage: Stage) -> str:
        if stage.opening == Stage.Opening.HAND:
            return _("The waiting list was told this date, and you open it by hand.")
        return _("It opens automatically on the planned date. Move the date if it is too early.")


@declare
class StageAlarm(PlanNotice):
    name = "stage_alarm"
    label = gettext_lazy("Stage that cannot open")
    icon = "alert"
    order = 64
    question = gettext_lazy("A stage cannot open as planned")

    def sentence(self, line: Line) -> str:
        return _("%(stage)s: check it before tonight") % {"stage": line.stage.name}

    def lead(self, stage: Stage) -> str:
        return _("As things stand, it cannot open as planned. Its page says what is blocking it.")


@declare
class StageStopped(PlanNotice):
    """It was paused by itself: told to those who run the plan at once, since only they can let it go on."""

    name = "stage_stopped"
    label = gettext_lazy("Stage that paused automatically")
    icon = "pause"
    order = 65
    mail_after = datetime.timedelta(0)
    question = gettext_lazy("A stage has paused automatically")

    def sentence(self, line: Line) -> str:
        return _("%(stage)s has paused automatically") % {"stage": line.stage.name}

    def lead(self, stage: Stage) -> str:
        return _(
            "A limit of its first 72 hours was passed. Its page says which, and where all of them stand."
        )


def plan_words(lead: str) -> Words:
    return Words(lead, _("Open the launch plan"), _("You run the launch plan."))
