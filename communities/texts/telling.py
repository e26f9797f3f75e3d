"""Telling people: all members that a text changes, a newcomer the words of welcome."""

from __future__ import annotations

from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.scoping import active_community_id
from communities.texts.models import TextVersion
from communities.texts.notices import RulesChanged, Welcome
from communities.wording import WELCOME, version_in_force


def tell_members(version_id: int) -> int:
    """One line and one mail for each active member, once for each version; in the scope of the community."""
    version = TextVersion.objects.published().filter(pk=version_id).first()
    if version is None:
        return 0  # it was taken back before the job ran
    people = list(Membership.objects.active().filter(member__isnull=False).values_list("pk", flat=True))
    path = f"/legal/{version.kind}/{version.number}/"
    tell(RulesChanged, people, About(path=path, occasion=f"{version.kind} {version.pk}"))
    return len(people)


def welcome_newcomer(membership_id: int) -> bool:
    """The welcome words by mail and bell, once; False where none are in force or the person has gone."""
    community = Community.objects.get(pk=active_community_id())
    if version_in_force(community, WELCOME) is None:
        return False
    if not Membership.objects.active().filter(pk=membership_id).exists():
        return False
    tell(Welcome, [membership_id], About(path="/", occasion="welcome"))
    return True
