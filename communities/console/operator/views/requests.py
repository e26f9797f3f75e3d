"""What requests of these pages are, once the decorators have let them through."""

from __future__ import annotations

from django.http import HttpRequest

from members.models import Member


class OperatorRequest(HttpRequest):
    """A request of an operator, on the platform’s host (`operator_page`)."""

    user: Member
