"""Writing a decision down, with the text as it was judged: the statement of reasons is this row, shown."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.content.models import Post
from communities.content.text.extracts import plain_text
from communities.models import Community, Membership
from communities.people.queries import profile_mark, profile_of
from moderation.models import Case, Decision

LAW, COURTESY = "law", "courtesy"
_Detection = Decision.Detection


def grounds_of(community: Community) -> list[tuple[str, str]]:
    """The house rules by number, then the law: what a restriction may rest on."""
    rules = [
        (str(rule.get("number", place)), str(rule.get("rule", "")))
        for place, rule in enumerate(community.settings.get("rules", []), start=1)
    ]
    return [*(rules or [(COURTESY, _("Courtesy"))]), (LAW, _("The law: illegal content"))]


def ground_text(community: Community, ground: str) -> str:
    """The words of a rule as they stand now, in the community's language: they are kept with the decision."""
    with override(community.language):
        return dict(grounds_of(community)).get(ground, "")


def seen_revision(case: Case) -> int:
    """The number that changes with what is judged: a decision about something else than what was seen is none."""
    if case.person is not None:
        return profile_mark(case.person)
    return case.post.revision_count if case.post else 0


def words_of(profile: dict[str, Any]) -> str:
    """What a profile says, a line for each thing."""
    said = [profile.get(name, "") for name in ("headline", "place", "bio")]
    fields = [
        f"{capfirst(label)}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for label, value in profile.get("fields", {}).items()
        if value
    ]
    return "\n".join(filter(None, [*said, *fields]))


def make_decision(
    case: Case,
    *,
    post: Post | None,
    act: str,
    by: Membership | None,
    ground: str = "",
    reason: str = "",
    detection: str = "",
    concerned: Membership | None = None,
    until: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
    profile: dict[str, Any] | None = None,
) -> Decision:
    """The row that says what was decided; it cannot be changed afterwards.

    About a member's page, `profile` is what it said when it was judged (what it says now, where none is given).
    """
    edit = case.edit
    shown = edit if edit is not None and act == Decision.Act.REFUSE else post
    text = plain_text(shown.body_html) if shown else ""
    if case.person is not None:
        profile = profile_of(case.person) if profile is None else profile
        text = words_of(profile)
    decision: Decision = Decision.objects.create(
        case=case,
        concerned=concerned or case.author,
        actor=by,
        act=act,
        ground=ground,
        ground_text=ground_text(case.community, ground)[:500] if ground else "",
        reason=reason,
        detection=detection or detection_of(case),
        revision=seen_revision(case),
        # The title of a case about somebody's page is a name, which they take along when they leave.
        title="" if case.person_id else case.title,
        text=text[:20_000],
        profile=(profile or {}) if act == Decision.Act.CLEAR else {},
        posted_at=(post.published_at or post.created_at) if post else None,
        until=until,
        created_at=at or timezone.now(),
    )
    return decision


def detection_of(case: Case) -> str:
    """How the text came to be looked at."""
    if case.kind in (Case.Kind.HELD, Case.Kind.EDIT):
        return _Detection.SCREENING
    if case.report_count:
        notice = case.reports.filter(is_notice=True).exists()
        return _Detection.NOTICE if notice else _Detection.REPORTS
    return _Detection.TEAM
