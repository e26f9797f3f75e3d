"""The facts that follow from what the software does here, rather than from what somebody typed."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from communities.disclosures import Cookie, Kept, cookies_of, kept_of, said_of, taken
from communities.models import Community
from communities.queries import community_root
from communities.scoping import CommunityOwned
from communities.texts.authorities import authority_of
from communities.texts.facts import IDENTITY_PAGE, Fact, Value, register_fact
from communities.theming import Figure, measure_theme, read_theme
from members.personal import DELETE, DETACH, Departure, Record, records

# What was found when the pages were last checked, by whom and how; rewritten with each check.
CONFORMANCE = Path(__file__).parent / "conformance.yaml"
# What WCAG asks of text.
TEXT = 4.5

# The tables of what members may take away (`exported_as`), as members call them.
TABLES = {
    "addresses": gettext_lazy("e-mail addresses"),
    "waiting_list": gettext_lazy("your place on the waiting list"),
    "invitations": gettext_lazy("invitations you sent"),
    "spaces": gettext_lazy("your right to write in a blog"),
    "own_blogs": gettext_lazy("what your own blog says about itself, and how it looks"),
    "co_author_invitations": gettext_lazy("invitations to sign articles with others"),
    "article_series": gettext_lazy("series of articles you began"),
    "blogs_followed": gettext_lazy("which members’ blogs you follow"),
    "articles_submitted": gettext_lazy("which articles you sent to the editors of a blog"),
    "review_notes": gettext_lazy("your notes about articles of others"),
    "threads": gettext_lazy("threads you started"),
    "posts": gettext_lazy("your messages"),
    "assigned_threads": gettext_lazy("which threads you were given to answer"),
    "asked_to_answer": gettext_lazy("which questions you were asked to answer"),
    "pictures": gettext_lazy("your pictures and files"),
    "unsent_texts": gettext_lazy("texts you began and did not send"),
    "reactions": gettext_lazy("your reactions"),
    "read_marks": gettext_lazy("how far you have read"),
    "following": gettext_lazy("what you follow"),
    "notifications": gettext_lazy("your notifications"),
    "co_signed": gettext_lazy("articles you signed with others"),
    "reports": gettext_lazy("your reports"),
    "decisions": gettext_lazy("decisions that concern you"),
    "measures": gettext_lazy("sanctions against you"),
    "visits": gettext_lazy("your visits, if you agreed"),
    "days": gettext_lazy("the days on which you were here"),
    "clicks": gettext_lazy("offers you opened, if you agreed"),
    "offer_codes": gettext_lazy("which codes of offers you took"),
    "offer_wishes": gettext_lazy("whether you want to hear about offers"),
    "contacts": gettext_lazy("what you sent by a contact form"),
    "customer_stories": gettext_lazy("the words with which you are featured as a customer"),
    "devices": gettext_lazy("the devices on which you get notifications"),
    "orders": gettext_lazy("your orders"),
    "saved_calls": gettext_lazy("whether an answer saved you a call, where you said so"),
    "report_mails": gettext_lazy("mails of figures you were sent"),
    "applications": gettext_lazy("your applications to calls for projects"),
    "juries": gettext_lazy("the juries that you are in"),
    "jury_scores": gettext_lazy("the scores that you gave in a jury"),
    "membership": gettext_lazy("your profile"),
    "reception": gettext_lazy("how you were welcomed as a newcomer"),
    "automations": gettext_lazy("what automations did about you, and the notes they sent you"),
    "beta_tests": gettext_lazy("your applications for beta tests, and which text you accepted when"),
    "challenge_entries": gettext_lazy("what you entered in challenges"),
    "added_answers": gettext_lazy("answers you added to polls"),
    "challenge_votes": gettext_lazy("your votes in challenges"),
    "challenge_juries": gettext_lazy("the juries that you are on"),
    "registrations": gettext_lazy("the events you registered for"),
    "likenesses": gettext_lazy("the photographs in which you are named, or asked to be"),
    "own_calendar": gettext_lazy("the address at which your calendar reads your events"),
    "calendar_feed": gettext_lazy("the address at which your calendar reads ours"),
    "surveys": gettext_lazy("which surveys asked you, and whether you answered; not what"),
    "not_asked": gettext_lazy("whether you do not want to be asked by surveys"),
    "ambassador": gettext_lazy(
        "your applications and terms as an ambassador, and which charter you accepted"
    ),
    "tasks_done": gettext_lazy("the tasks you did as an ambassador"),
    "thanks": gettext_lazy("thanks of the team to you"),
    "announcements": gettext_lazy("which announcements above the pages you closed, or followed the link of"),
    "newsletter": gettext_lazy("your newsletter subscription"),
    "newsletter_by_address": gettext_lazy("the address at which you asked for the newsletter"),
    "introductions": gettext_lazy("the members to whom you were introduced"),
    "introduced_to": gettext_lazy("the newcomers who were introduced to you"),
    "team_notes": gettext_lazy("notes of the team about you"),
    "files_for_verification": gettext_lazy("files you sent to prove something, and what the team found"),
    "join_requests": gettext_lazy("your requests to join, with your answers"),
    "link": gettext_lazy("the invitation link by which you came"),
    "returned_mails": gettext_lazy("mails that came back from your address"),
    "failing_address": gettext_lazy("whether your address takes mails"),
}


def place_name(community: Community) -> Value:
    return community.name


def site(community: Community) -> Value:
    return community_root(community)


def languages(community: Community) -> Value:
    return ", ".join(str(get_language_info(code)["name_translated"]) for code in community.all_languages)


def cookie_list(community: Community) -> Value:
    """One line for each thing that stays in the browser."""
    return [_cookie_line(cookie) for cookie in cookies_of(community)]


def _cookie_line(cookie: Cookie) -> str:
    words = {
        "name": cookie.name,
        "purpose": cookie.purpose,
        "life": said_of(cookie.life) if cookie.life else _("until the window is closed"),
    }
    if cookie.needs_consent:
        return _("%(name)s (cookie, only if you agree): %(purpose)s; %(life)s") % words
    if cookie.in_page:
        return _("%(name)s (kept by the page, never sent): %(purpose)s; %(life)s") % words
    return _("%(name)s (cookie): %(purpose)s; %(life)s") % words


def cookie_count(community: Community) -> Value:
    sent = [cookie for cookie in cookies_of(community) if not cookie.in_page]
    return ngettext("%(n)s cookie", "%(n)s cookies", len(sent)) % {"n": number_format(len(sent))}


def consent(community: Community) -> Value:
    asked = [cookie for cookie in cookies_of(community) if cookie.needs_consent]
    if asked:
        return _("One of them is set only if you agree; all others are needed for what you ask of the place.")
    return _(
        "All are needed for what you ask of the place, so the law asks for no consent, and no banner is shown."
    )


def kept_list(community: Community) -> Value:
    return [_kept_line(one) for one in kept_of(community)]


def _kept_line(one: Kept) -> str:
    return _pair(str(one.what), said_of(one.until))


def _pair(what: str, says: str) -> str:
    return _("%(what)s: %(says)s") % {"what": capfirst(what), "says": says}


def data_list(_community: Community) -> Value:
    """What is kept about a member, by what becomes of it when they leave: from the declarations of the tables."""
    exported = [record for record in records() if record.personal.exported_as]
    own = [record for record in exported if issubclass(record.model, CommunityOwned)]
    groups = (
        (_("stays with your account, for all its communities"), [one for one in exported if one not in own]),
        (_("deleted when you leave"), [one for one in own if _on_leaving(one) is DELETE]),
        (
            _("stays without your name when you leave, or goes with you: you choose"),
            [one for one in own if _on_leaving(one) is not DELETE and _differs(one)],
        ),
        (
            _("stays when you leave, and no longer leads to you"),
            [one for one in own if _on_leaving(one) is DETACH and not _differs(one)],
        ),
        (
            _("stays when you leave, without your name"),
            [one for one in own if _on_leaving(one) not in (DELETE, DETACH) and not _differs(one)],
        ),
    )
    goes_too = [str(one.what) for one in taken]
    lines = [(label, _names(found)) for label, found in groups if found]
    return [
        _pair(label, ", ".join([names, *goes_too]) if label == groups[1][0] else names)
        for label, names in lines
    ]


def _on_leaving(record: Record) -> object:
    return record.personal.on(Departure.LEAVING)


def _differs(record: Record) -> bool:
    return record.personal.on(Departure.LEAVING_WITH_TEXTS) is not _on_leaving(record)


def _names(found: list[Record]) -> str:
    return ", ".join(dict.fromkeys(table_name(one) for one in found))


def table_name(record: Record) -> str:
    """What a reader calls a table of what they may take away."""
    known = TABLES.get(record.personal.exported_as)
    return str(known if known is not None else record.model._meta.verbose_name_plural)


def recipients(community: Community) -> Value:
    """Who gets to see data besides the team: nobody whom the set-up does not name.

    A text holds for years: that there is no mail server at one moment is not said in it.
    """
    lines = []
    if host := community.legal.get("host"):
        lines.append(_("The host, who stores them: %(host)s") % {"host": " ".join(str(host).split())})
    if settings.EMAIL_HOST:
        lines.append(
            _("The mail server %(server)s, which carries our mails") % {"server": settings.EMAIL_HOST}
        )
    lines.append(
        _("Nobody else: no page loads anything from another site, and nothing is handed to advertisers")
    )
    return lines


def contrast(community: Community) -> Value:
    """What was measured of this place’s own colours, by day and by night."""
    return _contrast(json.dumps(community.theme or {}, sort_keys=True), get_language() or "")


@lru_cache(maxsize=256)
def _contrast(theme: str, _language: str) -> str:
    figures = measure_theme(read_theme(json.loads(theme)))
    holding = [figure for figure in figures if figure.holds]
    lowest = _lowest(figures)
    words = {
        "n": number_format(len(figures)),
        "held": number_format(len(holding)),
        "lowest": number_format(lowest, 1),
    }
    if len(holding) == len(figures):
        return (
            _(
                "%(n)s pairs of colours of this place were measured, by day and by night: all reach what is asked for,"
                " and the text that is hardest to read has a contrast of %(lowest)s to 1"
            )
            % words
        )
    return (
        _(
            "%(held)s of %(n)s pairs of colours of this place reach the contrast that is asked for, by day and by night"
        )
        % words
    )


def _lowest(figures: list[Figure]) -> float:
    return min((figure.ratio for figure in figures if figure.pair.floor >= TEXT), default=TEXT)


def checks(_community: Community) -> Value:
    """What the last check of the software’s pages found; the figures come from `conformance.yaml`."""
    said = _conformance()
    day = date_format(said["day"], "DATE_FORMAT")
    lines = [
        _(
            "%(on)s: %(pages)s pages of this release, each wide and narrow, in light and in dark colours, with %(tool)s"
        )
        % {"on": day, "pages": number_format(_number_of(said["pages"])), "tool": said["tool"]},
        ngettext(
            "%(n)s fault found against %(standard)s",
            "%(n)s faults found against %(standard)s",
            said["findings"],
        )
        % {"n": number_format(said["findings"]), "standard": said["standard"]},
    ]
    if waiting := _number_of(said["not_checked"]):
        lines.append(
            ngettext(
                "%(n)s page has not been checked in this way",
                "%(n)s pages have not been checked in this way",
                waiting,
            )
            % {"n": number_format(waiting)}
        )
    if not said["audited"]:
        lines.append(
            _("No audit by people with disabilities, nor against the 106 criteria of RGAA, has been made")
        )
    return lines


def _number_of(addresses: dict[str, list[str]]) -> int:
    return sum(len(of_host) for of_host in addresses.values())


@lru_cache(maxsize=1)
def _conformance() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(CONFORMANCE.read_text(encoding="utf-8"))
    return found


def register() -> None:
    """Raises ValueError where a name is taken."""
    for fact in (
        Fact(
            "place", gettext_lazy("Name of the place"), place_name, "console:edit-place", "id_name", order=1
        ),
        Fact("site", gettext_lazy("Address of the place"), site, order=2),
        Fact("languages", gettext_lazy("Languages"), languages, order=3),
        Fact("cookie_count", gettext_lazy("Number of cookies"), cookie_count, order=30),
        Fact("cookies", gettext_lazy("What stays in the browser"), cookie_list, block=True, order=31),
        Fact("consent", gettext_lazy("Consent"), consent, order=32),
        Fact("data", gettext_lazy("Data about members"), data_list, block=True, order=40),
        Fact("kept", gettext_lazy("What is kept, and how long"), kept_list, block=True, order=41),
        Fact(
            "recipients",
            gettext_lazy("Who receives data"),
            recipients,
            IDENTITY_PAGE,
            "id_host",
            block=True,
            order=42,
        ),
        Fact(
            "authority",
            gettext_lazy("Supervisory authority"),
            authority_of,
            IDENTITY_PAGE,
            "id_country",
            order=43,
        ),
        Fact("contrast", gettext_lazy("Measured contrasts"), contrast, "console:edit-brand", order=60),
        Fact("checks", gettext_lazy("Checks of the pages"), checks, block=True, order=61),
    ):
        register_fact(fact)
