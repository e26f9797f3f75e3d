"""What the journal knows of domains and sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.console.reach.domains import make_primary, return_to_platform
from communities.console.reach.senders import set_sender
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.mailing.models import Sender
from communities.models import Community, Domain, Membership


def _domains(change: Change) -> str:
    return reverse("console:add-domain")


def _sender(change: Change) -> str:
    return reverse("console:edit-sender")


def _present_primary(change: Change) -> Mapping[str, Any]:
    primary = Domain.objects.filter(community_id=change.community_id, primary=True)
    return {"host": primary.values_list("host", flat=True).first() or ""}


def _undo_primary(change: Change, by: Membership) -> None:
    host = str(change.before.get("host") or "")
    if not host:
        return_to_platform(by.community, by=by)
        return
    domain = Domain.objects.filter(community_id=change.community_id, host=host).first()
    if domain is None:
        raise NothingToUndo
    make_primary(domain, by=by)


def _present_sender(change: Change) -> Mapping[str, Any]:
    return {key: value for key, value in _whole_sender(change.community_id).items() if key in change.after}


def _undo_sender(change: Change, by: Membership) -> None:
    values = {**_whole_sender(by.community_id), **change.before}
    set_sender(by.community, by=by, name=str(values["name"]), address=str(values["address"]))


def _whole_sender(community_id: int) -> dict[str, str]:
    community, sender = Community.objects.get(pk=community_id), Sender.objects.first()
    return {
        "name": community.sender_name,
        "address": sender.address if sender else community.sender_email,
    }


def register() -> None:
    register_act(Act("domain_added", _("Domain added"), url=_domains))
    register_act(Act("domain_verified", _("Domain verified"), {"primary": _("main address")}, url=_domains))
    register_act(Act("domain_released", _("Domain released"), url=_domains))
    register_act(
        Act(
            "primary_domain",
            _("Main address changed"),
            {"host": _("main address")},
            url=_domains,
            present=_present_primary,
            undo=_undo_primary,
        )
    )
    register_act(
        Act(
            "sender_changed",
            _("Sender changed"),
            {"name": _("sender’s name"), "address": _("sender’s address")},
            url=_sender,
            present=_present_sender,
            undo=_undo_sender,
        )
    )
    register_act(
        Act(
            "sender_in_force", _("Sender’s address in force"), {"address": _("sender’s address")}, url=_sender
        )
    )
    register_act(Act("address_tried_again", _("Address tried again"), url=_sender))
