"""Lines about one's own words and acts: a file of its own, as neither their sentences nor their mails depend on what
others may see. No text of a held or withdrawn post is in them."""

from __future__ import annotations

from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.showing.waits import held_notice
from communities.notifications.models import Notification

PERSONAL_ICONS = {
    Notification.Kind.POST_HELD.value: "clock",
    Notification.Kind.POST_APPROVED.value: "check",
    Notification.Kind.POST_RESTORED.value: "check",
    Notification.Kind.REPORT_DECIDED.value: "flag",
}

# About what one's own page says: such a line has no thread.
_ABOUT_PAGES = {
    Notification.Kind.DECISION_MADE.value: gettext_lazy("Decision about your profile, ref. %(ref)s"),
    Notification.Kind.POST_RESTORED.value: gettext_lazy("Your profile is back: our apologies"),
}


def address_of(row: Notification) -> str:
    return get_script_prefix() + row.path.lstrip("/")


def personal_sentence(row: Notification) -> str:
    """What happened, in one line; also the subject of the mail."""
    if row.thread_id is None and row.kind in _ABOUT_PAGES:
        return str(_ABOUT_PAGES[row.kind]) % {"ref": reference_of(row)}
    words = {"title": row.thread.title if row.thread else "", "ref": reference_of(row)}
    patterns = {
        Notification.Kind.POST_HELD: _("A person will read your post"),
        Notification.Kind.POST_APPROVED: _("Published: %(title)s"),
        Notification.Kind.POST_REFUSED: _("Your post was not published"),
        Notification.Kind.DECISION_MADE: _("Decision about your post, ref. %(ref)s"),
        Notification.Kind.POST_RESTORED: _("Your post is back: our apologies"),
        Notification.Kind.SANCTION_STARTED: _("A measure on your account, ref. %(ref)s"),
        Notification.Kind.SANCTION_ENDED: _("Your access is back"),
        Notification.Kind.REPORT_DECIDED: _("Our decision about your report"),
    }
    return patterns[Notification.Kind(row.kind)] % words


def personal_lead(row: Notification) -> str:
    """The first sentence of the mail: what it means, what to do."""
    kind = Notification.Kind(row.kind)
    if kind == Notification.Kind.POST_HELD:
        return held_notice(row.community_id)
    if kind == Notification.Kind.POST_APPROVED:
        return _("Your post is published, and those who follow the thread are told.")
    if kind == Notification.Kind.POST_REFUSED:
        return _("The page below says under which rule, and why. You can change your text and send it again.")
    if kind == Notification.Kind.POST_RESTORED and row.thread_id is None:
        return _("We were wrong. What your profile said is back. Our apologies.")
    if kind == Notification.Kind.POST_RESTORED:
        return _(
            "We were wrong. Your post is back in its place, with its date and its replies. Our apologies."
        )
    if kind == Notification.Kind.SANCTION_ENDED:
        return _("You can write again.")
    if kind == Notification.Kind.REPORT_DECIDED:
        return _("A person has read what you reported. Your report stays confidential.")
    return _("The page below says what was decided, under which rule, why, and what you can do.")


def reference_of(row: Notification) -> str:
    """The reference of the decision that a line leads to."""
    return row.path.rstrip("/").rpartition("/")[2]
