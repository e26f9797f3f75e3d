"""The first texts of a new place: what was laid out for each space, read and published on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communities.console.place.onward import go_on
from communities.content.exceptions import StillOutline
from communities.content.models import Post, Space, State, Thread
from communities.content.permissions import can_start_thread
from communities.content.services import publish_drafts, save_draft
from communities.content.steps import begins_with_a_text, visible_spaces
from communities.exceptions import DomainError
from communities.keysets import ids_in
from communities.middleware import MemberRequest
from communities.models import Community, Membership
from communities.permissions import can_configure_community, team_page

# As many drafts of a space are laid out here; the rest stand under “Write”.
MOST = 3
# As many are read of what was sent; fields of what was written into an outline are named by its number.
MOST_SENT, BODY = 100, "body-"


@dataclass(frozen=True)
class FirstDraft:
    """What could be a first text: whether it is ticked, and what was written into it on this page."""

    post: Post
    ticked: bool
    written: str = ""


@dataclass(frozen=True)
class FirstTexts:
    """A space that others than the team will see, with what could be the first text in it."""

    space: Space
    has_text: bool
    drafts: Sequence[FirstDraft]
    may_write: bool


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_configure_community)
def publish_first_texts(request: MemberRequest) -> HttpResponse:
    """What will people find on the first day? Nobody meets an empty room."""
    assert request.membership is not None  # the decorator lets nobody else in
    problem, asks = "", False
    if request.method == "POST":
        try:
            return _published(request, request.membership)
        except StillOutline as outline:
            problem, asks = str(outline), True
        except DomainError as refusal:
            problem = str(refusal)
    lines = first_texts(request.community, request.membership, request.POST if problem else None)
    context = {
        "lines": lines,
        "has_drafts": any(line.drafts for line in lines),
        "problem": problem,
        "asks": asks,
    }
    return render(request, "console/spaces/first_texts.html", context, status=422 if problem else 200)


def _written(data: QueryDict) -> dict[int, str]:
    """What was written into outlines on this page, by the number of the draft."""
    sent = {name.removeprefix(BODY): str(words) for name, words in data.items() if name.startswith(BODY)}
    return {pk: sent[str(pk)] for pk in ids_in(list(sent), most=MOST_SENT) if sent[str(pk)].strip()}


def _published(request: MemberRequest, by: Membership) -> HttpResponse:
    written = _written(request.POST)
    chosen = {*ids_in(request.POST.getlist("drafts"), most=MOST_SENT), *written}
    drafts = Thread.objects.filter(pk__in=chosen, state=State.DRAFT, author=by).select_related("space")
    visible = write_and_publish(drafts, by=by, written=written, sure="sure" in request.POST)
    words = ngettext("%(n)s text is published.", "%(n)s texts are published.", visible) % {"n": visible}
    messages.success(request, words if visible else _("Nothing was chosen."))
    return go_on(request, "first_texts", redirect("console:publish-first-texts"))


@transaction.atomic
def write_and_publish(
    drafts: Iterable[Thread], *, by: Membership, written: Mapping[int, str], sure: bool
) -> int:
    """Put what was written into its outline, and publish: all of them or none. How many are visible now.

    Raises NotAllowed, BlankText, TextTooLong, TagRequired, and StillOutline unless one is `sure`.
    """
    ready = [
        save_draft(draft, by=by, title=draft.title, body=linebreaks(written[draft.pk], autoescape=True))
        if draft.pk in written
        else draft
        for draft in drafts
    ]
    return publish_drafts(ready, by=by, sure=sure)


def first_texts(community: Community, by: Membership, sent: QueryDict | None = None) -> list[FirstTexts]:
    """Each visible space with one’s own drafts in it, in a constant number of statements.

    All texts are ticked at first, outlines are not; where something was `sent`, what was ticked then.
    """
    spaces = visible_spaces(community)
    filled = set(Thread.objects.published_in(spaces).values_list("space_id", flat=True).distinct())
    mine = Thread.objects.filter(author=by, state=State.DRAFT, space__in=spaces)
    posts = Post.objects.filter(thread__in=mine, position__isnull=True).select_related("thread__space")
    ticked = None if sent is None else set(ids_in(sent.getlist("drafts"), most=MOST_SENT))
    written = {} if sent is None else _written(sent)
    by_space: dict[int, list[FirstDraft]] = {}
    for post in posts.order_by("thread_id"):
        thread = post.thread
        chosen = not thread.outline if ticked is None else thread.pk in ticked
        draft = FirstDraft(post, chosen, written.get(thread.pk, ""))
        by_space.setdefault(thread.space_id, []).append(draft)
    return [
        FirstTexts(space, space.pk in filled, by_space.get(space.pk, [])[:MOST], can_start_thread(by, space))
        for space in spaces
        if begins_with_a_text(space) or space.pk in by_space
    ]
