import json
import logging
import sys
import time
from collections.abc import Callable

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.logs import AccessFormatter, JsonFormatter, RequestIdFilter, mask_secrets, request_id
from config.middleware import RequestIdMiddleware
from members.masking import mask_values
from tests.factories import make_person


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("GET /unsubscribe?token=abc123&page=2", "GET /unsubscribe?token=…&page=2"),
        ("postgresql://web:hunter2@db/parvis", "postgresql://web:…@db/parvis"),
        ("Authorization: Bearer abcdefghijk", "Authorization: Bearer …"),
        ("{'new_password': 'open sesame'}", "{'new_password': …}"),
        ("sessionid=abcdef; csrftoken=xyz", "sessionid=…; csrftoken=…"),
        ("/c/a/password/reset/8e-dihw8y-2734637d1f/", "/c/a/password/reset/…/"),
        ("Not Found: /unsubscribe/WzEsMl0:1x:abc", "Not Found: /unsubscribe/…"),
        ("GET /i/Jd83hs0 HTTP/1.1", "GET /i/… HTTP/1.1"),
        ("GET /enter/WzEsMl0:1x:abc HTTP/1.1", "GET /enter/… HTTP/1.1"),
        ("/c/a/enter/WzEsMl0:1x:abc/again", "/c/a/enter/…/again"),
        ("/c/a/operator-access/MQ:1x:abc/", "/c/a/operator-access/…/"),
        ("/operator-access/leave/", "/operator-access/leave/"),
        ("/operator/first/ImZpcnN0Ig:1x:abc/", "/operator/first/…/"),
        ("/c/a/unsubscribe/report/WzEsMl0:1x:abc", "/c/a/unsubscribe/report/…"),
        ("/c/a/waiting-list/WzEsMl0:1x:abc/leave/", "/c/a/waiting-list/…/leave/"),
        ("/waiting-list/joined/", "/waiting-list/joined/"),
        ("/report/receipt/WzEsMl0:1x:abc", "/report/receipt/…"),
        ("/hooks/orders/6f1c7dd0-8e0b-4b0e-9f57-5d6c7e0a1b2c/", "/hooks/orders/…/"),
        ("/forums/t/password-reset-does-nothing/", "/forums/t/password-reset-does-nothing/"),
        ("Monkey=3 and a keyboard", "Monkey=3 and a keyboard"),
    ],
)
def test_secrets_are_masked(written: str, masked: str) -> None:
    assert mask_secrets(written) == masked


def test_a_line_carries_the_request_and_its_extras() -> None:
    record = logging.LogRecord("parvis", logging.WARNING, "", 0, "kept %s", ("it",), None)
    record.community = "atelier"
    token = request_id.set("abcdefgh")
    try:
        RequestIdFilter().filter(record)
    finally:
        request_id.reset(token)
    line = json.loads(JsonFormatter().format(record))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "parvis",
        "request_id": "abcdefgh",
        "message": "kept it",
        "community": "atelier",
    }


def test_an_error_is_told_on_the_same_line() -> None:
    try:
        raise ValueError("token=abc")
    except ValueError:
        record = logging.LogRecord("parvis", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert json.loads(text)["error"].endswith("ValueError: token=…")


def test_the_access_log_has_neither_query_nor_address() -> None:
    atoms = {"m": "GET", "U": "/t/1", "q": "token=abc", "h": "192.0.2.7", "s": "200", "B": 12, "M": 3}
    record = logging.LogRecord("gunicorn.access", logging.INFO, "", 0, "%(h)s %(q)s", (), None)
    record.args = atoms | {"{x-request-id}o": "abcdefgh", "{host}i": "a.example"}
    text = AccessFormatter().format(record)
    assert "192.0.2.7" not in text
    assert "abc&" not in text
    line = json.loads(text)
    assert (line["path"], line["status"], line["milliseconds"]) == ("/t/1", 200, 3)
    assert line["request_id"] == "abcdefgh"


@pytest.mark.parametrize(("sent", "kept"), [("proxy-id-0001", True), ("short", False), ("x" * 65, False)])
def test_a_plain_id_from_the_proxy_is_kept(sent: str, kept: bool) -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request_id.get())
        return HttpResponse()

    response = RequestIdMiddleware(answer)(RequestFactory().get("/", headers={"x-request-id": sent}))
    assert response.headers["X-Request-Id"] == seen[0]
    assert (seen[0] == sent) is kept
    assert len(seen[0]) >= 8
    assert request_id.get() == ""


def caught(raise_it: Callable[[], object]) -> str:
    try:
        raise_it()
    except Exception:  # noqa: BLE001  whatever it is, it is logged
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed", None, sys.exc_info())
        return JsonFormatter().format(record)
    raise AssertionError("nothing was raised")


def test_an_error_is_logged_without_what_stood_in_a_row(db: None) -> None:
    def taken() -> None:
        with transaction.atomic():
            make_person(email="zoe.quill@example.net")
        with transaction.atomic():
            make_person(email="zoe.quill@example.net")

    line = caught(taken)
    assert "zoe" not in line
    assert "example.net" not in line
    for kept in ("IntegrityError", "members_member_email_", "test_logs.py", "direct cause"):
        assert kept in line, line


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ('invalid input syntax for type integer: "Zoe Quill"', "invalid input syntax for type integer: “…”"),
        ("could not convert string to float: 'Zoe'", "could not convert string to float: “…”"),
        ("'NoneType' object has no attribute 'email'", "'NoneType' object has no attribute 'email'"),
        ('violates unique constraint "post_place"\nDETAIL:  Key (x)=(Zoe (2)) exists.', None),
        ("DETAIL: Failing row contains (1, Zoe, …)", "DETAIL: …"),
        ("cannot write to zoe@example.org", "cannot write to …@…"),
    ],
)
def test_values_are_masked_and_names_stay(words: str, masked: str | None) -> None:
    found = mask_values(words)
    assert "Zoe" not in found
    assert found == (masked or 'violates unique constraint "post_place"\nDETAIL: …')


def test_a_word_that_is_no_number_is_not_quoted() -> None:
    word = "Quill".join(["Zoe ", " of Halyard"])
    line = caught(lambda: int(word))
    assert "ValueError: invalid literal for int() with base 10: “…”" in line
    assert "Zoe Quill" not in line


@pytest.mark.parametrize(
    "construct",
    [
        "a",
        "a.",
        "a-",
        "@",
        "a@",
        "a@b",
        "csrf",
        "token",
        "key-",
        "=",
        "=(",
        "'a",
        '"',
        "://",
        "/i/",
        "basic ",
    ],
)
def test_a_long_line_costs_by_its_length(construct: str) -> None:
    """Requests, and what an error quotes, can be as long as a stranger likes."""
    line = (construct * 100_000)[:100_000]
    began = time.process_time()
    mask_secrets(line)
    mask_values(line)
    # One that grows with the square takes half a minute and more.
    assert time.process_time() - began < 2
