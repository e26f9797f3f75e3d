"""Rows that the team puts in order, by dragging or by buttons: what their page sends."""

from __future__ import annotations

from django.http import QueryDict

from communities.content.services.shelving import move_in_order
from communities.keysets import ids_in


def order_sent(sent: QueryDict, *, most: int) -> list[int]:
    """The ids as the rows stand (`order`, once for each), or with one of them moved by a button: `move` is “12:up”."""
    ids = ids_in(sent.getlist("order"), most=most)
    named, _colon, where = sent.get("move", "").partition(":")
    for moved in ids_in([named], most=1):
        ids = move_in_order(ids, moved, where)
    return ids
