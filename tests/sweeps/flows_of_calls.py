"""Calls as they go: begun, sent, withdrawn, judged, decided, delivered, published; what cannot be done is said."""

from __future__ import annotations

from django.db import transaction

from communities.calls.models import Application, Call
from communities.content.models import State, Thread
from communities.memory import forget_all
from tests.sweeps.world import World


def a_call_as_it_goes(world: World) -> None:
    here, member, manager = world.here, world.client("member"), world.client("manager")
    at = here.url(f"/calls/{world.call.pk}/")
    thread = here.url(f"/forums/t/{world.call.thread.slug}/")
    assert b"Sign in to apply" in world.client("visitor").get(thread).content
    assert member.post(f"{at}apply/", {"title": "A block of oak", "send": "1"}).status_code == 422
    assert member.post(f"{at}apply/", {"title": "A block of oak"}).status_code == 302
    assert b"Go on with your application" in member.get(thread).content
    assert b"Delete the draft" in member.get(f"{at}apply/").content
    assert b"conditions, questions and criteria can no longer be changed" in manager.get(f"{at}edit/").content
    assert member.post(f"{at}withdraw/").status_code == 302
    sent = {"title": "A block of oak", "summary": "Oak.", "q1": "Sheets.", "q4": "2030-01-02", "q2": "1.5"}
    sent |= {"condition0": "on", "condition1": "on", "send": "1"}
    assert member.post(f"{at}apply/", sent).status_code == 302
    with here.scope():
        own = Application.objects.get(call=world.call.pk, applicant=here.member)
    page = here.url(f"/calls/applications/{own.pk}/")
    assert b"Edit your application" in member.get(page).content
    assert b"Not judged yet" in manager.get(f"{at}applications/").content
    assert b"No application here" in manager.get(f"{at}applications/?state=refused").content
    assert member.post(f"{at}withdraw/").status_code == 302
    assert b"Apply again" in member.get(page).content
    assert b"Withdrawn" in manager.get(page).content
    with here.scope():
        Application.objects.filter(pk=own.pk).delete()
    assert b"A new call" in manager.get(here.url("/calls/")).content


def a_jury_as_it_judges(world: World) -> None:
    here, juror, manager = world.here, world.client("moderator"), world.client("manager")
    at = here.url(f"/calls/applications/{world.call_application.pk}/")
    assert b"Change your scores" in juror.get(at).content
    assert juror.post(f"{at}score/", {"score0": "77"}).status_code == 422
    listed = here.url(f"/calls/{world.call_over.pk}/applications/")
    assert b"Hidden from you" in juror.get(listed).content
    chosen = here.url(f"/calls/applications/{world.application_chosen.pk}/")
    assert b"Let this juror judge again" in manager.get(chosen).content
    assert manager.post(f"{chosen}plan/", {"chance": "700"}).status_code == 422
    assert manager.post(f"{at}decide/", {"state": "refused", "words": "", "seen": "sent"}).status_code == 422
    wrong = {"state": "refused", "words": "No.", "seen": "agreed"}
    assert manager.post(f"{at}decide/", wrong).status_code == 409
    projects = here.url(f"/calls/{world.call_over.pk}/projects/")
    assert b"Publish this page" in manager.get(projects).content
    assert manager.post(here.url(f"/calls/{world.call_over.pk}/publish/"), {"shown": "1"}).status_code == 302
    forget_all()
    assert b"A sheave of bone" in world.client("visitor").get(projects).content
    assert b"Show them to the team only" in manager.get(projects).content
    open_one = here.url(f"/calls/{world.call.pk}/projects/")
    assert b"once the call has closed" in manager.get(open_one).content
    with here.scope():
        Call.objects.update(published_at=None)
    with transaction.atomic():
        with here.scope():
            Thread.objects.exclude(inset="").update(state=State.HIDDEN)
        forget_all()
        for reader in (world.client("member"), manager):
            assert b"There is no call for projects now." in reader.get(here.url("/calls/")).content
        transaction.set_rollback(True)
    forget_all()
