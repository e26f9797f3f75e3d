"""Writing a decision down, with the text as it was judged: the statement of reasons is this row, shown."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import Community, Membership
from communities.wording import RULES, rules_in_force, version_in_force
from moderation.models import Case, Decision
from moderation.subjects.base import Judged, subject_of, thing_of

LAW, COURTESY = "law", "courtesy"
_Detection = Decision.Detection


def grounds_of(community: Community) -> list[tuple[str, str]]:
    """The house rules by number, then the law: what a restriction may rest on."""
    rules = [(str(rule.number), rule.rule) for rule in rules_in_force(community)]
    return [*(rules or [(COURTESY, _("Courtesy"))]), (LAW, _("The law: illegal content"))]


def ground_text(community: Community, ground: str) -> str:
    """The words of a rule as they stand now, in the community's language: they are kept with the decision."""
    with override(community.language):
        return dict(grounds_of(community)).get(ground, "")


def rules_version(community: Community, ground: str) -> int | None:
    """The version of the house rules in which a rule is cited; None where the ground is no rule."""
    version = version_in_force(community, RULES) if ground.isdigit() else None
    return version.number if version is not None else None


def seen_revision(case: Case) -> int:
    """The number that changes with what is judged: a decision about something other than what was seen is not
    accepted."""
    thing = thing_of(case)
    return subject_of(case).revision_of(thing) if thing is not None else 0


def make_decision(
    case: Case,
    thing: Any,
    *,
    act: str,
    by: Membership | None,
    judged: Judged | None = None,
    ground: str = "",
    reason: str = "",
    detection: str = "",
    concerned: Membership | None = None,
    until: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
) -> Decision:
    """The row that says what was decided; it cannot be changed afterwards.

    `judged` are the words that it is about, where the act has changed them since.
    """
    if judged is None:
        gone = Judged(title=case.title)
        judged = gone if thing is None else subject_of(case).judged(case, thing, act=act)
    decision: Decision = Decision.objects.create(
        case=case,
        concerned=concerned or case.author,
        actor=by,
        act=act,
        ground=ground,
        ground_text=ground_text(case.community, ground)[:500] if ground else "",
        rules_version=rules_version(case.community, ground),
        reason=reason,
        detection=detection or detection_of(case),
        revision=seen_revision(case),
        title=judged.title,
        text=judged.text[:20_000],
        kept=judged.kept,
        posted_at=judged.posted_at,
        until=until,
        created_at=at or timezone.now(),
    )
    return decision


def detection_of(case: Case) -> str:
    """How it came to be looked at."""
    if case.kind in (Case.Kind.HELD, Case.Kind.EDIT):
        return _Detection.SCREENING
    if case.report_count:
        notice = case.reports.filter(is_notice=True).exists()
        return _Detection.NOTICE if notice else _Detection.REPORTS
    return _Detection.TEAM
