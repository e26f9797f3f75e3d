"""One’s own pages: texts, profile, preferences, leaving."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.content.exceptions import UploadRefused
from communities.content.models import Thread
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError
from communities.launch.features import is_open
from communities.limits import refused
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.people.fields.files import send_file, take_file_back
from communities.people.fields.showing import unanswered
from communities.people.forms import DRAWN, LeaveForm, PreferencesForm, ProfileForm
from communities.people.models import ProfileFile
from communities.people.queries import contributions_of
from communities.people.services import edit_profile as change_profile
from communities.people.services import leave_community as end_membership
from communities.permissions import in_any_state
from communities.responses import private
from communities.roles import is_last_owner
from members.views import LANGUAGE_KEPT


@require_safe
def show_me(request: MemberRequest) -> HttpResponse:
    """Drafts, what waits, and what I wrote last."""
    me = request.membership
    written, _more = contributions_of(me, viewer_of(request))
    waiting = list(Thread.objects.waiting_of(me.pk).select_related("space")[:10])
    context = {
        "written": written[:8],
        "waiting": waiting,
        "unanswered": unanswered(request.community, me.profile),
        "robots": "noindex",
    }
    return private(render(request, "people/show_me.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: MemberRequest) -> HttpResponse:
    me = request.membership
    files = list(ProfileFile.objects.filter(membership=me).select_related("field"))
    mine = Membership.objects.get(pk=me.pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProfileForm(*sent, instance=mine, community=request.community, sent_files=files)
    stopped: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            person = _saved(form, me)
        except DomainError as refusal:
            stopped = refusal
            form.add_error("picture" if isinstance(refusal, UploadRefused) else None, str(refusal))
        else:
            messages.success(request, _("Your profile is saved."))
            if is_open(request.community, me, "member_pages"):
                return HttpResponseRedirect(reverse("people:show-member", args=[person.handle]))
            return HttpResponseRedirect(reverse("people:show-me"))
    context = {"form": form, "person": me, "drawn": DRAWN, "robots": "noindex"}
    status = 422 if request.method == "POST" else 200
    page = render(request, "people/edit_profile.html", context, status=status)
    return private(refused(page, stopped))


@transaction.atomic
def _saved(form: ProfileForm, me: Membership) -> Membership:
    """What is typed and the files, or nothing of it."""
    person = change_profile(Membership.objects.get(pk=me.pk), by=me, **form.acts())
    for key in form.own.taken_back():
        take_file_back(key, by=me)
    for key, file in form.own.files().items():
        send_file(key, file, by=me)
    return person


@require_http_methods(["GET", "HEAD", "POST"])
def edit_preferences(request: MemberRequest) -> HttpResponse:
    mine = Membership.objects.get(pk=request.membership.pk)
    form = PreferencesForm(request.POST or None, instance=mine, community=request.community)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        response = HttpResponseRedirect(reverse("people:edit-preferences"))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            form.cleaned_data["language"],
            max_age=LANGUAGE_KEPT,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
    context = {"form": form, "robots": "noindex"}
    status = 422 if request.method == "POST" else 200
    return private(render(request, "people/edit_preferences.html", context, status=status))


@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
def leave_community(request: MemberRequest) -> HttpResponse:
    """Asks what becomes of what one wrote, then ends the membership; the account stays."""
    me = request.membership
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_membership(me, by=me, delete=form.cleaned_data["posts"] == "delete")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have left %(name)s.") % {"name": request.community.name})
            return HttpResponseRedirect(reverse("front:show-home"))
    context = {"form": form, "stuck": is_last_owner(me), "robots": "noindex"}
    status = 422 if request.method == "POST" else 200
    return private(render(request, "people/leave_community.html", context, status=status))
