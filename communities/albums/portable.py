"""Albums travel with their photographs, the rights of each, and what people said of their names."""

from __future__ import annotations

from communities.albums.models import Album, Likeness, Photo
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Photo), Portable(Album), Portable(Likeness))
