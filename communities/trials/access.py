"""The private space of a test: its testers read it, from the moment they accept its text on confidentiality until they
leave, and nobody else but those who look after everything."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.content.audiences import Reach, Source
from communities.content.circles import Circle, Said
from communities.content.models import Space
from communities.models import JUDGING_ROLES, Membership
from communities.terms import having_role
from communities.trials.models import TESTERS, TRIALS, Participant
from communities.trials.permissions import FEATURE


class OfTheTest(Circle):
    """Whoever tests what the space is about. Offered by spaces of the kind alone: another one has no test."""

    name, label, icon, order = TESTERS, _("The testers"), "ticket", 26
    starts = replies = False
    feature, only_named = FEATURE, True

    def holds(self, membership: Membership, said: Said) -> bool:
        """Of the row alone; places in tests are asked for by `Places`."""
        return membership.can_judge

    def people(self, said: Said) -> Q:
        """Of all tests: a count that is a few too many hides nothing."""
        return having_role(JUDGING_ROLES) | Q(pk__in=Participant.objects.inside().values("membership_id"))


class Places(Source):
    """Reading by a place in a test. One query, and none where no space is for testers."""

    name, order = "testers", 26

    def spaces_for(self, membership: Membership, spaces: Sequence[Space]) -> Reach:
        meant = {space.pk for space in spaces if _is_for_testers(space)}
        if not meant:
            return Reach()
        mine = Participant.objects.inside().filter(membership=membership)
        return Reach(frozenset(pk for pk in mine.values_list("trial_id", flat=True) if pk in meant))

    def readers_of(self, space: Space, people: Sequence[Membership]) -> frozenset[int]:
        if not _is_for_testers(space) or not people:
            return frozenset()
        inside = Participant.objects.inside().filter(trial=space.pk, membership__in=people)
        return frozenset(inside.values_list("membership_id", flat=True))

    def moderators_of(self, space: Space, people: Sequence[Membership]) -> frozenset[int]:
        """A place in a test is for reading."""
        return frozenset()


def _is_for_testers(space: Space) -> bool:
    return space.kind == TRIALS and space.audience == TESTERS
