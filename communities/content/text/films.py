"""Addresses of films that can be played within a page: whose they are, and who is asked for their titles.

A stored text names a film by one spelling of its address; static/js/film.mjs makes of it the address of the player.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from django.conf import settings

_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"})
_YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([\w-]{11})/?", re.ASCII)
_SECONDS = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,5})s?)?", re.ASCII)
_VIMEO = re.compile(r"/(?:video/)?(\d{5,12})(?:/([0-9a-f]{6,16}))?/?", re.ASCII)
_DAILYMOTION = re.compile(r"/(?:embed/)?video/([a-z0-9]{5,10})(?:_[\w-]*)?/?", re.ASCII | re.IGNORECASE)
_PEERTUBE = re.compile(r"/(?:w|videos/(?:watch|embed))/([\w-]{8,40})/?", re.ASCII)


@dataclass(frozen=True)
class Film:
    """`address` is the one spelling under which texts keep it, `player` the origin of what is shown in its place,
    `about` where its title is asked for."""

    address: str
    player: str
    about: str


def film_of(address: str) -> Film | None:
    """The film at an address, where its provider is one of ours; None for every other address."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or parts.port not in (None, 80, 443):
            return None
    except ValueError:
        return None
    if host in _YOUTUBE:
        return _youtube(host, parts.path, parts.query)
    if host in ("vimeo.com", "www.vimeo.com", "player.vimeo.com"):
        return _vimeo(parts.path, parts.query)
    if host in ("dailymotion.com", "www.dailymotion.com", "dai.ly"):
        found = _DAILYMOTION.fullmatch(f"/video{parts.path}" if host == "dai.ly" else parts.path)
        return _dailymotion(found[1].lower()) if found else None
    if host in settings.PEERTUBE_HOSTS and (found := _PEERTUBE.fullmatch(parts.path)):
        return _film(f"https://{host}/w/{found[1]}", f"https://{host}", f"https://{host}/services/oembed?")
    return None


def players_of(addresses: Iterable[str]) -> list[str]:
    """From which origins a page that names these films may show something, each once."""
    return sorted({film.player for film in map(film_of, addresses) if film is not None})


def _film(address: str, player: str, oembed: str) -> Film:
    return Film(address, player, f"{oembed}format=json&url={quote(address, safe='')}")


def _youtube(host: str, path: str, query: str) -> Film | None:
    said = parse_qs(query, max_num_fields=50) if query.count("&") < 50 else {}
    inside = _YOUTUBE_PATH.fullmatch(path)
    number = path.strip("/") if host == "youtu.be" else inside[1] if inside else said.get("v", [""])[0]
    if not _YOUTUBE_ID.fullmatch(number) or not (host == "youtu.be" or inside or path == "/watch"):
        return None
    start = _seconds(said.get("t", said.get("start", [""]))[0])
    address = f"https://www.youtube.com/watch?v={number}" + (f"&t={start}" if start else "")
    return _film(address, "https://www.youtube-nocookie.com", "https://www.youtube.com/oembed?")


def _seconds(said: str) -> int:
    """`90`, `90s` and `1m30s` are one place in a film."""
    match = _SECONDS.fullmatch(said)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def _vimeo(path: str, query: str) -> Film | None:
    found = _VIMEO.fullmatch(path)
    if not found:
        return None
    # Films that are not listed have a second part, without which they are not shown.
    hidden = found[2] or next(iter(re.findall(r"(?:^|&)h=([0-9a-f]{6,16})(?:&|$)", query)), "")
    address = f"https://vimeo.com/{found[1]}" + (f"/{hidden}" if hidden else "")
    return _film(address, "https://player.vimeo.com", "https://vimeo.com/api/oembed.json?")


def _dailymotion(number: str) -> Film:
    address = f"https://www.dailymotion.com/video/{number}"
    return _film(address, "https://geo.dailymotion.com", "https://www.dailymotion.com/services/oembed?")
