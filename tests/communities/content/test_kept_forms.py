"""Longer texts of forms that write no post: kept while they are typed, offered again, gone once they arrived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings as project
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory

from analytics.offers.forms import CodeOfferForm
from communities.animation.surveys.forms import AnswerForm
from communities.animation.surveys.models import Question
from communities.content.arriving import _went_wrong
from communities.content.forms import BodyForm
from communities.content.models import UnsentText
from communities.theming.forms import kept_address
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast

OURS = ("communities", "members", "moderation", "analytics")
# Longer texts that are not kept, each with the reason.
NOT_KEPT = {
    "analytics.offers.forms.CodeListForm.text": "codes of a shop are worth money to whoever reads them",
    "communities.console.redirects.forms.TrialForm.addresses": "nothing is saved: it only tries",
    "communities.launch.forms.StageForm.people": "names of other people, a list of handles",
    "communities.launch.invite_forms.InviteForm.addresses": "addresses of people who have not asked for it",
    "communities.launch.invite_forms.WaveForm.addresses": "addresses of people who have not asked for it",
    "communities.content.forms.PreviewForm.body": "the form before it keeps it",
}
# Written by hand in a template: read only, or short.
BY_HAND = {
    "console/fields/file_line.html": "a word of 500 characters to one person, beside two buttons",
    "console/people/join_request.html": "a word of 500 characters to one person, beside two buttons",
    "errors/409.html": "what was typed elsewhere, to be copied; it is sent nowhere",
}


def longer_texts() -> Iterator[tuple[str, type[forms.BaseForm], Any]]:
    for pages in ("config.urls", "config.platform_urls"):
        import_module(pages)
    waiting: list[Any] = [forms.BaseForm]
    seen = set()
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form in seen or form.__module__.partition(".")[0] not in OURS:
            continue
        seen.add(form)
        inherited = [getattr(base, "base_fields", {}) for base in form.__mro__[1:]]
        for name, one in form.base_fields.items():
            new = not any(fields.get(name) is one for fields in inherited)
            if new and isinstance(one.widget, forms.Textarea):
                yield f"{form.__module__}.{form.__qualname__}.{name}", form, one.widget


def test_every_longer_text_is_kept_while_it_is_typed(here: Cast) -> None:
    """By the form of a post, or by the script that comes with the text area."""
    with here.scope():
        left = {
            name
            for name, form, widget in longer_texts()
            if not issubclass(form, BodyForm) and not kept_address(widget)
        }
    assert left == set(NOT_KEPT)


def test_a_code_beside_a_longer_text_is_not_kept_either() -> None:
    """Of a form with a longer text the script keeps the lines, too, but those that say no."""
    assert CodeOfferForm.base_fields["code"].widget.attrs["data-unkept"]
    script = (Path(project.BASE_DIR) / "static/js/kept.mjs").read_text()
    assert 'LINES = "input:is([type=text], [type=search], [type=url]):not([data-unkept])"' in script


def test_text_areas_written_by_hand_are_kept() -> None:
    folder = Path(project.BASE_DIR) / "templates"
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        for area in re.findall(r"<textarea\b[^<]*", path.read_text())
        if "readonly" not in area and "data-kept=" not in area
    }
    assert found == set(BY_HAND)


def keep(client: Client, here: Cast, path: str, about: str = "form:0", **fields: str) -> dict[str, Any]:
    """As the script of the page does."""
    sent = {"form_action": path, "written_on": path, "submission": str(uuid4()), "unsent": "", **fields}
    answer = client.post(here.url(f"/me/drafts/keep/?about={about}"), sent, headers={"X-Editor": "1"})
    assert answer.status_code == 200, "a script that asks by itself gets no error"
    said: dict[str, Any] = answer.json()
    return said


def offered(client: Client, here: Cast, path: str, **asked: str) -> Any:
    answer = client.get(here.url("/me/drafts/keep/"), {"about": "form:0", "path": path, **asked})
    return answer.json().get("draft", "nobody")


def kept(here: Cast) -> list[UnsentText]:
    with here.scope():
        return list(UnsentText.objects.order_by("pk"))


def test_a_form_is_offered_to_whoever_left_it_and_goes_once_it_has_arrived(here: Cast) -> None:
    owner, path = here.sign_in(here.owner), here.url("/manage/texts/terms/edit/")
    number = str(uuid4())
    typed = {
        "source_en": "<p>Our terms.</p>",
        "source_en_format": "html",
        "revision": "0",
        "page_title": "Terms",
    }
    said = keep(owner, here, path, submission=number, **typed)
    assert said["said"].startswith("Draft saved in your account")
    draft = offered(owner, here, path)
    assert draft["fields"] == typed
    assert draft["number"].startswith(said["number"])
    # Nobody else is offered it, and no other form.
    assert offered(here.sign_in(here.manager), here, path) is None
    assert offered(owner, here, here.url("/manage/texts/privacy/edit/")) is None
    assert offered(Client(), here, path) == "nobody"
    # It stands among one’s drafts, in words, with the way back.
    listed = owner.get(here.url("/me/drafts/")).text
    assert "Terms" in listed
    assert "Our terms." in listed
    shown = owner.get(here.url(f"/me/drafts/{kept(here)[0].pk}/")).text
    assert "Our terms.</textarea>" in shown
    assert f"{path}?unsent={kept(here)[0].pk}" in shown
    # Refused, it stays; arrived, it goes, with what was on its way.
    row = {"kept_row": f"{said['number']} {number}"}
    assert owner.post(path, {"revision": "0", "source_en": "", **row}).status_code == 422
    assert len(kept(here)) == 1
    assert owner.post(path, {**typed, **row}).status_code == 302
    assert kept(here) == []
    assert keep(owner, here, path, submission=number, **typed) == {"number": ""}
    assert kept(here) == []


def test_two_tabs_keep_two_rows_and_nothing_typed_is_none(here: Cast) -> None:
    client, path = here.sign_in(here.owner), here.url("/manage/spaces/")
    first = keep(client, here, path, description="One")["number"]
    keep(client, here, path, description="One, here", unsent=first)
    other = keep(client, here, path, description="One, there", unsent=first)["number"]
    assert [one.fields["description"] for one in kept(here)] == ["One, here", "One, there"]
    assert offered(client, here, path, unsent=first.partition(".")[0])["fields"] == {
        "description": "One, here"
    }
    assert keep(client, here, path, unsent=other) == {"number": ""}
    assert len(kept(here)) == 1
    # A page of many fields is kept as a whole.
    many = {f"rule-{n}": f"Rule {n}" for n in range(60)}
    keep(client, here, path, unsent=first, **many)
    assert kept(here)[-1].fields == many


def test_an_error_on_the_next_page_keeps_it(here: Cast) -> None:
    client, path = here.sign_in(here.owner), here.url("/manage/texts/terms/publish/")
    number = keep(client, here, path, words="One")["number"]
    # Back with an error: nothing is there to be put into force.
    answer = client.post(here.url("/manage/texts/terms/versions/7/check/"), {"kept_row": number})
    assert answer.status_code in (302, 404)
    assert len(kept(here)) == 1


def test_what_is_refused_by_a_sentence_alone_is_kept(here: Cast) -> None:
    """A preview, begun in another tab, lets nothing be written and leads home with a warning."""
    make_plan(here, ("ambassadors", ["forums"]))
    client, path, sending = here.sign_in(here.owner), here.url("/me/profile/"), str(uuid4())
    typed = {"bio": "Twenty years\nof rigging."}
    number = keep(client, here, path, submission=sending, **typed)["number"]
    assert (
        client.post(here.url("/manage/launch/stages/1/preview/"), {"audience": "visitor"}).status_code == 302
    )
    assert client.post(path, {**typed, "kept_row": f"{number} {sending}"}).status_code == 302
    assert [one.fields for one in kept(here)] == [typed]


def test_what_was_said_in_place_is_not_said_again(rf: RequestFactory) -> None:
    """By looking whether it was an error: a press is told at once, and what it was told is gone."""
    for is_said in (True, False):
        request: Any = rf.post("/")
        request._messages = CookieStorage(request)
        messages.success(request, "In another order.")
        if is_said:
            assert [str(one) for one in messages.get_messages(request)] == ["In another order."]
        assert not _went_wrong(request)
        answer = HttpResponse()
        request._messages.update(answer)
        assert bool(answer.cookies["messages"].value) is not is_said


def test_an_answer_without_a_name_is_kept_under_none(here: Cast) -> None:
    """Nobody sees who said what in a survey: a draft would be a row of theirs."""
    question = Question(pk=1, form=Question.Form.WORDS, words="Why?")
    with here.scope():
        assert kept_address(AnswerForm(questions=[question]).fields["q1"].widget) == ""


def test_whoever_is_signed_out_is_told_to_stay(here: Cast) -> None:
    assert "do not close this page" in keep(Client(), here, "/manage/spaces/", description="One")["error"]


# Who has a form of a post, and gives nothing back, each with the reason.
GIVES_NOTHING = {
    "communities.content.views.queued": "a sending that waited for the network; its page is the thread",
}


def test_every_form_of_a_post_gives_back_what_was_kept() -> None:
    """And lets go of it once it is stored: what is offered to be kept is never a dead end."""
    left = set()
    for path in (Path(project.BASE_DIR) / "communities").rglob("*.py"):
        source = path.read_text()
        if "views" not in str(path) or "Form" not in source:
            continue
        module = import_module(".".join(path.relative_to(project.BASE_DIR).with_suffix("").parts))
        forms_of_posts = [
            name
            for name, one in vars(module).items()
            if isinstance(one, type) and issubclass(one, BodyForm) and f"{name}(request.POST" in source
        ]
        if forms_of_posts and not ("unsent_fields(" in source and "forget_unsent(" in source):
            left.add(module.__name__)
    assert left == set(GIVES_NOTHING)
