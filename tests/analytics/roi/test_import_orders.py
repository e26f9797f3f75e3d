"""The public retail file: 2,025 invoices, 326 cancellations, 748,957.02; skipped where it is not at hand."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Sum

from analytics.roi.models import LedgerEntry, Order
from tests.conftest import Cast

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
FILES = sorted(DATA.rglob("online_retail_cc0_dev_2010-12.csv.gz")) if DATA.is_dir() else []


def load(cast: Cast, path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_orders", str(path), "--community", cast.community.slug, *options, stdout=out)
    return out.getvalue()


@pytest.mark.skipif(not FILES, reason="the public data set is not on this machine")
def test_retail_orders_to_the_cent(here: Cast) -> None:
    checked = load(here, FILES[0], "--dry-run")
    assert "2025 invoices, 326 of them cancellations" in checked
    assert "sum 748,957.02 EUR" in checked
    with here.scope():
        assert not Order.objects.exists()
    first = load(here, FILES[0])
    assert "2025 new, 0 changed, 0 unchanged" in first
    again = load(here, FILES[0])
    assert "0 new, 0 changed, 2025 unchanged" in again
    with here.scope():
        entries = LedgerEntry.objects.benefits()
        assert entries.count() == 2025
        assert entries.aggregate(total=Sum("gross_minor"))["total"] == 748_957_02
        assert Order.objects.filter(is_refund=True).count() == 326
        # Nobody in this file is known to the community: nothing of it is counted as its benefit.
        assert not entries.counted().exists()


def test_a_missing_file_or_community_is_said(here: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        load(here, tmp_path / "none.csv")
    path = tmp_path / "orders.csv"
    path.write_text("order,date,net\n1,2026-10-01,12.50\n")
    with pytest.raises(CommandError, match="no community"):
        call_command("import_orders", str(path), "--community", "nowhere")


def test_a_small_file_with_options(here: Cast, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Commande;Date;Montant HT;Devise\nA1;01/10/2026 09:00;1.234,56;EUR\n", encoding="cp1252")
    assert "sum 1,234.56 EUR" in load(here, path)
    with here.scope():
        assert Order.objects.get().placed_at.isoformat() == "2026-10-01T07:00:00+00:00"
