"""Two ideas become one: votes are added, each person’s once, and the address of one leads to the other for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.content.models import State, Thread
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.ideas.exceptions import NotMerged
from communities.ideas.managers import VoteQuerySet
from communities.ideas.models import Box, Idea, Vote
from communities.ideas.permissions import FEATURE, can_merge_idea
from communities.ideas.tasks import tell_of_merging
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.models import Membership

ACT = "merge_ideas"


@dataclass(frozen=True)
class Sums:
    """How many votes each of two ideas has, and how many people voted for both."""

    here: int
    there: int
    both: int

    @property
    def together(self) -> int:
        return self.here + self.there - self.both


def sums_of(source: Idea, target: Idea) -> Sums:
    return Sums(source.votes, target.votes, _twice(source, target).count())


def _twice(source: Idea, target: Idea) -> VoteQuerySet:
    """The votes for one of those who voted for the other as well."""
    same = Vote.objects.filter(idea=target, voter=OuterRef("voter"))
    found: VoteQuerySet = Vote.objects.filter(Exists(same), idea=source, voter__isnull=False)
    return found


@transaction.atomic
def merge_ideas(source: Thread, target: Thread, *, by: Membership) -> Idea:
    """Merge one idea into another of its box: votes move, and of a person who had voted for both one is left, so that
    the other can be given anew. Its author and who voted for it are told. It stays readable, and takes nothing more.

    Raises NotAllowed, NotMerged.
    """
    refuse_closed(by, FEATURE)
    refuse_closed_space(by, source.space)
    if not can_merge_idea(by, source, Box.objects.get(pk=source.space_id)):
        raise NotAllowed
    pair = sorted({source.pk, target.pk})
    held = {
        one.pk: one for one in Idea.objects.select_for_update(of=("self",)).filter(pk__in=pair).order_by("pk")
    }
    refuse_merge(source, target, held)
    idea: Idea = held[source.pk]
    into: Idea = held[target.pk]
    sums = sums_of(idea, into)
    twice = list(_twice(idea, into).values_list("voter_id", flat=True))
    _twice(idea, into).delete()
    Vote.objects.filter(idea=into, voter__in=twice).update(came_with=idea)
    Vote.objects.filter(idea=idea).update(idea=into, came_with=idea)
    if not into.is_open:
        # As when it was decided: nobody could take these back any more.
        Vote.objects.filter(idea=into).update(place=None)
    Idea.objects.filter(pk=into.pk).update(votes=sums.together)
    # What was merged into it before leads straight to where it is now.
    Idea.objects.filter(merged_into=idea).update(merged_into=into)
    idea.merged_into, idea.merged_at, idea.doubles = into, timezone.now(), sums.both
    idea.save(update_fields=["merged_into", "merged_at", "doubles"])
    record(by, ACT, what=source.title, about=source.pk, before={"into": ""}, after={"into": target.title})
    tell_of_merging.delay_on_commit(community_id=idea.community_id, idea_id=idea.pk)
    return idea


def refuse_merge(source: Thread, target: Thread, held: Mapping[int, Idea]) -> None:
    """Raises NotMerged for ideas that cannot become one, of those `held`: also before anybody is asked whether they are
    sure."""
    if source.pk == target.pk:
        raise NotMerged(_("An idea cannot be merged into itself."), field="into")
    if source.pk not in held or target.pk not in held or source.space_id != target.space_id:
        raise NotMerged(_("Choose an idea of the same box."), field="into")
    if held[source.pk].is_merged:
        raise NotMerged(_("This idea was merged already."))
    if held[target.pk].is_merged or target.state != State.PUBLISHED:
        raise NotMerged(
            _("Choose an idea that others can read and that has not been merged itself."), field="into"
        )
    if held[source.pk].worth is not None:
        # It would stay in the results, where nobody could correct it, and be missing from the figures of its box.
        said = _(
            "What this idea has brought is recorded. Merge the other one into it, or clear that value first."
        )
        raise NotMerged(said, field="into")
