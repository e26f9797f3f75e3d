"""Mails to people without an account who gave notice of illegal content: a receipt at once, the decision later."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.mails import page_address, speaking
from communities.models import Community
from communities.notifications.emails import personal_message
from members.mails.kinds import MailKind, register_kind
from moderation.models import Report
from moderation.receipts import receipt_token

# The law wants it to arrive: a second copy harms nobody.
RECEIPT = register_kind(
    MailKind(
        "receipt",
        gettext_lazy("Answer to a notice"),
        urgency=2,
        repeats=True,
        hurries=True,
        confidential=True,
    )
)


def build_notifier_mail(community: Community, report: Report) -> EmailMultiAlternatives:
    """In the community's language, as nothing is known of theirs. The page has the rest, for whoever has its key."""
    with speaking(community, community.language):
        if report.case.is_open:
            subject = _("Report received, ref. %(ref)s") % {"ref": report.case.ref}
            lead = _("We have your report. A person reads it, and you hear what was decided and why.")
        else:
            subject = _("Our decision, ref. %(ref)s") % {"ref": report.case.ref}
            lead = _("A person has read what you reported. Your report stays confidential.")
        url = page_address(community, "moderation:show-receipt", receipt_token(report))
        return personal_message(community, to=report.notifier_email, subject=subject, lead=lead, url=url)
