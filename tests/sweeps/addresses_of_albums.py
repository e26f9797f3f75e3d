"""Addresses of photographs."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import ALL_MEMBERS, AUTHOR, AUTHOR_AND_JUDGES, EVERYBODY, HIDES, only

SPACE, ALBUM, PHOTO = {"space": "wall.slug"}, {"slug": "album.slug"}, {"public_id": "photo.post.public_id"}
TEXT = {"title": "Ice on the rail", "body": "<p>A cold week.</p>", "body_format": "html", "adds": "members"}
ASSURED = {"licence": "by", "assured": "on"}

ALBUMS = {
    "photos/": Address(EVERYBODY),
    "photos/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "photos/in/<words:space>/feed.<str:suffix>": Address(EVERYBODY, SPACE | {"suffix": "=xml"}),
    "photos/new/": Address(ALL_MEMBERS),
    "photos/with-you/": Address(ALL_MEMBERS),
    "photos/with-you/<int:pk>/": act(only("ambassador", others=HIDES), {"answer": "yes"}, pk="likeness.pk"),
    "photos/in/<words:space>/": Address(EVERYBODY, SPACE),
    "photos/in/<words:space>/new/": Address(ALL_MEMBERS, SPACE, post=ALL_MEMBERS, data=TEXT),
    "photos/of/<int:gathering>/add/": Address(ALL_MEMBERS, {"gathering": "event_over.pk"}, post=ALL_MEMBERS),
    "photos/a/<words:slug>/": Address(EVERYBODY, ALBUM),
    "photos/a/<words:slug>/edit/": Address(AUTHOR_AND_JUDGES, ALBUM, post=AUTHOR_AND_JUDGES, data=TEXT),
    "photos/a/<words:slug>/follow/": act(ALL_MEMBERS, **ALBUM),
    "photos/a/<words:slug>/unfollow/": act(ALL_MEMBERS, **ALBUM),
    "photos/a/<words:slug>/add/": Address(ALL_MEMBERS, ALBUM, post=ALL_MEMBERS),
    "photos/a/<words:slug>/add/words/": Address(ALL_MEMBERS, ALBUM, post=ALL_MEMBERS, data=ASSURED),
    "photos/p/<uuid:public_id>/": Address(EVERYBODY, PHOTO),
    "photos/p/<uuid:public_id>/rights/": Address(AUTHOR, PHOTO, post=AUTHOR, data=ASSURED),
    "photos/p/<uuid:public_id>/cover/": act(AUTHOR_AND_JUDGES, **PHOTO),
    "photos/p/<uuid:public_id>/download/": Address(ALL_MEMBERS, PHOTO),
    "photos/p/<uuid:public_id>/people/": act(AUTHOR, {"handle": "nobody-here"}, **PHOTO),
    "photos/p/<uuid:public_id>/people/<int:pk>/away/": act(AUTHOR, pk="likeness.pk", **PHOTO),
}
