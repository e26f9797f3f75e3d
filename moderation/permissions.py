"""Who may judge what: one predicate per rule, and the cases a person sees.

A moderator looks after every space; an audience (`communities/content/audiences.py`) may give a member some to look
after, whose cases they see and judge. Nobody judges their own words or their own decision, and nobody acts against
an equal or higher role.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.audiences import looked_after_by, looks_after
from communities.content.models import Post
from communities.models import Membership
from communities.roles import RANKS, outranks
from moderation.managers import CaseQuerySet
from moderation.models import Case, Decision, Sanction
from moderation.subjects.base import subject_of

UNDO_WITHIN = datetime.timedelta(minutes=10)


def can_report_content(membership: Membership | None, post: Post) -> bool:
    """Everybody, of what they can read; not of their own."""
    own = membership is not None and post.author_id == membership.pk
    return post.is_published and not own


def can_report_member(membership: Membership | None, person: Membership) -> bool:
    """Everybody, where they can read the page; not themselves."""
    own = membership is not None and person.pk == membership.pk
    return person.is_active and not own


def can_see_queue(membership: Membership) -> bool:
    """Those who look after every space, and those who look after some."""
    return looked_after_by(membership) is None or bool(looked_after_by(membership))


def can_claim_case(membership: Membership, case: Case) -> bool:
    return looks_after(membership, case.space_id) and not _is_about(membership, case)


def can_take_over_case(membership: Membership, case: Case) -> bool:
    return membership.can_manage and can_claim_case(membership, case)


def can_approve_post(membership: Membership, case: Case) -> bool:
    return can_claim_case(membership, case)


def can_reject_post(membership: Membership, case: Case) -> bool:
    return can_claim_case(membership, case) and stands_above(membership, case)


def can_hide_pending_review(membership: Membership, case: Case) -> bool:
    return can_claim_case(membership, case) and stands_above(membership, case)


def can_remove_post(membership: Membership, case: Case) -> bool:
    return can_claim_case(membership, case) and stands_above(membership, case)


def can_clear_profile(membership: Membership, case: Case) -> bool:
    return can_claim_case(membership, case) and stands_above(membership, case)


def can_restore_removed_post(membership: Membership, case: Case, last: Decision | None) -> bool:
    """The moderator who withdrew it may undo that for ten minutes, as a mistake; after that a second person has to
    look."""
    if not can_claim_case(membership, case):
        return False
    own = last is not None and last.actor_id is not None and last.actor_id == membership.pk
    return not own or (last is not None and timezone.now() - last.created_at <= UNDO_WITHIN)


def can_warn_member(membership: Membership, person: Membership) -> bool:
    return membership.can_judge and outranks(membership, person)


def can_set_read_only_24h(membership: Membership, person: Membership) -> bool:
    return membership.can_judge and outranks(membership, person)


def can_set_read_only_7d(membership: Membership, person: Membership) -> bool:
    return membership.can_manage and outranks(membership, person)


def can_suspend_30d(membership: Membership, person: Membership) -> bool:
    return membership.can_manage and outranks(membership, person)


def can_suspend_longer(membership: Membership, person: Membership) -> bool:
    return membership.can_judge and membership.role == Membership.Role.OWNER and outranks(membership, person)


def can_lift_sanction(membership: Membership, person: Membership, sanction: Sanction) -> bool:
    """Those who could have imposed the measure may end it."""
    if sanction.kind == Sanction.Kind.SUSPENSION:
        return can_suspend_30d(membership, person)
    if sanction.until is not None and sanction.until - sanction.starts_at > datetime.timedelta(hours=25):
        return can_set_read_only_7d(membership, person)
    return can_warn_member(membership, person)


def can_see_reporter(membership: Membership, case: Case | None = None) -> bool:
    """Managers and owners; never for reports about oneself."""
    return membership.can_manage and not (case is not None and _is_about(membership, case))


def can_edit_watch_words(membership: Membership) -> bool:
    return membership.can_manage


def can_edit_modes(membership: Membership) -> bool:
    return membership.can_manage


def can_read_journal(membership: Membership) -> bool:
    return membership.can_manage


def can_see_statement(membership: Membership, decision: Decision) -> bool:
    if decision.concerned_id == membership.pk:
        return True
    # Somebody who was here twice: the decision leads to the membership that was merged into this one.
    concerned = decision.concerned
    return concerned is not None and concerned.merged_into_id == membership.pk


def cases_seen_by(membership: Membership, cases: CaseQuerySet) -> CaseQuerySet:
    """The cases of the spaces that a person looks after: the queryset twin of `looks_after`."""
    spaces = looked_after_by(membership)
    return cases if spaces is None else cases.filter(space_id__in=spaces)


def stands_above(membership: Membership, case: Case) -> bool:
    """As `outranks`; in the spaces that somebody looks after, they stand as a moderator does."""
    if membership.can_judge or case.author is None:
        return outranks(membership, case.author)
    local = looks_after(membership, case.space_id) and case.author_id != membership.pk
    return local and RANKS[case.author.role] < RANKS["moderator"]


def decisions_open_to(membership: Membership, case: Case, last: Decision | None) -> list[str]:
    """The acts possible now, in the order they are offered; buttons and services share this list."""
    subject = subject_of(case)
    thing = subject.thing_of(case)
    if thing is None:
        return []
    return [act.name for act in subject.acts if act.may(membership, case, thing, last)]


def sanctions_open_to(membership: Membership, person: Membership | None) -> list[tuple[str, int]]:
    """The measures that may be imposed on a person: (kind, days), the lightest first."""
    if person is None or not person.is_active:
        return []
    offered = (
        (can_warn_member, ("warning", 0)),
        (can_set_read_only_24h, ("read_only", 1)),
        (can_set_read_only_7d, ("read_only", 7)),
        (can_suspend_30d, ("suspension", 30)),
        (can_suspend_longer, ("suspension", 365)),
    )
    return [measure for may, measure in offered if may(membership, person)]


def _is_about(membership: Membership, case: Case) -> bool:
    return case.author_id is not None and case.author_id == membership.pk
