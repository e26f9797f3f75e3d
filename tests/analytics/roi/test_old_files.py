"""Files of orders that nobody loads are not kept for ever."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from analytics.roi import services
from analytics.roi.models import ImportRun, Order
from analytics.roi.order_files import Mapping
from analytics.roi.services.importing import begin
from analytics.roi.tasks import keep_ledgers
from tests.conftest import Cast

CONTENT = b"order,date,net\n1,2026-10-01,1\n"
LONG_AGO = datetime.timedelta(days=2, minutes=1)


def start(here: Cast, name: str = "orders.csv") -> ImportRun:
    return services.start_import(here.community, by=here.marketing, name=name, content=CONTENT)


def age(run: ImportRun, by: datetime.timedelta = LONG_AGO) -> None:
    ImportRun.objects.filter(pk=run.pk).update(updated_at=timezone.now() - by)


def test_a_file_that_was_only_checked_goes_after_two_days(
    here: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with here.scope():
        old, fresh = start(here), start(here)
        mapping = Mapping(**old.mapping)
        services.check_file(old, community=here.community, mapping=mapping)
        age(old)
        age(fresh, LONG_AGO - datetime.timedelta(minutes=2))
    with django_capture_on_commit_callbacks(execute=True):
        keep_ledgers()
    assert not default_storage.exists(old.path)
    assert default_storage.exists(fresh.path)
    client = here.sign_in(here.marketing)
    page = client.get(here.url(f"/results/orders/import/{old.public_id}/")).content.decode()
    assert "The file is no longer kept" in page
    assert "Load these orders" not in page
    with here.scope():
        assert ImportRun.objects.get(pk=old.pk).report["orders"] == 1
        assert not Order.objects.exists()
        services.load_file(fresh, community=here.community, mapping=mapping)
        assert Order.objects.count() == 1


def test_a_file_that_is_being_read_stays(here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with here.scope():
        run = start(here)
        age(run)
        begin(run, Mapping(**run.mapping))
    with django_capture_on_commit_callbacks(execute=True):
        keep_ledgers()
    assert default_storage.exists(run.path)


@pytest.mark.django_db(transaction=True)
def test_a_round_that_is_undone_keeps_the_file(here: Cast) -> None:
    with here.scope():
        run = start(here)
        age(run)
    with transaction.atomic():
        keep_ledgers()
        transaction.set_rollback(True)
    assert default_storage.exists(run.path)
    with here.scope():
        assert ImportRun.objects.get(pk=run.pk).path == run.path


@pytest.mark.django_db(transaction=True)
def test_loading_that_is_undone_keeps_the_file(here: Cast) -> None:
    with here.scope():
        run = start(here)
    with here.scope():
        services.load_file(run, community=here.community, mapping=Mapping(**run.mapping))
        assert default_storage.exists(run.path), "until it is certain"
        transaction.set_rollback(True)
    assert default_storage.exists(run.path)
    with here.scope():
        assert not Order.objects.exists()
        services.load_file(run, community=here.community, mapping=Mapping(**run.mapping))
    assert not default_storage.exists(run.path)


def test_a_file_that_the_storage_lost_is_asked_for_again(here: Cast) -> None:
    with here.scope():
        run = start(here)
    default_storage.delete(run.path)
    answer = here.sign_in(here.marketing).get(
        here.url(f"/results/orders/import/{run.public_id}/"), follow=True
    )
    assert answer.status_code == 200
    assert "This file is no longer kept. Upload it again." in answer.content.decode()
