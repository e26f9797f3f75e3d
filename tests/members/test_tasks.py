from __future__ import annotations

import datetime

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.tasks import clear_sessions


@pytest.mark.django_db
def test_sessions_that_ended_are_deleted_and_others_stay() -> None:
    ended, running = SessionStore(), SessionStore()
    for session in (ended, running):
        session["seen"] = True
        session.create()
    past = timezone.now() - datetime.timedelta(minutes=1)
    Session.objects.filter(session_key=ended.session_key).update(expire_date=past)
    clear_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == [running.session_key]
