"""A poll by itself, voting in it and adding an answer, who voted, writing and closing it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.exceptions import ContentError
from communities.content.insets import may_put_under, opens
from communities.content.models import Post, Thread
from communities.content.viewers import viewer_of
from communities.content.views.posts import address_of, own_post, tell_if_unscheduled
from communities.exceptions import DomainError, NotAllowed
from communities.in_place import answer_in_place, is_in_place, refuse_in_place
from communities.launch.features import feature_required
from communities.limits import TooFast, refused, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.polls import adding, services, voting
from communities.polls.exceptions import PollOver, PollReworded, VotedAlready
from communities.polls.forms import PollForm, VotedPollForm, in_order, said_of, sent_choices
from communities.polls.models import LONGEST_OPTION, Ballot, Poll
from communities.polls.permissions import FEATURE, can_edit_poll, can_repeat_poll, sees_names, takes_added
from communities.polls.places import back_to, text_address
from communities.polls.queries import ballot_of, reachable_poll
from communities.polls.showing import draw_poll

VOTES_PER_PAGE = 100


def get_poll(request: CommunityRequest, pk: int) -> Poll:
    """A poll whose text this person may open, and whose words are there; raises Http404."""
    poll = reachable_poll(viewer_of(request), pk, by=request.membership)
    if poll is None or not any(poll.options):
        raise Http404
    return poll


@public_page
@feature_required(FEATURE)
@require_safe
def show_poll(request: CommunityRequest, pk: int) -> HttpResponse:
    """The poll alone, with the way to its text: where a vote that could not be taken is said."""
    return _alone(request, get_poll(request, pk))


def _alone(
    request: CommunityRequest,
    poll: Poll,
    *,
    sent: Any = None,
    typed: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    drawn = draw_poll(poll, request, sent=sent, typed=typed, problem=problem, level=1)
    back = back_to(poll) if poll.current else text_address(poll)
    context = {"poll": poll, "thread": poll.thread, "drawn": drawn, "back": back}
    return render(request, "polls/show_poll.html", context, status=status)


def there(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A poll that somebody takes away at the same moment is not found, as it is a moment later."""

    @wraps(view)
    def seen(*args: Any, **options: Any) -> HttpResponse:
        try:
            return view(*args, **options)
        except (Poll.DoesNotExist, Post.DoesNotExist) as gone:
            raise Http404 from gone

    return seen


@feature_required(FEATURE)
@require_POST
@there
def vote_poll(request: MemberRequest, pk: int) -> HttpResponse:
    """Cast a vote, or change it; what cannot be taken is said where it was pressed, and what was chosen stays."""
    poll = get_poll(request, pk)
    sent, mark = sent_choices(poll, request.POST), request.POST.get("mark", "")
    try:
        ballot = voting.cast_vote(poll, in_order(poll, sent), by=member_of(request), mark=mark)
    except NotAllowed:
        raise
    except TooFast as refusal:
        return refused(_refused(request, poll, str(refusal), sent, 422), refusal)
    except PollReworded as refusal:
        # What was chosen stands beside other words now.
        return _refused(request, poll, str(refusal), {}, 409)
    except (PollOver, VotedAlready) as refusal:
        words = _("%(why)s Your choice was not counted.") % {"why": refusal}
        return _refused(request, poll, words, sent, 409)
    except DomainError as refusal:
        return _refused(request, poll, str(refusal), sent, 422)
    messages.success(request, _("Your vote is counted."))
    poll.refresh_from_db()
    back = back_to(poll) if "alone" not in request.POST else reverse("polls:show-poll", args=[poll.pk])
    level = 1 if "alone" in request.POST else 2
    return answer_in_place(request, back, block=lambda: draw_poll(poll, request, own=ballot, level=level))


def _refused(
    request: CommunityRequest, poll: Poll, words: str, sent: dict[int, int], status: int
) -> HttpResponse:
    if is_in_place(request):
        return refuse_in_place(words, status=status)
    return _alone(request, poll, sent=sent, problem=words, status=status)


@feature_required(FEATURE)
@require_POST
@there
def add_answer(request: MemberRequest, pk: int) -> HttpResponse:
    """Add an answer to a poll; what cannot be taken is said where it was pressed, and what was typed stays."""
    poll, typed = get_poll(request, pk), request.POST.get("answer", "")[: 2 * LONGEST_OPTION]
    try:
        adding.add_answer(poll, typed, by=member_of(request))
    except NotAllowed:
        raise
    except (DomainError, TooFast) as refusal:
        status = 409 if isinstance(refusal, PollOver) else 422
        if is_in_place(request):
            return refuse_in_place(str(refusal), status=status)
        answer = _alone(request, poll, typed=typed, problem=str(refusal), status=status)
        return refused(answer, refusal) if isinstance(refusal, TooFast) else answer
    messages.success(request, _("Your answer has been added, and a reply says so."))
    poll.refresh_from_db()
    alone = "alone" in request.POST
    back = reverse("polls:show-poll", args=[poll.pk]) if alone else back_to(poll)
    return answer_in_place(request, back, block=lambda: draw_poll(poll, request, level=1 if alone else 2))


@feature_required(FEATURE)
@require_safe
def list_votes(request: MemberRequest, pk: int) -> HttpResponse:
    """Who voted for what, in a poll by name, the newest first; to who does not see it yet, when they will."""
    poll = get_poll(request, pk)
    if not poll.named:
        raise Http404
    if not sees_names(request.membership, poll, ballot_of(poll, request.membership)):
        return _not_yet(request, poll)
    after = request.GET.get("after", "")
    below = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    rows = Ballot.objects.filter(Q(poll=poll)).newest(below).select_related("voter")
    found = list(rows[: VOTES_PER_PAGE + 1])
    page = found[:VOTES_PER_PAGE]
    votes = [(one.voter, [poll.answer_at(choice) for choice in one.choices]) for one in page]
    context = {
        "poll": poll,
        "thread": poll.thread,
        "question": poll.question or poll.thread.title,
        "back": back_to(poll),
        "votes": votes,
        "older_url": f"?after={page[-1].pk}" if len(found) > VOTES_PER_PAGE else "",
    }
    return render(request, "polls/list_votes.html", context)


def _not_yet(request: CommunityRequest, poll: Poll) -> HttpResponse:
    """There is such a list, and its poll says so: nobody is told that there is none."""
    context = {"poll": poll, "question": poll.question or poll.thread.title, "back": back_to(poll)}
    return render(request, "polls/not_yet.html", context)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_poll(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """A poll under a text that is there already."""
    post = own_post(request, public_id)
    thread, by = post.thread, member_of(request)
    if not may_put_under(by, post):
        raise NotAllowed
    under = None if opens(post) else post
    form = PollForm(
        request.POST if request.method == "POST" else None,
        asks=under is not None,
        takes_added=takes_added(thread),
    )
    if request.method != "POST" or not form.is_valid():
        return _writing(request, thread, form, back=address_of(post))
    try:
        services.add_poll(thread, form.wishes(), by=by, post=under)
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_writing(request, thread, form, back=address_of(post)), refusal)
    messages.success(request, _("The poll is now under the text."))
    tell_if_unscheduled(request, thread)
    return redirect(thread.get_absolute_url() if under is None else address_of(under))


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@there
def edit_poll(request: MemberRequest, pk: int) -> HttpResponse:
    """All of a poll until somebody has voted, then its end; of one that is over nothing."""
    poll, by = get_poll(request, pk), member_of(request)
    if not can_edit_poll(by, poll):
        raise NotAllowed
    data = request.POST if request.method == "POST" else None
    # Whoever wrote other words while somebody voted hears that these stay; none of theirs is lost unsaid.
    is_fixed = (poll.ballots or poll.has_added) and (data is None or "poll_options" not in data)
    about = {"takes_added": takes_added(poll.thread)}
    form = (VotedPollForm if is_fixed else PollForm)(data, initial=said_of(poll), poll=poll, **about)
    if data is None or not poll.is_open or not form.is_valid():
        return _writing(request, poll.thread, form, poll=poll, back=back_to(poll))
    wishes = form.wishes()
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
    try:
        services.change_poll(poll, wishes, by=by, version=version)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return refused(_writing(request, poll.thread, form, poll=poll, back=back_to(poll)), refusal)
    messages.success(request, _("Poll saved."))
    tell_if_unscheduled(request, poll.thread)
    return redirect(back_to(poll))


def _writing(
    request: CommunityRequest, thread: Thread, form: Any, *, back: str, poll: Poll | None = None
) -> HttpResponse:
    is_fixed = poll is not None and bool(poll.ballots or poll.has_added)
    context = {
        "thread": thread,
        "form": form,
        "poll": poll,
        "back": back,
        "is_fixed": is_fixed,
        "can_be_removed": poll is not None and not is_fixed and poll.round == 1,
        "can_repeat": poll is not None and can_repeat_poll(request.membership, poll),
    }
    return render(request, "polls/write_poll.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_POST
@there
def close_poll(request: MemberRequest, pk: int) -> HttpResponse:
    poll = get_poll(request, pk)
    try:
        is_closed = services.close_poll(poll, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=back_to(poll))
    if is_closed and poll.post_id is not None:
        messages.success(request, _("The poll is closed. Everybody who voted is told."))
    elif is_closed:
        messages.success(request, _("The poll is closed. Everybody who voted or follows the text is told."))
    return redirect(back_to(poll))


@feature_required(FEATURE)
@require_POST
@there
def remove_poll(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a poll away that nobody has voted in."""
    poll = get_poll(request, pk)
    try:
        services.remove_poll(poll, by=member_of(request))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("polls:edit-poll", args=[poll.pk]))
    messages.success(request, _("The poll is removed."))
    tell_if_unscheduled(request, poll.thread)
    return redirect(text_address(poll))
