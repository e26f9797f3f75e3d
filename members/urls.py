"""The person’s own pages, the same on every host. allauth finds its views by these names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import views as allauth_views
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from members import views


def open_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Members and strangers alike may come here, whichever community it is; who must be signed in is asked by
    the view. Nothing of it is kept by anybody, and a refused form says so in its status."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = 422
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        # Addresses of this kind can hold a key.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    cast("Any", opened).is_public = cast("Any", opened).is_personal = True
    return opened


own = (
    [
        path("me/security/", open_page(views.show_security), name="show-security"),
        path("me/security/email/works/", open_page(views.ask_for_address), name="ask-for-address"),
        path("email/works/<str:token>/", open_page(views.confirm_address), name="address-works"),
        path("choices/language/", open_page(views.set_language), name="set-language"),
    ],
    "members",
)

urlpatterns = [
    path("", include(own)),
    path("sign-in/", open_page(allauth_views.login), name="account_login"),
    path("sign-in/code/", open_page(allauth_views.confirm_login_code), name="account_confirm_login_code"),
    path("sign-in/code/new/", open_page(views.start_sign_in), name="account_request_login_code"),
    path("sign-in/again/", open_page(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("sign-in/closed/", open_page(allauth_views.account_inactive), name="account_inactive"),
    path("sign-out/", open_page(allauth_views.logout), name="account_logout"),
    path("sign-up/", open_page(views.start_sign_up), name="account_signup"),
    path("password/forgot/", open_page(allauth_views.password_reset), name="account_reset_password"),
    path(
        "password/forgot/sent/",
        open_page(allauth_views.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "password/reset/done/",
        open_page(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        open_page(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "email/confirm/",
        open_page(allauth_views.email_verification_sent),
        name="account_email_verification_sent",
    ),
    path("me/security/email/", open_page(allauth_views.email), name="account_email"),
    path("me/security/password/", open_page(allauth_views.password_change), name="account_change_password"),
    path("me/security/password/set/", open_page(allauth_views.password_set), name="account_set_password"),
]
