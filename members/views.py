"""What allauth has no page for: the list of one’s security settings, the choice of language."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.adapter import is_own_path
from members.limits import limited
from members.mails.asking import address_in, ask_whether_it_works, confirm
from members.mails.failing import is_stopped
from members.models import FailingAddress, Member
from members.origins import without_token

LANGUAGE_KEPT = 60 * 60 * 24 * 365  # seconds


@require_safe
@login_required
def show_security(request: HttpRequest) -> HttpResponse:
    """Address and password, each with its page; and whether mails to the address come back."""
    person = cast("Member", request.user)
    context = {"comes_back": FailingAddress.objects.at(person.email).stopped().first()}
    return render(request, "members/show_security.html", context)


@require_POST
@login_required
@limited("address_works")
def ask_for_address(request: HttpRequest) -> HttpResponse:
    """Send a mail to one’s own address, to show that it works again."""
    person = cast("Member", request.user)
    ask_whether_it_works(person.email, request)
    messages.success(request, _("A mail is on its way. Open the link in it."))
    return redirect("members:show-security")


@without_token
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link of that mail. It takes no session: it is opened where one reads mails, and the token says it all."""
    if request.method == "POST" and confirm(token):
        return redirect("members:address-works", token)
    address = address_in(token)
    context = {"address": address, "done": address and not is_stopped(address), "robots": "noindex"}
    return render(request, "members/address_works.html", context, status=200 if address else 404)


@require_POST
@without_token
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie, and for members as the language of their mails.

    It takes no token, so that pages read by visitors carry none; all that a forged request could do is to
    change the language of the page.
    """
    response = HttpResponseRedirect(own_path(request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            Member.objects.filter(pk=request.user.pk).update(language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_KEPT,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def start_sign_up(request: HttpRequest) -> HttpResponse:
    """Where allauth sends those who want an account: to the page for joining, on the platform to the door."""
    here = getattr(request, "community", None)
    name = "launch:join-community" if here is not None else "account_login"
    return _passed_on(request, name)


def start_sign_in(request: HttpRequest) -> HttpResponse:
    """Asking for a code and entering a password stand on one page."""
    return _passed_on(request, "account_login")


def own_path(url: str) -> str:
    """The requested path if it is one of ours, else home."""
    return url if is_own_path(url) else get_script_prefix()


def _passed_on(request: HttpRequest, name: str) -> HttpResponse:
    after = request.GET.get("next", "")
    query = f"?{urlencode({'next': after})}" if after and is_own_path(after) else ""
    return HttpResponseRedirect(reverse(name) + query)
