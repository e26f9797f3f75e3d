"""A community as a form would have it: a copy that is drawn once and never saved."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import QueryDict

from communities.console.brand import state
from communities.console.brand.home_form import HomeForm
from communities.console.brand.look_form import LookForm
from communities.console.brand.mail_form import MailLookForm
from communities.models import Community
from communities.theming import theme_css


def draft_of(community: Community, sent: QueryDict) -> Community:
    """The community with what was sent, as far as it holds; what does not is as it is now. Files are not looked at."""
    draft = copy.copy(community)
    if "colour" in sent:
        _fill(draft, sent, LookForm, state.look_of, state.put_look)
    elif "layout" in sent:
        _fill(draft, sent, HomeForm, state.home_of_owner, state.put_home)
    elif "signature" in sent:
        _fill(draft, sent, MailLookForm, state.mail_look_of, state.put_mail_look)
    seen = cast("Any", draft)
    # Read by components/styles.html: no address leads to the stylesheet of a draft.
    seen.draft_css = theme_css(draft.theme)
    # What is remembered of a community's frame is remembered by this; of a draft nothing may be.
    seen.updated_at = uuid.uuid4()
    return draft


def _fill(
    draft: Community,
    sent: QueryDict,
    form_class: type[LookForm | HomeForm | MailLookForm],
    read: Callable[[Community], dict[str, Any]],
    put: Callable[[Community, Mapping[str, Any]], None],
) -> None:
    now = read(draft)
    form = form_class(sent, community=draft)
    if form.is_valid():
        chosen = form.chosen
    else:
        chosen = {name: value for name, value in form.cleaned_data.items() if name in now}
    if chosen.get("photo"):
        chosen["photo"] = {**now["photo"], **chosen["photo"]} if now["photo"] else None
    put(draft, {**now, **chosen})
