"""Work that leaving sets off, roles that have ended, answers to a question that is deleted."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.models import Membership
from communities.people.departing import depart, leaver_of
from communities.people.entrusting import announce_role_ends, settle_ended_roles
from communities.queries import communities_by_question
from communities.scoping import active_community_id
from communities.tasks import CommunityTask, inside_each
from communities.terms import NOTICE
from members.personal import Departure
from members.rounds import Periodic


@shared_task(base=CommunityTask)
def carry_out_leaving(membership_id: int, departure: str, handles: list[str], left_at: str) -> bool:
    """Change what is kept about a former member, a part at a time; whether there is more to do.

    Somebody who has come back, or has left again with another choice, is left alone.
    """
    person = Membership.objects.filter(pk=membership_id, status=Membership.Status.LEFT).first()
    if person is None or person.seen_at is None or person.seen_at.isoformat() != left_at:
        return False
    more = depart(leaver_of(person, Departure(departure), handles=handles))
    if more:
        carry_out_leaving.delay_on_commit(
            community_id=active_community_id(),
            membership_id=membership_id,
            departure=departure,
            handles=handles,
            left_at=left_at,
        )
    return more


# Profiles that one transaction empties of a deleted field.
PROFILES = 1000


@shared_task(base=CommunityTask)
def forget_answers(key: str) -> bool:
    """Take the answers to a deleted field out of profiles, a part at a time; whether there is more to do."""
    people = list(Membership.objects.select_for_update(of=("self",)).filter(profile__has_key=key)[:PROFILES])
    for person in people:
        person.profile = {name: value for name, value in person.profile.items() if name != key}
    Membership.objects.bulk_update(people, ["profile"])
    if len(people) < PROFILES:
        return False
    forget_answers.delay_on_commit(community_id=active_community_id(), key=key)
    return True


@shared_task(base=Periodic)
def settle_roles() -> int:
    """Tell people whose role has ended, community by community; how many. Safe to run twice at once."""
    ids = communities_by_question("select communities_with_ended_roles(%s)", [timezone.now()])
    return inside_each(ids, lambda _community: settle_ended_roles())


@shared_task(base=Periodic)
def warn_of_role_ends() -> int:
    """Some times a day: tell of roles that end within two weeks, community by community; how many. Safe to run twice
    at once."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_ending_roles(%s, %s)", [now, now + NOTICE])
    return inside_each(ids, lambda _community: announce_role_ends())
