"""Mails to people without an account who gave notice of illegal content: a receipt at once, the decision later."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from communities.content.addresses import community_root, local_path
from communities.models import Community
from communities.notifications.emails import personal_message
from moderation.models import Report
from moderation.receipts import receipt_token


def build_notifier_mail(community: Community, report: Report) -> EmailMultiAlternatives:
    """In the community's language, as nothing is known of theirs. The page says the rest, to who holds its key."""
    path = local_path(reverse("moderation:show-receipt", args=[receipt_token(report)]))
    with translation.override(community.language):
        if report.case.is_open:
            subject = _("Report received, ref. %(ref)s") % {"ref": report.case.ref}
            lead = _("We have your report. A person reads it, and you hear what was decided and why.")
        else:
            subject = _("Our decision, ref. %(ref)s") % {"ref": report.case.ref}
            lead = _("A person has read what you reported. Your report stays confidential.")
        url = f"{community_root(community).rstrip('/')}{path}"
        return personal_message(community, to=report.notifier_email, subject=subject, lead=lead, url=url)
