"""The first visits of people who agreed to be recognised, for the desk that receives them."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.capture.channels import Channel
from analytics.capture.consent import Mode, mode_of
from analytics.capture.models import Event
from communities.animation.newcomers.firsts import FirstVisit
from communities.models import Community, Membership


def first_visits(community: Community, people: Sequence[Membership]) -> dict[int, FirstVisit]:
    """Of each the first visit before they joined, in a browser that is theirs alone. Two statements.

    Nothing where visits are not counted with consent, of those who never agreed or took it back, where a browser is
    that of two members (nobody can tell who sat before it), and where they agreed only once they had joined.
    """
    if mode_of(community) is not Mode.CONSENT:
        return {}
    joined = {person.pk: person.joined_at for person in people}
    theirs = Event.objects.filter(membership__in=joined, consent=1, visitor__isnull=False)
    pairs = Event.objects.filter(visitor__in=theirs.values("visitor"), consent=1, membership__isnull=False)
    owners: dict[int, set[int]] = {}
    for visitor, membership in pairs.values_list("visitor", "membership_id").distinct():
        owners.setdefault(visitor or 0, set()).add(membership or 0)
    alone = {visitor: next(iter(people)) for visitor, people in owners.items() if len(people) == 1}
    found: dict[int, FirstVisit] = {}
    entries = Event.objects.filter(visitor__in=list(alone), consent=1, entry=True)
    first = entries.order_by("visitor", "occurred_at").distinct("visitor")
    for visitor, at, channel, source, path in first.values_list(
        "visitor", "occurred_at", "channel", "source", "path"
    ):
        person = alone[visitor or 0]
        known = found.get(person)
        if at < joined[person] and (known is None or at < known.at):
            # Of what is no address of content only the shape is kept, which leads nowhere.
            shown = "" if "<" in path else path
            found[person] = FirstVisit(at, shown, source or str(Channel(channel).label))
    return found
