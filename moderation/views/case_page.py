"""What the page of one case shows; a file of its own because refused forms show the same page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.template.defaultfilters import floatformat

from communities.middleware import MemberRequest
from moderation.forms import DecisionForm, SanctionForm
from moderation.models import Case
from moderation.permissions import (
    can_claim_case,
    can_see_reporter,
    can_take_over_case,
    decisions_open_to,
    sanctions_open_to,
)
from moderation.presenting import Line
from moderation.queries.cases import author_history, decisions_of, reports_of
from moderation.queries.journal import events_of
from moderation.queries.queue import Filters, queue_page
from moderation.screening import reason_text
from moderation.services.statements import seen_revision
from moderation.subjects.base import subject_of
from moderation.weighing import DISTINCT, is_coordinated


class CasePage:
    def __init__(
        self,
        request: MemberRequest,
        case: Case,
        *,
        decision: DecisionForm | None = None,
        sanction: SanctionForm | None = None,
        moved: str = "",
    ) -> None:
        self.request, self.case, self.by = request, case, request.membership
        self.decision, self.sanction, self.moved = decision, sanction, moved
        self.subject = subject_of(case)
        self.thing = self.subject.thing_of(case)

    def context(self) -> dict[str, Any]:
        case, by = self.case, self.by
        decisions = decisions_of(case)
        judging = (one for one in decisions if not one.is_measure)
        acts = decisions_open_to(by, case, next(judging, None))
        reports = reports_of(case)
        return {
            "case": case,
            "subject": self.subject,
            "words": self.subject.words,
            "thing": self.thing,
            "where": self.subject.place_of(case),
            "weight": self._weight(),
            "revision": seen_revision(case),
            "holder": case.holder(),
            "may_claim": case.is_open and can_claim_case(by, case),
            "may_take_over": case.is_open and can_take_over_case(by, case),
            "acts": self.subject.offers(case, acts),
            "form": self._decision_form(),
            "sanction_form": self._sanction_form(),
            "sanction_refused": self.sanction is not None,
            "decisions": decisions,
            "reports": reports,
            "coordinated": is_coordinated(report for group in reports for report in group.reports),
            "sees_reporters": can_see_reporter(by, case),
            "reasons": [text for text in map(reason_text, case.reasons) if text],
            "lines": [Line.of(event, sees_reporters=can_see_reporter(by, case)) for event in events_of(case)],
            "others": [
                replace(row, current=row.case.pk == case.pk) for row in queue_page(by, Filters(), "").rows
            ],
            "moved": self.moved,
            "own": case.author_id == by.pk,
            "may_undo": bool(acts) and not case.is_open and decisions[0].actor_id == by.pk,
            **self._thing(),
        }

    def _thing(self) -> dict[str, Any]:
        """What is judged, with what surrounds it; nothing where it is gone."""
        case = self.case
        if self.thing is None:
            return {}
        return {
            "record": author_history(case.author, by=self.by, but=case) if case.author else None,
            **self.subject.context(case, self.thing),
        }

    def _weight(self) -> str:
        """What the reports weigh, and what a rule makes of that."""
        weight, threshold = (floatformat(number, 1) for number in (self.case.weight, self.case.threshold))
        told = {"weight": weight, "threshold": threshold, "people_to_hide": DISTINCT}
        return str(self.subject.words.weight) % told

    def _decision_form(self) -> DecisionForm:
        start = {"version": self.case.version, "revision": seen_revision(self.case)}
        form = self.decision or DecisionForm(community=self.request.community, initial=start)
        return form.helped_by(self.case)

    def _sanction_form(self) -> SanctionForm | None:
        if self.sanction is not None:
            return self.sanction
        measures = sanctions_open_to(self.by, self.case.author)
        if not measures:
            return None
        return SanctionForm(community=self.request.community, measures=measures, prefix=None)
