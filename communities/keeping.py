"""What accounts and the frame of pages keep, declared here for `members`, which knows no community."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.disclosures import Cookie, Kept, cookies, kept
from members.mails.sending import KEPT_SENT, KEPT_UNDELIVERED
from members.views import LANGUAGE_KEPT


def register() -> None:
    cleared = _("until you clear what the browser keeps for this site")
    signed_out = _("until you sign out, or clear what the browser keeps for this site")
    session = datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    form = datetime.timedelta(seconds=settings.CSRF_COOKIE_AGE)
    language = datetime.timedelta(seconds=LANGUAGE_KEPT)
    for cookie in (
        Cookie(settings.SESSION_COOKIE_NAME, _("keeps you signed in"), session, 10),
        Cookie(settings.CSRF_COOKIE_NAME, _("protects forms from being sent by another site"), form, 20),
        Cookie(settings.LANGUAGE_COOKIE_NAME, _("remembers the language you chose"), language, 30),
        Cookie("messages", _("carries one sentence of confirmation to the next page"), None, 40),
        Cookie("theme", _("remembers light or dark colours, if you chose"), cleared, 60, in_page=True),
        Cookie(
            "offline-…", _("keeps the page that says that there is no network"), cleared, 63, in_page=True
        ),
        Cookie("typed", _("gives back what you typed when a page has failed"), None, 61, in_page=True),
        Cookie("keys", _("remembers that you turned single-key shortcuts off"), cleared, 64, in_page=True),
        Cookie("waiting", _("keeps a reply until there is a network to send it"), cleared, 65, in_page=True),
        Cookie("searches", _("offers your last searches again"), signed_out, 62, in_page=True),
    ):
        cookies.register(cookie)
    for one in (
        Kept("account", _("address and account"), _("until you delete the account, or ask for it"), 10),
        Kept("session", _("sessions, with the time of signing in"), session, 20),
        Kept("mails", _("the wording of mails that have been sent"), KEPT_SENT, 30),
        Kept("mails_waiting", _("mails that could not be delivered"), KEPT_UNDELIVERED, 31),
    ):
        kept.register(one)
