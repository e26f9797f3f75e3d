"""Whom a step of an application and the hours of a call concern; each is told once."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.db.models import Q
from django.utils import timezone

from communities.calls.models import Application, Call, Juror, Step
from communities.calls.notices import ApplicationMoved, CallCloses, CallOpened, CallToJudge
from communities.calls.permissions import FEATURE
from communities.content.addresses import local_path
from communities.content.models import Subscription, Thread
from communities.launch.features import chosen_features
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50
AHEAD = datetime.timedelta(days=2)


def tell_of_step(application: Application, step: Step) -> None:
    """Tell the applicant what the team has decided."""
    path = f"calls/applications/{application.pk}/"
    about = About(path=path, actor=step.by, occasion=f"application step {step.pk}")
    tell(ApplicationMoved, [application.applicant_id], about)


def tell_of_hours(community: Community) -> int:
    """All calls of the community in scope that have opened, close soon, or have closed; how many."""
    now = timezone.now()
    begun = list(Call.objects.open_and_untold(now).values_list("pk", flat=True)[:MOST])
    soon = list(Call.objects.closing_and_unwarned(now, now + AHEAD).values_list("pk", flat=True)[:MOST])
    over = list(Call.objects.closed_and_untold(now).values_list("pk", flat=True)[:MOST])
    done = each_apart("call that opens", begun, lambda number: tell_of_opening(number, community))
    done += each_apart("call that closes", soon, lambda number: warn(number, community))
    return done + each_apart("call that has closed", over, lambda number: tell_jury(number, community))


def tell_of_opening(number: int, community: Community) -> int:
    """Who follows its space or its text, once; 0 where somebody else is doing it."""
    rows = Call.objects.open_and_untold(timezone.now()).select_for_update(of=("self",), skip_locked=True)
    call = rows.filter(pk=number).first()
    if call is None:
        return 0
    call.opening_told_at = timezone.now()
    call.save(update_fields=["opening_told_at"])
    about = _about(call, community, "", call.opens_at)
    # Whoever follows the space was told of a text that came out with the call open in it.
    published = about.thread.published_at if about is not None else None
    if about is not None and published is not None and published < max(call.opens_at, call.created_at):
        path = local_path(about.thread.get_absolute_url())
        tell(CallOpened, followers(about.thread), replace(about, path=path))
    return 1


def followers(thread: Thread) -> list[int]:
    """Who follows a text or its space, less its author and who muted it."""
    rows = Subscription.objects.filter(Q(thread=thread) | Q(space=thread.space_id))
    found = list(rows.values_list("membership_id", "thread_id", "level"))
    muted = {who for who, text, level in found if text and level == Subscription.Level.MUTE}
    following = {who for who, _text, level in found if level == Subscription.Level.FOLLOW}
    return sorted(following - muted - {thread.author_id})


def warn(number: int, community: Community) -> int:
    """Who has a draft, once; 0 where somebody else is doing it."""
    now = timezone.now()
    rows = Call.objects.closing_and_unwarned(now, now + AHEAD)
    call = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=number).first()
    if call is None:
        return 0
    call.warned_at = now
    call.save(update_fields=["warned_at"])
    drafts = Application.objects.of(call).filter(state=Application.State.DRAFT)
    about = _about(call, community, f"calls/{call.pk}/apply/", call.closes_at)
    if about is not None:
        tell(CallCloses, sorted(drafts.values_list("applicant_id", flat=True)), about)
    return 1


def tell_jury(number: int, community: Community) -> int:
    """The jury of one that has closed, once, where something was sent; 0 where somebody else is doing it."""
    rows = Call.objects.closed_and_untold(timezone.now()).select_for_update(of=("self",), skip_locked=True)
    call = rows.filter(pk=number).first()
    if call is None:
        return 0
    call.told_at = timezone.now()
    call.save(update_fields=["told_at"])
    about = _about(call, community, f"calls/{call.pk}/applications/", call.closes_at)
    if about is not None and call.criteria and Application.objects.of(call).sent().exists():
        jury = Juror.objects.filter(call=call).values_list("membership_id", flat=True)
        tell(CallToJudge, sorted(jury), about)
    return 1


def _about(call: Call, community: Community, path: str, at: datetime.datetime) -> About | None:
    """Of what nobody can read by then, nobody is told."""
    thread = Thread.objects.select_related("space").get(pk=call.thread_id)
    if FEATURE not in chosen_features(community) or not thread.is_published:
        return None
    return About(thread=thread, path=path, occasion=f"call {at.isoformat()} {call.pk}")
