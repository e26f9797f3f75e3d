"""What the automations of the sweeps’ world hold: one that runs, one line of its log, one note to a member."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from communities.animation.automations.models import Firing
from communities.animation.automations.notices import AutomaticNote
from communities.animation.automations.services import AutomationWishes, make_automation
from communities.models import Membership
from communities.notices import About
from communities.notifications.services import tell
from tests.conftest import Cast


def make_automations(here: Cast) -> dict[str, Any]:
    """Of a trigger that the sweeps do not set off by themselves."""
    wishes = AutomationWishes("inactive", "role", {"days": 60}, (("standing", "members"),))
    automation = make_automation(wishes, by=here.manager, on=True)
    noting = make_automation(
        AutomationWishes("inactive", "note", {"days": 90}, words="Hello."), by=here.manager, on=True
    )

    def line(of: Any, person: Membership, **said: Any) -> Firing:
        now = timezone.now()
        firing: Firing = Firing.objects.create(
            automation=of,
            subject=f"member {person.pk}",
            moment=now,
            person=person,
            state="done",
            ended_at=now,
            by=here.manager,
            **said,
        )
        return firing

    note = line(noting, here.member, words="Hello.")
    path, occasion = f"/me/notes/{note.pk}/", f"note {note.pk}"
    tell(AutomaticNote, [here.member.pk], About(actor=here.manager, path=path, occasion=occasion))
    return {
        "automation": automation,
        # An ambassador by an automation: that can be taken back.
        "firing": line(automation, here.ambassador, kept={"act": "role"}),
        "automatic_note": note,
    }
