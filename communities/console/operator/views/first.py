"""The first operator of an installation, by the link that is said where it is started."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from communities.models import Community
from members.addresses import AddressField
from members.forms import SignInForm
from members.limits import limited
from members.operators import KEPT, account_at, key_opens, operator_is_wanted


class FirstOperatorForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("We send a code there, once. It is how you sign in from now on."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limited("login")
@cache_control(private=True, no_store=True)
def become_operator(request: HttpRequest, key: str) -> HttpResponse:
    """Who looks after this platform? Whoever holds the link, as soon as a code has proven their address."""
    if not key_opens(key):
        # The link was good once: whoever comes back to it is an operator by now, and signs in.
        if operator_is_wanted():
            raise Http404
        return redirect("platform:show-fleet")
    form = FirstOperatorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        person = account_at(form.cleaned_data["email"])
        request.session[KEPT] = key
        door = SignInForm({"login": person.email, "by": "code"}, request=request)
        if door.is_valid():
            answer: HttpResponse = door.login(request, redirect_url=_first_thing())
            return answer
        form.add_error("email", " ".join(str(one) for errors in door.errors.values() for one in errors))
    context = {"form": form, "robots": "noindex"}
    response = render(request, "operator/first.html", context, status=422 if form.errors else 200)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _first_thing() -> str:
    """Where there is nothing to look after yet, the first community is what one came for."""
    is_empty = not Community.objects.exists()
    return reverse("platform:create-community" if is_empty else "platform:show-fleet")
