"""Profiles. They are cleared by a moderator and never by a rule, and put back as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.content.text.extracts import shorten
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.people.fields.showing import words_of_profile
from communities.people.queries import find_member, profile_mark, profile_of
from communities.people.services import (
    clear_profile,
    forget_withdrawn_portrait,
    locked_member,
    put_back_profile,
)
from moderation.models import Case, Decision
from moderation.permissions import (
    can_approve_post,
    can_clear_profile,
    can_report_member,
    can_restore_removed_post,
)
from moderation.subjects.acts import Act, Order, does_nothing
from moderation.subjects.base import FirstWords, Judged, Subject, register_subject, wordings
from moderation.subjects.words import Words
from moderation.vocabulary import Act as Name
from moderation.vocabulary import Outcome

CLEAR, CLEARED = "clear", "cleared"
PAGE_LABELS = {
    "display_name": _("Name"),
    "handle": _("Handle"),
    "headline": _("In a few words"),
    "place": _("Place"),
    "bio": _("About me"),
}


def may_leave(by: Membership, case: Case, _person: Membership, _last: Decision | None) -> bool:
    return case.is_open and can_approve_post(by, case)


def may_clear(by: Membership, case: Case, _person: Membership, _last: Decision | None) -> bool:
    return case.is_open and can_clear_profile(by, case)


def may_put_back(by: Membership, case: Case, person: Membership, last: Decision | None) -> bool:
    cleared = last is not None and last.act == CLEAR
    return not case.is_open and cleared and person.is_active and can_restore_removed_post(by, case, last)


def clear(order: Order) -> None:
    clear_profile(order.thing)


def put_back(order: Order) -> None:
    if order.last is not None:
        put_back_profile(order.thing, order.last.kept)


ACTS = (
    Act(
        name=Name.APPROVE,
        done=Name.APPROVE.label,
        label=_("Let it be read"),
        key="a",
        outcome=Outcome.APPROVED,
        may=may_leave,
        does=does_nothing,
        offer=_("Leave it as it is"),
    ),
    Act(
        name=CLEAR,
        done=_("Profile cleared"),
        label=_("Clear the profile"),
        key="r",
        outcome=CLEARED,
        outcome_label=_("Profile cleared"),
        may=may_clear,
        does=clear,
        about=_("Name and handle stay; the rest can be put back."),
        bad=True,
        needs_ground=True,
        headline=_("Your profile was cleared"),
        effect=_("Your page keeps your name and handle; picture and words are taken away."),
        answer=_("The profile was cleared."),
    ),
    Act(
        name=Name.RESTORE,
        done=Name.RESTORE.label,
        label=_("Restore"),
        key="a",
        outcome=Outcome.RESTORED,
        may=may_put_back,
        does=put_back,
        about=_("What was cleared, where nothing new has been written."),
        needs_reason=True,
        headline=_("Your profile is back"),
        effect=_("We were wrong. What your profile said is back. Our apologies."),
    ),
)


class ProfileSubject(Subject[Membership]):
    name = "profile"
    model = Membership
    label = _("Member’s page")
    acts = ACTS
    words = Words(
        heading=_("The member’s page"),
        concerned=_("The member"),
        none_reported=_("Nobody reported this text."),
        weight=_("Weight %(weight)s. No rule takes a page away: a person decides."),
        ground_help=_("The rule that the member reads. Needed to clear the profile."),
        why_back=_("(why the profile comes back)"),
        decided=_("Decision about your profile, ref. %(ref)s"),
        returned=_("Your profile is back: our apologies"),
        returned_lead=_("We were wrong. What your profile said is back. Our apologies."),
        said=_("Your profile"),
        only_a_rule=_("This is a rule of the place; we do not say that the profile is illegal."),
        report_title=_("Report this member’s page"),
        report_lead=_(
            "For what the page itself says: name, picture, words. A person reads every report, and the member "
            "does not learn who you are."
        ),
        own=_("This is your own page: you can edit your profile."),
    )
    doors = ("member",)
    feature = "member_pages"
    case_template = "moderation/case_profile.html"
    report_template = "moderation/report_profile.html"
    related = ("person",)
    # Who leaves locks their membership before what is open about it; nobody waits for each other.
    locks_first = True
    # The journal's word, older than the name of the subject.
    reports_as = "report_member"

    def reference(self, thing: Membership, prefix: str = "") -> Q:
        # The author too: an index leads to their cases.
        return Q(**{f"{prefix}author": thing, f"{prefix}person": thing})

    def columns(self, thing: Membership) -> dict[str, Any]:
        return {"person": thing}

    def thing_of(self, case: Case) -> Membership | None:
        person: Membership | None = case.person
        return person

    def lock(self, thing_id: int | None) -> Membership | None:
        return locked_member(thing_id) if thing_id else None

    def locked(self, case: Case) -> Membership | None:
        return self.lock(case.person_id)

    def attach(self, case: Case, thing: Membership) -> None:
        case.person = thing

    def title_of(self, thing: Membership) -> str:
        return thing.display_name

    def author_of(self, thing: Membership) -> Membership:
        return thing

    def key_of(self, thing: Membership) -> str:
        return thing.handle

    def address_of(self, thing: Membership) -> str:
        return reverse("people:show-member", args=[thing.handle])

    def snapshot_of(self, thing: Membership) -> dict[str, Any]:
        return profile_of(thing)

    def text_of(self, thing: Membership) -> str:
        return words_of(profile_of(thing))

    def revision_of(self, thing: Membership) -> int:
        return profile_mark(thing)

    def judged(self, case: Case, thing: Membership, *, act: str, last: Decision | None = None) -> Judged:
        """Without a title: that of the case is a name, which its owner takes along when they leave."""
        profile = last.kept if act == Name.RESTORE and last is not None else profile_of(thing)
        return Judged(words_of(profile), kept=profile if act == CLEAR else {})

    def excerpt_of(self, text: str) -> str:
        return truncatechars(text, 3000)

    def first_words(self, cases: Sequence[Case]) -> dict[int, FirstWords]:
        return {case.pk: FirstWords(shorten(words_of(case.snapshot), 110)) for case in cases}

    def context(self, case: Case, thing: Membership) -> dict[str, Any]:
        portraits = {kept.get("portrait", "") for kept in wordings(case.snapshot)} - {""}
        return {
            "person": thing,
            "said": profile_lines(case, thing),
            "picture_changed": bool(portraits - {thing.portrait}),
        }

    def report_context(self, thing: Membership) -> dict[str, Any]:
        return {"person": thing}

    def find(self, request: CommunityRequest, door: str, key: str) -> Membership | None:
        person = find_member(key)
        return person if person is not None and person.is_active else None

    def find_for_team(self, request: MemberRequest, key: str) -> Membership | None:
        """Somebody else’s page: its case is where a measure against them begins."""
        person = find_member(key)
        judged = person is not None and person.is_active and not person.unclaimed
        return person if judged and request.membership.can_judge and person != request.membership else None

    def can_report(self, by: Membership | None, thing: Membership) -> bool:
        return can_report_member(by, thing)


@dataclass(frozen=True)
class ProfileLine:
    """One thing that a page says: each time it was reported, and now."""

    label: str
    then: list[str]
    now: str

    @property
    def changed(self) -> bool:
        return any(said != self.now for said in self.then)

    @property
    def before(self) -> list[str]:
        """What it said, and no longer says, each once."""
        return [said for said in dict.fromkeys(self.then) if said and said != self.now]


def profile_lines(case: Case, person: Membership) -> list[ProfileLine]:
    """What a reported page said and says; what it never said is left out."""
    kept, now = wordings(case.snapshot), profile_of(person)
    lines = [
        ProfileLine(str(label), [then.get(name, "") for then in kept], now.get(name, ""))
        for name, label in PAGE_LABELS.items()
    ]
    *before, after = [words_of_profile(said.get("fields", {})) for said in (*kept, now)]
    for label in dict.fromkeys(label for said in (*before, after) for label in said):
        lines.append(
            ProfileLine(capfirst(label), [said.get(label, "") for said in before], after.get(label, ""))
        )
    return [line for line in lines if line.before or line.now]


def words_of(profile: dict[str, Any]) -> str:
    """What a profile says, a line for each thing."""
    said = [profile.get(name, "") for name in ("headline", "place", "bio")]
    answers = words_of_profile(profile.get("fields", {}))
    fields = [f"{capfirst(label)}: {words}" for label, words in answers.items()]
    return "\n".join(filter(None, [*said, *fields]))


def forget_cleared_pictures(person: Membership) -> None:
    """When a member leaves, no picture is kept that could be put back."""
    for cleared in Decision.objects.concerning(person).filter(act=CLEAR):
        if cleared.kept.get("portrait"):
            forget_withdrawn_portrait(cleared.kept["portrait"])


PROFILE = ProfileSubject()
register_subject(PROFILE)
