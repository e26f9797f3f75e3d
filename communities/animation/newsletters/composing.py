"""From blocks to a mail. What all recipients of one language get alike is drawn once; only their links differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterVersion
from communities.animation.newsletters.proposing import readable
from communities.animation.newsletters.writing import BUTTON, PICK
from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from communities.promotions.targets import full_target
from communities.queries import absolute_address, mail_link
from members.mails.building import Letter, build, one_click

# Stands for the token of whoever gets the mail, until it is known: signs that no address is made of by chance.
TOKEN = "tokentokentoken0000tokentokentoken"  # noqa: S105  no secret
TEMPLATE = "newsletters/newsletter_mail"


def shown_blocks(community: Community, blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without texts that not everybody may read any more. One query where there are texts."""
    said = list(blocks)
    picked = [one["thread"] for one in said if one["kind"] == PICK]
    known = readable(community, picked) if picked else set()
    return [one for one in said if one["kind"] != PICK or one["thread"] in known]


def target_of(community: Community, block: dict[str, Any]) -> str:
    """The whole address that a block leads to; empty for one that leads nowhere."""
    if block["kind"] == PICK:
        return absolute_address(community, full_target(block["path"]))
    if block["kind"] == BUTTON:
        url: str = block["url"]
        return absolute_address(community, full_target(url)) if url.startswith("/") else url
    return ""


@dataclass(frozen=True)
class Drawn:
    """A newsletter in one language, with TOKEN where the reader’s own stands."""

    subject: str
    text: str
    html: str
    sender: str
    way_out: str
    # The one that every second person gets; empty where nothing is compared.
    other_subject: str = ""

    def mail_to(self, address: str, token: str, *, other: bool = False) -> EmailMultiAlternatives:
        """For one reader: two replacements of words, no template. `other`: with the second subject."""
        headers = {"Auto-Submitted": "auto-generated"} | one_click(self.way_out.replace(TOKEN, token))
        text = self.text.replace(TOKEN, token)
        subject = self.other_subject if other and self.other_subject else self.subject
        mail = EmailMultiAlternatives(subject, text, self.sender, [address], headers=headers)
        mail.attach_alternative(self.html.replace(TOKEN, token), "text/html")
        return mail


def draw(community: Community, version: NewsletterVersion) -> Drawn:
    """In the language of the version, its links those of whoever gets it."""
    with speaking(community, version.language):
        context = _context(community, version, tracked=True)
        return _drawn(
            community, version, context, page_address(community, "newsletters:leave-newsletters", TOKEN)
        )


def draw_sample(community: Community, version: NewsletterVersion) -> Drawn:
    """To look at, and to try out: its links lead straight to where they lead, and nothing is counted."""
    with speaking(community, version.language):
        return _drawn(community, version, _context(community, version, tracked=False), "")


def _context(community: Community, version: NewsletterVersion, *, tracked: bool) -> dict[str, Any]:
    blocks = []
    for block in shown_blocks(community, version.blocks):
        url = target_of(community, block)
        if url and tracked:
            url = page_address(community, "newsletters:follow-link", TOKEN, block["id"])
        elif url and block["kind"] == PICK:
            url = mail_link(community, url)
        blocks.append(block | {"address": url})
    context: dict[str, Any] = {
        "blocks": blocks,
        "why": _("You get this newsletter because you asked for it."),
        "unsubscribe_label": _("Stop the newsletter"),
    }
    if tracked:
        context["web_url"] = page_address(community, "newsletters:show-mail", TOKEN)
    else:
        context["web_url"] = page_address(community, "newsletters:list-newsletters")
        context["is_sample"] = True
    return context


def _drawn(community: Community, version: NewsletterVersion, context: dict[str, Any], way_out: str) -> Drawn:
    mail = build(
        Letter("nobody@example.invalid", version.subject, TEMPLATE, context, way_out), brand_for(community)
    )
    html = next(str(content) for content, form in mail.alternatives if form == "text/html")
    return Drawn(str(mail.subject), str(mail.body), html, mail.from_email, way_out, version.other_subject)


def version_for(newsletter: Newsletter, language: str) -> NewsletterVersion | None:
    """In this language, else in the main one."""
    versions = {one.language: one for one in newsletter.versions.all()}
    return versions.get(language) or versions.get(newsletter.language)


def web_blocks(community: Community, version: NewsletterVersion) -> list[dict[str, Any]]:
    """For the page in the browser: links lead straight there."""
    return [
        block | {"address": target_of(community, block)} for block in shown_blocks(community, version.blocks)
    ]


def followed(community: Community, delivery: NewsletterCopy, number: int) -> str:
    """Where the link of a block leads, for whoever holds the mail; empty where there is no such block, or the text may
    not be read by everybody any more: then its own page says so."""
    for version in delivery.newsletter.versions.all():
        block = version.block(number)
        if block is not None and (target := target_of(community, block)):
            return mail_link(community, target) if block["kind"] == PICK else target
    return ""
