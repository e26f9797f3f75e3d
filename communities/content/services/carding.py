"""Titles and pictures of the addresses that stand alone in a text, asked for once it is public, by the worker.

A text is never late for them, and never changed by them but for its cards: what its writer gave stays as it is. What
was heard of an address is remembered for its community, so that it is asked once however many texts name it. What
another site says is judged before it is shown (`card_found`): its writer did not write it, and nobody reads it first.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from communities.content.addresses import community_root
from communities.content.attachments import FULL, address_of
from communities.content.exceptions import UploadRefused
from communities.content.images import delete_picture, store_card_picture
from communities.content.models import Attachment, Post
from communities.content.services.composing import has_cards
from communities.content.services.verdicts import Verdict
from communities.content.text.cards import Card, addresses_alone, carded, cards_in
from communities.content.text.films import film_of
from communities.content.text.pages import Said, said_by_page, said_by_provider
from communities.files import StoreAway
from communities.outbound import NotFetched, fetch
from communities.scoping import community_scope
from communities.signals import card_found
from members.jobs import ask_for

# Of one text; what comes after them stays links.
MOST_ASKED = 5
# Of one community in an hour, pages and pictures: whoever writes many addresses sends nobody many requests through us.
MOST_AN_HOUR = 300
# For all addresses of a text; what is left then stays a link.
ENOUGH = 60.0  # seconds
# After this long an address is asked again when a text with it appears or is changed.
KNOWN_FOR = 7 * 24 * 60 * 60  # seconds
# What could not be had, or says nothing of itself.
UNKNOWN_FOR = 24 * 60 * 60
_NONE = "none"
_PAGES = {"Accept": "text/html,application/xhtml+xml"}
_PICTURES = {"Accept": "image/avif,image/webp,image/png,image/jpeg,image/gif"}


def ask_for_cards(post: Post) -> None:
    """Have the worker ask what the addresses alone in a public text lead to, once the transaction stands."""
    # The community is asked last: few texts have such an address, and it is a statement of each reply.
    wants = settings.LINK_CARDS and post.is_published and addresses_alone(post.body_html)
    if wants and has_cards(post.community):
        ask_for("communities.content.tasks.make_cards", community_id=post.community_id, post_id=post.pk)


def make_cards(community_id: int, post_id: int) -> int:
    """Ask and put in what is new; how many addresses have a card then. Repeated, it changes nothing.

    Nothing is locked, and no transaction is open, while other sites are waited for.
    """
    with community_scope(community_id):
        post = Post.objects.select_related("community", "author").filter(pk=post_id).first()
        if post is None or not post.is_published or not settings.LINK_CARDS:
            return 0
        if not has_cards(post.community) or _is_held(post):
            return 0
        own = community_root(post.community)
        addresses = [one for one in addresses_alone(post.body_html) if not one.startswith(own)]
    heard = _hear_of(community_id, addresses[:MOST_ASKED])
    with community_scope(community_id):
        heard = {address: said for address, said in heard.items() if not _is_held(post, said.title)}
        there = cards_in(post.body_html)
        new = {address: said for address, said in heard.items() if not _has(there.get(address), said)}
        pictures = {address: _kept_picture(community_id, said) for address, said in new.items()}
    end = time.monotonic() + ENOUGH
    for address, said in new.items():
        if said.picture and pictures[address] is None and time.monotonic() < end:
            pictures[address] = _fetched(community_id, said.picture)
    with community_scope(community_id):
        return _put_in(post_id, heard, pictures)


def _is_held(post: Post, title: str = "") -> bool:
    """Whether nobody may be shown this; without a title, whatever it is."""
    verdict = Verdict()
    card_found.send(sender=Post, post=post, title=title, verdict=verdict)
    return verdict.held


def _has(card: Card | None, said: Said) -> bool:
    """Whether a card shows what was heard already."""
    return card is not None and card.title == said.title and bool(card.picture or not said.picture)


def _hear_of(community_id: int, addresses: Sequence[str]) -> dict[str, Said]:
    """What each address says of itself, those that say nothing left out."""
    heard, end = {}, time.monotonic() + ENOUGH
    for address in addresses:
        key = _key(community_id, address)
        known = cache.get(key)
        if known is None:
            if time.monotonic() > end or not _may_ask(community_id):
                continue
            said = _ask(address)
            known = asdict(said)
            cache.set(key, known, KNOWN_FOR if said.title else UNKNOWN_FOR)
        if known["title"]:
            heard[address] = Said(**known)
    return heard


def _ask(address: str) -> Said:
    film = film_of(address)
    try:
        return said_by_provider(fetch(film.about)) if film else said_by_page(fetch(address, headers=_PAGES))
    except NotFetched:
        return Said()


def _may_ask(community_id: int) -> bool:
    key = f"cards:{community_id}:{int(time.time() // 3600)}"
    cache.add(key, 0, 3600)
    try:
        return int(cache.incr(key)) <= MOST_AN_HOUR
    except ValueError:
        return True  # the hour ended just now


def _key(community_id: int, address: str) -> str:
    return f"card:{community_id}:{hashlib.sha256(address.encode()).hexdigest()}"


def _picture_key(community_id: int, address: str) -> str:
    return f"card-picture:{community_id}:{hashlib.sha256(address.encode()).hexdigest()}"


def _kept_picture(community_id: int, said: Said) -> bytes | None:
    """The picture of another card of this community that shows the same; no bytes where there is known to be none."""
    number = cache.get(_picture_key(community_id, said.picture)) if said.picture else None
    if number == _NONE:
        return b""
    kept = Attachment.objects.filter(pk=number).first() if number else None
    if kept is None:
        return None
    try:
        with default_storage.open(kept.path) as file:
            return bytes(file.read())
    except (OSError, StoreAway):
        return None


def _fetched(community_id: int, address: str) -> bytes | None:
    if not _may_ask(community_id):
        return None
    try:
        answer = fetch(address, headers=_PICTURES)
    except NotFetched:
        answer = None
    if answer is None or answer.status != 200:
        cache.set(_picture_key(community_id, address), _NONE, UNKNOWN_FOR)
        return None
    return answer.body


@transaction.atomic
def _put_in(post_id: int, heard: Mapping[str, Said], pictures: Mapping[str, bytes | None]) -> int:
    """Into the text as it is now: it may have been changed or taken away meanwhile."""
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    # Switched off while other sites were waited for.
    if post is None or not post.is_published or not has_cards(post.community):
        return 0
    there, known = cards_in(post.body_html), {}
    for address in addresses_alone(post.body_html):
        said, before = heard.get(address), there.get(address)
        if said is None or _has(before, said):
            continue
        body = pictures.get(address)
        picture = _stored(post, said.picture, body) if body else None
        known[address] = Card(said.title, picture or (before.picture if before else None))
    html = carded(post.body_html, there | known)
    if html != post.body_html:
        Post.objects.filter(pk=post.pk).update(body_html=html)
    return len(there | known)


def _stored(post: Post, address: str, body: bytes) -> dict[str, str] | None:
    """Redraw a picture and keep it as one of the text, with which it goes; None for what is no picture, or too small to
    show anything, and where there is no room."""
    try:
        with transaction.atomic():
            picture = store_card_picture(ContentFile(body, "card"), folder=f"uploads/{post.community_id}")
            try:
                kept = Attachment.objects.create(post=post, uploader_id=post.author_id, **picture.columns())
            except Exception:
                delete_picture([picture.path])
                raise
    except UploadRefused:
        return None
    cache.set(_picture_key(post.community_id, address), str(kept.pk), KNOWN_FOR)
    measures = {"width": str(kept.width), "height": str(kept.height)}
    return {"src": address_of(kept, FULL), "alt": "", **measures, "loading": "lazy", "decoding": "async"}
