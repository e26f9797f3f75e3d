"""What the journal of a community says of the operator’s acts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.operator.deleting import DELETION, KEPT, deletion_there, take_back
from communities.console.operator.opening import OPENED, SENT_AWAY
from communities.journal.acts import Act, register_act
from communities.quotas import LABELS, Quota
from communities.sizes import size_in_words

REASON = {"reason": gettext_lazy("Reason")}
DAY = {"deletes_at": gettext_lazy("To be deleted on")}


def register() -> None:
    for act in (
        Act(
            OPENED,
            gettext_lazy("Opened by the operator"),
            REASON | {"minutes": gettext_lazy("Minutes")},
            url=lambda _change: reverse("console:list-openings"),
        ),
        Act(
            SENT_AWAY,
            gettext_lazy("Opening ended"),
            url=lambda _change: reverse("console:list-openings"),
        ),
        Act("operator_suspended", gettext_lazy("Suspended"), REASON),
        Act("operator_resumed", gettext_lazy("Resumed"), REASON),
        Act(
            "operator_quotas",
            gettext_lazy("Quotas changed"),
            {quota.value: label for quota, label in LABELS.items()},
            shown=_quota,
        ),
        Act(
            "operator_handed_over",
            gettext_lazy("Place handed over"),
            REASON,
            url=lambda _change: reverse("console:show-team"),
        ),
        Act("operator_cloned", gettext_lazy("Structure copied, without people"), REASON),
        Act(
            DELETION,
            gettext_lazy("Deletion of the place"),
            DAY | REASON,
            url=lambda _change: reverse("console:close-community"),
            present=deletion_there,
            undo=take_back,
            shown=_deletion,
        ),
        Act(KEPT, gettext_lazy("Deletion of the place taken back"), DAY | REASON, shown=_deletion),
    ):
        register_act(act)


def _quota(name: str, value: Any) -> str:
    if name == Quota.STORAGE:
        return size_in_words(value)
    return number_format(value, force_grouping=True)


def _deletion(name: str, value: Any) -> str:
    if name != "deletes_at":
        return str(value)
    day = parse_datetime(str(value or ""))
    return date_format(day, "DATE_FORMAT") if day else _("not asked for")
