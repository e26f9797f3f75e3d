"""What the page of one case shows; a file of its own because refused forms show the same page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from communities.content.text.extracts import plain_text
from communities.content.views.posts import address_of
from communities.middleware import MemberRequest
from communities.models import Community
from moderation.forms import DecisionForm, SanctionForm
from moderation.models import Case
from moderation.permissions import (
    can_claim_case,
    can_see_reporter,
    can_take_over_case,
    decisions_open_to,
    sanctions_open_to,
)
from moderation.presenting import Line, act_labels
from moderation.queries import (
    Filters,
    changes_to_judge,
    decisions_of,
    events_of,
    new_cover,
    posts_around,
    profile_lines,
    queue_page,
    record_of,
    reports_of,
    words_beside,
)
from moderation.screening import reason_text
from moderation.services.statements import seen_revision
from moderation.weighing import DISTINCT


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

    def context(self) -> dict[str, Any]:
        case, by = self.case, self.by
        decisions = decisions_of(case)
        about_text = (one for one in decisions if one.is_about_text)
        acts = decisions_open_to(by, case, next(about_text, None))
        return {
            "case": case,
            "post": case.post,
            "person": case.person,
            "revision": seen_revision(case),
            "holder": case.holder(),
            "may_claim": case.is_open and can_claim_case(by, case),
            "may_take_over": case.is_open and can_take_over_case(by, case),
            "acts": act_labels(case, acts),
            "form": self._decision_form(),
            "sanction_form": self._sanction_form(),
            "sanction_refused": self.sanction is not None,
            "decisions": decisions,
            "reports": reports_of(case),
            "sees_reporters": can_see_reporter(by, case),
            "reasons": [text for text in map(reason_text, case.reasons) if text],
            "lines": [Line.of(event, sees_reporters=can_see_reporter(by, case)) for event in events_of(case)],
            "others": [
                replace(row, current=row.case.pk == case.pk) for row in queue_page(by, Filters(), "").rows
            ],
            "moved": self.moved,
            "people_to_hide": DISTINCT,
            "own": case.author_id == by.pk,
            "may_undo": bool(acts) and not case.is_open and decisions[0].actor_id == by.pk,
            **self._text(),
        }

    def _text(self) -> dict[str, Any]:
        case, post = self.case, self.case.post
        if case.person is not None:
            return {"said": profile_lines(case), "record": record_of(case.person, by=self.by, but=case)}
        if post is None:
            return {}
        cover = new_cover(case)
        return {
            "around": posts_around(post),
            "has_pictures": cover is not None or "<img" in (case.edit or post).body_html,
            "changes": changes_to_judge(case, post),
            "beside": words_beside(case, post),
            "new_cover": cover,
            "post_url": address_of(post),
            "mode": Community.Mode(post.mode).label if post.mode in Community.Mode.values else "",
            "proposed": plain_text(case.edit.body_html) if case.edit else "",
            "record": record_of(case.author, by=self.by, but=case) if case.author else None,
        }

    def _decision_form(self) -> DecisionForm:
        start = {"version": self.case.version, "revision": seen_revision(self.case)}
        form = self.decision or DecisionForm(community=self.request.community, initial=start)
        if self.case.person is not None:
            form.fields["ground"].help_text = _(
                "The rule that the member reads. Needed to clear the profile."
            )
        return form

    def _sanction_form(self) -> SanctionForm | None:
        if self.sanction is not None:
            return self.sanction
        measures = sanctions_open_to(self.by, self.case.author)
        if not measures:
            return None
        return SanctionForm(community=self.request.community, measures=measures, prefix=None)
