"""What Today says of automations: those that stopped by themselves."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.automations.models import Automation
from communities.animation.automations.permissions import can_edit_automations
from communities.animation.automations.reaching import parts_of
from communities.animation.automations.running import FEATURE
from communities.animation.automations.showing import act_words, trigger_words
from communities.animation.today.matters import Matter, Scope, Source
from communities.launch.features import is_open
from communities.models import Membership


class StoppedAutomations(Source):
    """Each says why it stopped; whoever looks after it signs it anew, or takes it away."""

    name = "automations"
    label = gettext_lazy("Automation that stopped")
    order = 75
    url_name = "animation:list-automations"
    rests = datetime.timedelta(days=7)

    def may(self, viewer: Membership) -> bool:
        return can_edit_automations(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        if not is_open(scope.community, scope.viewer, FEATURE):
            return []
        rows = scope.narrowed(Automation.objects.living().stopped_alone())
        return [self._matter(row) for row in rows.order_by("stopped_at", "pk")[:limit]]

    def _matter(self, row: Automation) -> Matter:
        url = reverse("animation:edit-automation", args=[row.pk])
        if parts_of(row) is None:
            # A part of it is not here any more: it can be taken away, on the list.
            url = reverse(self.url_name)
        words = {"when": trigger_words(row), "then": act_words(row)}
        return Matter(
            str(row.pk),
            _("An automation has stopped: when %(when)s, %(then)s") % words,
            5,
            row.stopped_at or row.created_at,
            harm=1,
            facts=(str(row.get_why_display()),),
            url=url,
            act=_("Look at it"),
        )
