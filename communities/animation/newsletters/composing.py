"""From blocks to a mail. What all recipients of one language get alike is drawn once; only their links differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterVersion
from communities.animation.newsletters.proposing import readable
from communities.animation.newsletters.writing import BUTTON, PICK, TEXT
from communities.content.showing.rewards import label
from communities.content.text.extracts import plain_text
from communities.content.text.markup import parse, serialise
from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from communities.promotions.targets import full_target
from communities.queries import absolute_address, mail_link
from communities.texts.rendering import trusted
from members.mails.building import Letter, build, one_click

# Stands for the token of whoever gets the mail, until it is known: signs that no address is made of by chance.
TOKEN = "tokentokentoken0000tokentokentoken"  # noqa: S105  no secret
TEMPLATE = "newsletters/newsletter_mail"


def shown_blocks(community: Community, blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without texts that not everybody may read any more; those written for a reward say so. One query where there are
    texts."""
    said = list(blocks)
    picked = [one["thread"] for one in said if one["kind"] == PICK]
    known = readable(community, picked) if picked else {}
    shown = [one for one in said if one["kind"] != PICK or one["thread"] in known]
    return [_labelled(one) if known.get(one.get("thread", 0)) else one for one in shown]


def _labelled(block: dict[str, Any]) -> dict[str, Any]:
    """What kind of text it is, behind the word that it was written for a reward."""
    return block | {"label": " – ".join(filter(None, (label(), block["label"]))), "rewarded": True}


def target_of(community: Community, block: dict[str, Any]) -> str:
    """The whole address that a block leads to; empty for one that leads nowhere."""
    if block["kind"] == PICK:
        return absolute_address(community, full_target(block["path"]))
    if block["kind"] == BUTTON:
        url: str = block["url"]
        return absolute_address(community, full_target(url)) if url.startswith("/") else url
    return ""


def mail_words(community: Community, html: str) -> dict[str, str]:
    """Words as a mail carries them: it is read at no address, so that its links are whole, and its text names them."""
    root = parse(html)
    for link in root.walk():
        href = link.attrs.get("href", "")
        if link.tag != "a" or not href:
            continue
        if href.startswith("/"):
            link.attrs["href"] = href = absolute_address(community, full_target(href))
    whole = serialise(root.children)
    for link in root.walk():
        href = link.attrs.get("href", "")
        if link.tag == "a" and href and not href.startswith("#"):
            shown = href.removeprefix("mailto:")
            if shown not in link.text():
                link.children.append(f" ({shown})")
    return {"html": whole, "text": plain_text(serialise(root.children))}


@dataclass(frozen=True)
class Drawn:
    """A newsletter in one language and with one subject, with TOKEN where the reader’s own stands."""

    subject: str
    text: str
    html: str
    sender: str
    way_out: str
    # What every second person gets, where two subjects are compared.
    second: Drawn | None = None

    def mail_to(self, address: str, token: str, *, other: bool = False) -> EmailMultiAlternatives:
        """For one reader: two replacements of words, no template. `other`: with the second subject."""
        if other and self.second is not None:
            return self.second.mail_to(address, token)
        headers = {"Auto-Submitted": "auto-generated"} | one_click(self.way_out.replace(TOKEN, token))
        text = self.text.replace(TOKEN, token)
        mail = EmailMultiAlternatives(self.subject, text, self.sender, [address], headers=headers)
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
        words: dict[str, str] = {}
        if block["kind"] == TEXT:
            words = mail_words(community, block["html"])
            words["html"] = trusted(words["html"])
        blocks.append(block | {"address": url} | words)
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
    brand = brand_for(community)

    def with_subject(subject: str, second: Drawn | None = None) -> Drawn:
        mail = build(Letter("nobody@example.invalid", subject, TEMPLATE, context, way_out), brand)
        html = next(str(content) for content, form in mail.alternatives if form == "text/html")
        return Drawn(str(mail.subject), str(mail.body), html, mail.from_email, way_out, second)

    # The heading of a mail is its subject: with that of the other half, the comparison would measure neither.
    other = with_subject(version.other_subject) if version.is_compared else None
    return with_subject(version.subject, other)


def version_for(newsletter: Newsletter, language: str) -> NewsletterVersion | None:
    """In this language, else in the main one."""
    versions = {one.language: one for one in newsletter.versions.all()}
    return versions.get(language) or versions.get(newsletter.language)


def untried(newsletter: Newsletter) -> list[NewsletterVersion]:
    """Those of its languages that nobody has tried out as they stand; needs `versions` prefetched."""
    return [one for one in newsletter.versions.all() if one.tested_at is None]


def web_blocks(community: Community, version: NewsletterVersion) -> list[dict[str, Any]]:
    """For the page in the browser: links lead straight there, also those in words, wherever the community stands."""
    return [
        block
        | {"address": target_of(community, block)}
        | ({"html": trusted(mail_words(community, block["html"])["html"])} if block["kind"] == TEXT else {})
        for block in shown_blocks(community, version.blocks)
    ]


def followed(community: Community, delivery: NewsletterCopy, number: int) -> str:
    """Where the link of a block leads in the language in which the mail was written: each language has numbers of its
    own. Empty where there is no such block. A text that not everybody may read any more says so on its own page."""
    version = version_for(delivery.newsletter, delivery.language)
    block = version.block(number) if version is not None else None
    target = target_of(community, block) if block is not None else ""
    return mail_link(community, target) if block is not None and target and block["kind"] == PICK else target
