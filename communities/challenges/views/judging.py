"""What a juror does: answers, and gives marks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.challenges import judging
from communities.challenges.challenge_page import crumbs
from communities.challenges.forms import MarksForm
from communities.challenges.models import Assessment, Challenge, Entry, Juror
from communities.challenges.permissions import FEATURE, can_judge_entries
from communities.challenges.queries import NEWEST, give_pictures, judged_entries, juror_of
from communities.challenges.views.reading import get_dated
from communities.content.exceptions import ContentError
from communities.content.models import Thread
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of
from communities.responses import private


def _seat(request: MemberRequest, slug: str) -> tuple[Thread, Challenge, Juror]:
    """Of who is on this jury, or was asked; raises Http404, NotAllowed."""
    thread, challenge = get_dated(request, slug)
    juror = juror_of(challenge, member_of(request))
    if juror is None:
        raise NotAllowed
    juror.challenge = challenge
    return thread, challenge, juror


@feature_required(FEATURE)
@require_POST
def answer_jury(request: MemberRequest, slug: str) -> HttpResponse:
    """Yes, or no: then one is not on it any more."""
    thread, _challenge, juror = _seat(request, slug)
    accepts = request.POST.get("answer") == "yes"
    try:
        judging.answer_invitation(juror, by=member_of(request), accepts=accepts)
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect(thread)
    if accepts:
        messages.success(request, _("You are on the jury. We tell you when it begins."))
        return redirect(reverse("challenges:give-marks", args=[slug]))
    messages.success(request, _("You are not on the jury."))
    return redirect(thread)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def give_marks(request: MemberRequest, slug: str) -> HttpResponse:
    """The entries that this jury marks, the newest first, each with a form of its own."""
    thread, challenge, juror = _seat(request, slug)
    if request.method != "POST":
        return _page(request, thread, challenge, juror)
    if not juror.has_accepted:
        raise NotAllowed
    by = member_of(request)
    number = request.POST.get("entry", "")
    entry = judged_entries(challenge).filter(pk=int(number)).first() if _is_number(number) else None
    if entry is None:
        raise Http404
    abstains = "abstain" in request.POST
    form = MarksForm(None if abstains else request.POST, challenge=challenge, entry=entry)
    if not abstains and not form.is_valid():
        return _page(request, thread, challenge, juror, sent=(entry, form), status=422)
    try:
        marks = () if abstains else form.marks
        judging.assess(juror, entry, by=by, marks=marks, abstains=abstains)
    except (ContentError, TooFast) as refusal:
        messages.error(request, str(refusal))
        return refused(_page(request, thread, challenge, juror, status=422), refusal)
    messages.success(request, _("You abstain on this entry.") if abstains else _("Marks saved."))
    return redirect(f"{request.get_full_path()}#entry-{entry.pk}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _page(
    request: MemberRequest,
    thread: Thread,
    challenge: Challenge,
    juror: Juror,
    *,
    sent: tuple[Entry, MarksForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    by = member_of(request)
    open_now = challenge.takes_marks and juror.has_accepted and can_judge_entries(by, juror)
    rows: list[dict[str, Any]] = []
    older = ""
    if challenge.takes_marks and juror.has_accepted:
        page = _entries(challenge, request.GET.get("after", ""))
        rows, older = _rows(challenge, juror, page.rows, sent), page.older
    context = {
        "thread": thread,
        "challenge": challenge,
        "juror": juror,
        "rows": rows,
        "older_url": f"?after={older}" if older else "",
        "open_now": open_now,
        "when_marks": "" if challenge.takes_marks else judging.when_marks(challenge),
        "crumbs": crumbs(thread, _("Jury")),
        "page_title": _("Jury"),
    }
    return private(render(request, "challenges/give_marks.html", context, status=status))


def _entries(challenge: Challenge, after: str) -> Any:
    entries = judged_entries(challenge).select_related("thread__space", "membership")
    if place := NEWEST.place(after):
        entries = entries.filter(number__lt=place[0])
    return NEWEST.page(entries.order_by("-number"))


def _rows(
    challenge: Challenge, juror: Juror, entries: list[Entry], sent: tuple[Entry, MarksForm] | None
) -> list[dict[str, Any]]:
    given = {one.entry_id: one for one in Assessment.objects.filter(juror=juror, entry__in=entries)}
    give_pictures(entries)
    rows = []
    for entry in entries:
        said = given.get(entry.pk)
        marks = {f"mark{n}": mark for n, mark in enumerate(said.marks)} if said is not None else {}
        form = MarksForm(challenge=challenge, entry=entry, initial=marks)
        if sent is not None and sent[0].pk == entry.pk:
            form = sent[1]
        own = entry.membership_id == juror.membership_id
        rows.append({"entry": entry, "said": said, "form": form, "own": own})
    return rows
