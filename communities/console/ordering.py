"""Rows that the team puts in order, by dragging or by buttons: what their page sends."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from communities.content.services.shelving import move_in_order
from communities.in_place import stay_in_place
from communities.keysets import ids_in


def after_order(request: HttpRequest, to: str) -> HttpResponse:
    """Rows that were dragged stand where they belong already; those moved by a button come back in their order."""
    return redirect(to) if "move" in request.POST else stay_in_place(request, to)


def order_sent(sent: QueryDict, *, most: int, parents: Mapping[int, int | None] | None = None) -> list[int]:
    """The ids as the rows stand (`order`, once for each), or with one of them moved by a button: `move` is “12:up”.
    `parents` are those that others of them stand in."""
    ids = ids_in(sent.getlist("order"), most=most)
    named, _colon, where = sent.get("move", "").partition(":")
    for moved in ids_in([named], most=1):
        ids = move_in_order(ids, moved, where, parents=parents)
    return ids
