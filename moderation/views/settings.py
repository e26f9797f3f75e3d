"""Moderation settings: modes, watch words, and the journal."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.models import Space
from communities.exceptions import DomainError
from communities.middleware import MemberRequest
from communities.permissions import team_page
from moderation import services
from moderation.exceptions import TooManyWords
from moderation.forms import ModesForm, WatchWordForm
from moderation.models import WatchWord
from moderation.permissions import can_edit_modes, can_edit_watch_words, can_read_journal, can_see_reporter
from moderation.presenting import Line
from moderation.queries.journal import journal_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_modes)
def edit_modes(request: MemberRequest) -> HttpResponse:
    spaces = list(Space.objects.filter(archived=False).in_order())
    form = ModesForm(request.POST or None, community=request.community, spaces=spaces)
    if request.method == "POST" and form.is_valid():
        for space, mode in form.chosen():
            services.set_mode(request.community, by=request.membership, mode=mode, space=space)
        messages.success(request, _("Modes saved. They apply to texts from now on."))
        return redirect("moderation:edit-modes")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "modes": form.community_choices(), "spaces": form.space_fields()}
    return render(request, "moderation/edit_modes.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_watch_words)
def edit_words(request: MemberRequest) -> HttpResponse:
    form = WatchWordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_watch_word(by=request.membership, **form.cleaned_data)
        except TooManyWords as full:
            form.add_error("word", str(full))
        except DomainError:
            form.add_error("word", _("At least two letters or digits."))
        else:
            messages.success(request, _("Word added"))
            return redirect("moderation:edit-words")
    context = {"form": form, "words": list(WatchWord.objects.in_order()[:2000])}
    return render(
        request, "moderation/edit_words.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
@team_page(can_edit_watch_words)
def delete_word(request: MemberRequest, id: int) -> HttpResponse:
    word: WatchWord | None = WatchWord.objects.filter(pk=id).first()
    if word is None:
        raise Http404
    services.delete_watch_word(word, by=request.membership)
    messages.success(request, _("Word removed."))
    return redirect("moderation:edit-words")


@require_safe
@team_page(can_read_journal)
def show_journal(request: MemberRequest) -> HttpResponse:
    """Who did what, and when; nobody can rewrite it."""
    page, by = journal_page(request.GET.get("before", "")), request.membership
    lines = [Line.of(event, sees_reporters=can_see_reporter(by, event.case)) for event in page.rows]
    context = {"lines": lines, "older": page.older}
    return render(request, "moderation/show_journal.html", context)
