"""What the clock does with challenges: opens and closes their phases in words, and decides them.

What is to be done is kept on the rows themselves, so that a worker that is killed does it later, and each thing once.
"""

from __future__ import annotations

from django.utils import timezone

from communities.challenges.deciding import decide
from communities.challenges.drawing import commit_to_seed
from communities.challenges.models import Challenge, Entry, Juror, Rules, Vote
from communities.challenges.notices import (
    ChallengeCancelled,
    ChallengeClosing,
    ChallengeDecided,
    ChallengeNotice,
    ChallengeOpened,
    ChallengeWon,
    JuryAsked,
    JuryBegins,
    RulesNew,
    VoteOpened,
)
from communities.challenges.permissions import FEATURE
from communities.challenges.timing import next_moment, reached
from communities.content.addresses import local_path
from communities.content.models import Subscription, Thread
from communities.launch.features import chosen_features
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50
Stage = Challenge.Stage


def look_after(community: Community) -> int:
    """Everything that is due in the community in scope; of how many challenges."""
    due = Challenge.objects.due(timezone.now()).order_by("next_at", "pk")
    numbers = list(due.values_list("pk", flat=True)[:MOST])
    return each_apart("challenge", numbers, lambda number: look_after_one(number, community))


def look_after_one(number: int, community: Community) -> int:
    """What is due of one; 0 where somebody else is doing it. While the part is closed nobody is told, and what was due
    is done all the same."""
    now = timezone.now()
    rows = Challenge.objects.due(now).filter(pk=number)
    held = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if held is None:
        return 0
    challenge = Challenge.objects.select_related("thread__space").get(pk=number)
    tells = FEATURE in chosen_features(community)
    if challenge.is_cancelled:
        _tell(ChallengeCancelled, entrants(challenge), challenge, "cancelled", tells=tells)
        challenge.next_at = None
        challenge.save(update_fields=["next_at"])
        return 1
    commit_to_seed(challenge)
    _tell_of_jury(challenge, tells=tells)
    _tell_of_rules(challenge, tells=tells)
    # Of phases that went by in one go, the last one alone is news.
    stages = reached(challenge, now)
    if stages and stages[-1] == Stage.DECIDED:
        _decide(challenge, tells=tells)
    elif stages:
        _tell_of_stage(challenge, stages[-1], tells=tells)
        challenge.stage = stages[-1]
    challenge.next_at = next_moment(challenge)
    challenge.save(update_fields=["stage", "next_at", "rules_told", "seed", "seed_digest"])
    return 1


def _tell_of_stage(challenge: Challenge, stage: int, *, tells: bool) -> None:
    if stage == Stage.OPENED:
        # Whoever follows the space was told when it was published, if it was open by then.
        published = challenge.thread.published_at
        if published is None or published < challenge.opens_at:
            _tell(ChallengeOpened, followers(challenge), challenge, "opened", tells=tells)
    elif stage == Stage.CLOSING:
        entered = set(entrants(challenge))
        waiting = [one for one in followers(challenge) if one not in entered]
        _tell(ChallengeClosing, waiting, challenge, f"closing {challenge.closes_at:%Y%m%dT%H%M}", tells=tells)
    elif stage == Stage.VOTING:
        people = [*followers(challenge), *entrants(challenge)]
        _tell(VoteOpened, people, challenge, "voting", tells=tells)
    elif stage == Stage.JUDGING:
        jury = Juror.objects.of(challenge).sitting().values_list("membership_id", flat=True)
        _tell(JuryBegins, list(jury), challenge, "judging", tells=tells)


def _decide(challenge: Challenge, *, tells: bool) -> None:
    won = decide(challenge)
    winners = {entry.membership_id for entry in won}
    for entry in won:
        _tell(ChallengeWon, [entry.membership_id], challenge, f"won {entry.pk}", tells=tells)
    voters = Vote.objects.of(challenge).values_list("membership_id", flat=True)
    jury = Juror.objects.of(challenge).sitting().values_list("membership_id", flat=True)
    people = [*entrants(challenge), *voters, *jury, *followers(challenge)]
    others = [one for one in people if one not in winners]
    _tell(ChallengeDecided, others, challenge, "decided", tells=tells)


def _tell_of_jury(challenge: Challenge, *, tells: bool) -> None:
    asked = Juror.objects.of(challenge).filter(told_at__isnull=True)
    people = list(asked.values_list("membership_id", flat=True))
    if not people:
        return
    for juror in Juror.objects.of(challenge).filter(membership__in=people):
        _tell(JuryAsked, [juror.membership_id], challenge, f"jury {juror.pk}", tells=tells)
    Juror.objects.of(challenge).filter(membership__in=people).update(told_at=timezone.now())


def _tell_of_rules(challenge: Challenge, *, tells: bool) -> None:
    """Those who have agreed to a former version only."""
    newest = Rules.objects.of(challenge).values_list("number", flat=True).first() or 1
    if newest <= challenge.rules_told:
        return
    agreed = Entry.objects.of(challenge).filter(rules__number__lt=newest)
    people = list(agreed.values_list("membership_id", flat=True).distinct())
    _tell(RulesNew, people, challenge, f"rules {newest}", tells=tells)
    challenge.rules_told = newest


def entrants(challenge: Challenge) -> list[int]:
    """Who has an entry, also one that waits for a moderator."""
    return list(Entry.objects.of(challenge).values_list("membership_id", flat=True).distinct())


def followers(challenge: Challenge) -> list[int]:
    """Who follows its thread, less its author, who runs it."""
    rows = Subscription.objects.following().filter(thread_id=challenge.pk)
    return list(rows.exclude(membership=challenge.thread.author_id).values_list("membership_id", flat=True))


def _tell(
    notice: type[ChallengeNotice], people: list[int], challenge: Challenge, occasion: str, *, tells: bool
) -> None:
    if people and tells:
        thread: Thread = challenge.thread
        path = local_path(thread.get_absolute_url())
        tell(notice, people, About(thread=thread, path=path, occasion=f"challenge {challenge.pk} {occasion}"))
