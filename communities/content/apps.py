import datetime
from dataclasses import replace

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "communities.content"
    label = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content.forms import SENT_COOKIE
        from communities.content.gauges import register_gauges
        from communities.content.queries import find_forwarding
        from communities.content.services.leaving import register_ways
        from communities.content.services.uploading import ORPHANS_LIVE
        from communities.disclosures import Cookie, Kept, cookies, kept
        from communities.middleware import register_forwarding
        from communities.navigation import Place, Spot, Who, register_place

        register_forwarding(find_forwarding)
        drafts = Place(_("Drafts"), "content:list-drafts", order=30, icon="book", whom=Who.MEMBER)
        write = Place(_("Write"), "content:list-drafts", order=30, icon="edit", whom=Who.MEMBER)
        register_place(drafts, Spot.ACCOUNT)
        register_place(write, Spot.DOCK)
        register_place(replace(write, order=10), Spot.BAR)
        search = Place(
            _("Search"), "content:search-content", "search", order=60, icon="search", whom=Who.OUTSIDER
        )
        register_place(search, Spot.DOCK)
        register_place(replace(search, order=0, whom=Who.ANYBODY, look="search"), Spot.BAR)
        cookies.register(
            Cookie(
                SENT_COOKIE,
                _("tells the editor that your text has arrived"),
                datetime.timedelta(minutes=10),
                50,
            )
        )
        until_sent = _("until the text is sent or thrown away")
        cookies.register(
            Cookie("draft:…", _("keeps a text that you have not sent yet"), until_sent, 62, in_page=True)
        )
        kept.register(Kept("pictures", _("pictures that no text took"), ORPHANS_LIVE, 60))
        texts = _("until you delete them; when you leave you choose whether they stay without your name")
        kept.register(Kept("texts", _("what you write, and pictures in it"), texts, 11))
        register_gauges()
        register_ways()
