import datetime
from dataclasses import replace

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class ContentConfig(AppConfig):
    name = "communities.content"
    label = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content import hearing, portable, receivers, steps
        from communities.content.gauges import register_gauges
        from communities.content.queries import find_forwarding
        from communities.content.services.leaving import register_ways
        from communities.content.services.merging import count_after_merging, hold_texts, register_mergers
        from communities.middleware import register_forwarding
        from communities.signals import members_merged, members_merging

        register_mergers()
        members_merging.connect(hold_texts, dispatch_uid="content.members_merging")
        members_merged.connect(count_after_merging, dispatch_uid="content.members_merged")
        register_forwarding(find_forwarding)
        _register_places()
        _register_acts()
        portable.register()
        hearing.register()
        receivers.register()
        _register_kept()
        register_gauges()
        steps.register()
        _register_planned()
        register_ways()
        _register_facts()


def _register_planned() -> None:
    """Hours to come of texts: when they appear, until when they are public."""
    from communities.content.models import Thread
    from communities.planned import Planned, register_planned

    register_planned(
        Planned(
            "texts",
            order=10,
            fields=("scheduled_for",),
            rows=lambda now: Thread.objects.scheduled_after(now),
            said=lambda n: ngettext("%(n)s text", "%(n)s texts", n) % {"n": n},
        )
    )
    register_planned(
        Planned(
            "retiring",
            order=11,
            fields=("retires_at",),
            rows=lambda now: Thread.objects.retiring_after(now),
            said=lambda n: ngettext("the end of %(n)s text", "the end of %(n)s texts", n) % {"n": n},
        )
    )


def _register_acts() -> None:
    from communities.content import (
        comment_acts,
        dating_acts,
        moving_acts,
        reaction_acts,
        redirect_acts,
        regrouping_acts,
        retiring_acts,
        space_acts,
        tag_acts,
        wiki_acts,
    )

    for room in (tag_acts, redirect_acts, reaction_acts, dating_acts, moving_acts, retiring_acts, space_acts):
        room.register()
    regrouping_acts.register()
    comment_acts.register()
    wiki_acts.register()


def _register_places() -> None:
    from communities.content import automatic
    from communities.navigation import Place, Spot, Who, register_place

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
    automatic.register()


def _register_facts() -> None:
    """Pages of visitors name spaces, and list what is in those that are public."""
    from communities.content.viewers import spaces_of
    from communities.models import fingerprint
    from communities.redrawing import register_fact

    register_fact(lambda visit: tuple([fingerprint(space) for space in spaces_of(visit.community)]))


def _register_kept() -> None:
    """What stays in a browser, and what is kept about people."""
    from communities.content.forms import SENT_COOKIE
    from communities.content.services.carding import KNOWN_FOR
    from communities.content.services.keeping_unsent import UNSENT_LIVES
    from communities.content.services.uploading import ORPHANS_LIVE
    from communities.disclosures import Cookie, Kept, cookies, kept

    cookies.register(
        Cookie(
            SENT_COOKIE,
            _("tells the editor that your text has arrived"),
            datetime.timedelta(minutes=10),
            50,
        )
    )
    until_sent = _("until the text is sent or discarded")
    cookies.register(
        Cookie("draft:…", _("keeps a text that you have not sent yet"), until_sent, 62, in_page=True)
    )
    kept.register(Kept("pictures", _("pictures that no text uses"), ORPHANS_LIVE, 60))
    kept.register(
        Kept("unsent", _("texts that you began and did not send, with their pictures"), UNSENT_LIVES, 59)
    )
    kept.register(
        Kept("cards", _("titles of the pages that texts link to"), datetime.timedelta(seconds=KNOWN_FOR), 61)
    )
    texts = _("until you delete them; when you leave you choose whether they stay without your name")
    kept.register(Kept("texts", _("what you write, and pictures in it"), texts, 11))
