"""What differs from allauth’s own ways: our mails, our own paths only, and no sign-up beside joining."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from members.addresses import check_address
from members.emails import compose_mail, kind_of
from members.landing import landing_page
from members.mails.outbox import post


class MemberAdapter(DefaultAccountAdapter):
    """Named in settings.ACCOUNT_ADAPTER."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is already your address."),
        "email_password_mismatch": _("Wrong address or password. You can ask for a code instead."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This is not the code that was sent last. Check it, or send a new one."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("Enter an e-mail address."),
        "too_many_login_attempts": _("Too many attempts. Ask for a code by e-mail, or wait five minutes."),
        "rate_limited": _("Too fast. Wait a minute, then ask for a new code."),
    }

    def is_safe_url(self, url: str) -> bool:
        """Only paths within the current community: a link from elsewhere never decides where a sign-in leads."""
        return is_own_path(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing_page(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return get_script_prefix()

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return get_script_prefix()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:show-security")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People get an account by joining a community; nowhere else."""
        return getattr(request, "community", None) is not None

    def clean_email(self, email: str) -> str:
        check_address(email)
        return email

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox: no page waits for a slow or unreachable mail server."""
        mail = compose_mail(template_prefix, email, context | {"email": email}, request=current.request)
        post(mail, kind=kind_of(template_prefix))


def is_own_path(url: str) -> bool:
    """Whether an address is a path within the current community, under its prefix."""
    prefix = get_script_prefix()
    return (
        url.startswith(prefix)
        and not url.startswith(("//", "/\\"))
        and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    )
