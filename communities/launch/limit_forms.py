"""The form of a stage’s limits: a figure for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from communities.figures import WholeField
from communities.launch.limits import LIMITS
from communities.launch.models import Stage


class LimitsForm(forms.Form):
    """Above which figure the stage pauses by itself; empty does without that limit."""

    def __init__(self, data: Any = None, *, stage: Stage) -> None:
        super().__init__(data)
        for limit in LIMITS:
            figure = float(stage.limits.get(limit.name, limit.usual))
            usual = {"span": limit.span, "usual": f"{limit.usual:g}"}
            self.fields[limit.name] = WholeField(
                label=str(limit.label),
                help_text=_("%(span)s; usually %(usual)s") % usual,
                min_value=1,
                max_value=limit.most,
                required=False,
                initial=int(figure) if figure else None,
            )

    def limits(self) -> dict[str, float]:
        return {limit.name: float(self.cleaned_data[limit.name] or 0) for limit in LIMITS}
