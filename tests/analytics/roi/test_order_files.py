"""Files as people have them: other encodings, other decimal signs, wrong columns, senseless lines."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.roi import services
from analytics.roi.exceptions import FileRefused
from analytics.roi.models import ImportRun, LedgerEntry, Order
from analytics.roi.order_files import guess_decimal, guess_mapping, parse_amount, read_table
from analytics.roi.services.importing import progress_of
from analytics.roi.tasks import read_orders_file
from communities.exceptions import NotAllowed
from tests.conftest import Cast

GOOD = "order,date,net,currency,coupon\n1,2026-10-01 10:00,12.50,EUR,BLADE\n2,2026-10-02,20.00,EUR,\n"


def upload(cast: Cast, content: bytes | str, name: str = "orders.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    client = cast.sign_in(cast.marketing)
    answer = client.post(
        cast.url("/results/orders/import/"), {"file": SimpleUploadedFile(name, data), "source": "Shop"}
    )
    return client, answer


def submit(cast: Cast, content: bytes | str, act: str = "load", **changes: str) -> Any:
    client, answer = upload(cast, content)
    assert answer.status_code == 302, answer.content.decode()
    with cast.scope():
        run = ImportRun.objects.latest("id")
    return client.post(answer.headers["Location"], {**run.mapping, **changes, act: "1"})


def kept(cast: Cast) -> int:
    with cast.scope():
        assert LedgerEntry.objects.count() == Order.objects.count()
        return Order.objects.count()


def test_check_then_load_then_again(here: Cast) -> None:
    assert submit(here, GOOD, "check").status_code == 302
    assert kept(here) == 0
    assert submit(here, GOOD).status_code == 302
    assert kept(here) == 2
    assert submit(here, GOOD).status_code == 302
    assert kept(here) == 2
    with here.scope():
        run = ImportRun.objects.latest("id")
        assert (run.state, run.report["unchanged"], run.report["sums"]) == ("loaded", 2, {"EUR": 3250})
        assert run.path == ""
    page = here.sign_in(here.marketing).get(here.url(f"/results/orders/import/{run.public_id}/"))
    assert "€32.50" in page.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The submitted file is empty."),
        (b"order,date,net\n", "no lines under its headings"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a text file"),
        (b"\x1f\x8bnothing", "damaged"),
        (b"a,a\n1,2\n", "Two columns have the same heading"),
    ],
)
def test_what_is_no_table_is_refused(here: Cast, content: bytes, said: str) -> None:
    _client, answer = upload(here, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "changes", "said"),
    [
        ("a,b\n1,2\n", {}, "This field is required"),
        (GOOD, {"net": "", "amount": ""}, "Say which column has the net amount"),
        (GOOD, {"amount": "nothing"}, "Select a valid choice"),
        (GOOD, {"decimal": ","}, "is not a number with"),
        (GOOD, {"dates": "dmy"}, "is not a date"),
        (GOOD.replace("EUR,BLADE", "ABC,"), {}, "Line 2: “ABC” is not a currency"),
        (GOOD.replace("12.50", "-12.50"), {}, "order 1 is negative, but nothing marks it as a refund"),
        (GOOD.replace("12.50", "twelve"), {}, "“twelve” is not a number"),
        (GOOD.replace("2026-10-02", "2026-02-30"), {}, "Line 3: “2026-02-30” is not a date"),
        (GOOD.replace("2026-10-02", "0001-01-01"), {}, "Line 3: “0001-01-01” is not a date"),
        (GOOD + "3\n", {}, "shorter than the headings"),
        (GOOD + ",2026-10-01,5.00,EUR,\n", {}, "the order has no number"),
        (GOOD, {"default_currency": "EURO"}, "at most 3"),
    ],
)
def test_bad_lines_load_nothing(here: Cast, content: str, changes: dict[str, str], said: str) -> None:
    answer = submit(here, content, **({"decimal": ".", "dates": "ymd"} | changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert kept(here) == 0


def test_french_files(here: Cast) -> None:
    text = "Commande;Date;Montant HT;Devise\nÉté-1;01/10/2026 09:00;1 234,56;EUR\nÉté-2;02/10/2026;5,00;EUR\n"
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        assert submit(here, text.encode(encoding)).status_code == 302
    assert kept(here) == 2
    with here.scope():
        assert Order.objects.get(external_id="Été-1").net_minor == 123_456


def test_compressed_files_and_refunds(here: Cast) -> None:
    text = "order,date,net,refund of\n1,2026-10-01,10.00,\n2,2026-10-03,-4.00,1\n"
    assert submit(here, gzip.compress(text.encode())).status_code == 302
    with here.scope():
        assert list(Order.objects.order_by("id").values_list("net_minor", "is_refund")) == [
            (1000, False),
            (-400, True),
        ]


def test_a_large_file_goes_to_the_worker(
    here: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.roi.views.orders.AT_ONCE_BYTES", 10)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(read_orders_file, "delay_on_commit", lambda **facts: sent.append(facts))
    assert submit(here, GOOD).status_code == 302
    assert kept(here) == 0
    with here.scope():
        run = ImportRun.objects.latest("id")
        assert run.state == "running"
    client = here.sign_in(here.marketing)
    page = client.get(here.url(f"/results/orders/import/{run.public_id}/"))
    assert "Being read." in page.content.decode()
    read_orders_file(**sent[0])
    assert kept(here) == 2
    with here.scope():
        run.refresh_from_db()
        assert run.state == "loaded"
        assert progress_of(run) == (0, 0)
    # Given out twice, it is done once.
    read_orders_file(**sent[0])
    assert kept(here) == 2


def test_the_worker_says_what_was_wrong(here: Cast) -> None:
    with here.scope():
        run = services.start_import(
            here.community, by=here.marketing, name="bad.csv", content=GOOD.replace("20.00", "x").encode()
        )
        ImportRun.objects.update(state="running")
    read_orders_file(community_id=here.community.pk, run_id=run.pk, keep=True)
    with here.scope():
        run.refresh_from_db()
        assert run.state == "failed"
        assert "Line 3" in run.report["error"]
        assert default_storage.exists(run.path)
    assert kept(here) == 0
    page = here.sign_in(here.marketing).get(here.url(f"/results/orders/import/{run.public_id}/"))
    assert "Nothing was loaded" in page.content.decode()


def test_members_load_nothing(here: Cast) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        services.start_import(here.community, by=here.manager, name="x", content=GOOD.encode())


@pytest.mark.parametrize(
    ("text", "sign", "amount"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("−3,5", ",", "-3.5"),
        ("1’000.00 €", ".", "1000"),
    ],
)
def test_amounts(text: str, sign: str, amount: str) -> None:
    assert parse_amount(text, sign) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "1,23.4", "1e9", "--1", "1.2.3", "9" * 13, "٣"])
def test_senseless_amounts(text: str) -> None:
    with pytest.raises(FileRefused):
        parse_amount(text, ".")


@pytest.mark.parametrize(
    ("amounts", "sign"),
    [(["1,234"], ""), (["1,234", "1,2"], ","), (["1.234,5"], ","), (["12"], "."), (["1,234,567"], ".")],
)
def test_the_decimal_sign_is_guessed_only_without_doubt(amounts: list[str], sign: str) -> None:
    assert guess_decimal(amounts) == sign


def test_columns_are_guessed() -> None:
    mapping = guess_mapping(read_table(GOOD.encode()), "EUR")
    assert (mapping.order, mapping.date, mapping.amount, mapping.code) == ("order", "date", "net", "coupon")
    assert (mapping.decimal, mapping.dates) == (".", "ymd")


def test_changed_orders_cost_the_same_however_many(here: Cast) -> None:
    def changing(n: int) -> int:
        lines = "\n".join(f"{number},2026-10-01,{{}}.50,EUR" for number in range(n))
        submit(here, f"order,date,net,currency\n{lines.format(*[10] * n)}\n")
        with CaptureQueriesContext(connection) as sent:
            submit(here, f"order,date,net,currency\n{lines.format(*[20] * n)}\n")
        with here.scope():
            assert ImportRun.objects.latest("id").report["changed"] == n
            assert set(
                Order.objects.filter(external_id__in=range(n)).values_list("net_minor", flat=True)
            ) == {2_050}
        return len(sent.captured_queries)

    # A statement or two are savepoints of batches.
    assert changing(40) < changing(2) + 5
