"""The key to one report's page, for people with and without an account."""

from __future__ import annotations

from django.core import signing

from moderation.models import Report

RECEIPT_SALT = "report-receipt"


def receipt_token(report: Report) -> str:
    """The key to one report's page: anybody who has it may read the outcome."""
    return signing.dumps([report.community_id, report.pk], salt=RECEIPT_SALT, compress=True)


def read_receipt_token(token: str, community_id: int) -> int | None:
    """The report of a receipt; None for a forged token or another community's."""
    try:
        found = signing.loads(token, salt=RECEIPT_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(found[1]) if found[0] == community_id else None
