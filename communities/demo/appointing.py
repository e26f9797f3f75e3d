"""The demo’s programmes: who has a term in them, an application, a kit and the tasks of this month.

Through the services, before the texts are written: what an ambassador who gets something for it publishes in the
perimeter is marked as it would have been. Nobody is sent a mail about it.
"""

from __future__ import annotations

from django.db import transaction

from communities.animation.ambassadors import joining, kit, programmes, terms
from communities.animation.ambassadors.models import Charter, Programme, Term, Thanks
from communities.animation.ambassadors.months import end_of
from communities.calendar import DAY, today
from communities.demo.parts import Say
from communities.demo.reading import Entry
from communities.demo.scene import Scene
from communities.notifications.models import Notification
from communities.scoping import community_scope

# What the files are called, and for whom each programme is.
KINDS = {"ambassadors": Programme.Kind.AMBASSADORS, "influencers": Programme.Kind.INFLUENCERS}


def settle_programmes(scene: Scene, say: Say) -> None:
    """Those of one community that were not written yet: made again, nothing changes. Opens the scope itself."""
    for name, said in scene.brand.programmes.items():
        with transaction.atomic(), community_scope(scene.community):
            if Programme.objects.filter(kind=KINDS[name]).exists():
                continue
            latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            programme = _write(scene, KINDS[name], said)
            for person in said["people"]:
                _appoint(scene, programme, person)
            _apply(scene, programme, said["applicant"])
            _fill_kit(scene, programme, said)
            Notification.objects.filter(pk__gt=latest).update(mail_due_at=None)
        say(
            f"{scene.community.name}: a programme with {len(said['people'])} of its people and an application."
        )


def _write(scene: Scene, kind: Programme.Kind, said: Entry) -> Programme:
    words = said["programme"]
    wishes = programmes.ProgrammeWishes(
        words["name"],
        words["call"],
        words["charter"],
        is_open=True,
        rewarded=words["rewarded"],
        months=words["months"],
    )
    programme = programmes.write_programme(kind, wishes, by=scene.manager)
    began = scene.clock.at(min(person["since_day"] for person in said["people"]) - 2)
    Charter.objects.filter(programme=programme).update(at=began)
    Programme.objects.filter(pk=programme.pk).update(created_at=began)
    return programme


def _appoint(scene: Scene, programme: Programme, said: Entry) -> None:
    person = scene.people[said["handle"]]
    last = today(scene.community) + said["ends_day"] * DAY
    spaces = [scene.spaces[slug].pk for slug in said["spaces"]]
    rights = said.get("rights", Term.Rights.AMBASSADOR)
    wishes = terms.TermWishes(end_of(last, scene.community), spaces, rights)
    terms.appoint(programme, person.handle, wishes, by=scene.manager)
    term = joining.accept_charter(1, by=person)
    thanks = terms.thank(term, said["thanks"], by=scene.manager) if "thanks" in said else None
    # They began when the file says, not now.
    since = scene.clock.at(said["since_day"])
    Term.objects.filter(pk=term.pk).update(
        created_at=since - DAY, decided_at=since - DAY, started_at=since, accepted_at=since
    )
    if thanks is not None:
        Thanks.objects.filter(pk=thanks.pk).update(at=scene.clock.at(said["thanked_day"]))


def _apply(scene: Scene, programme: Programme, said: Entry) -> None:
    term = joining.apply(programme, said["words"], by=scene.people[said["handle"]])
    Term.objects.filter(pk=term.pk).update(created_at=scene.clock.at(said["applied_day"]))


def _fill_kit(scene: Scene, programme: Programme, said: Entry) -> None:
    for item in reversed(said["kit"]):
        wishes = kit.ItemWishes(item["title"], item["text"], item["path"])
        kit.add_item(programme, wishes, by=scene.manager)
    month = today(scene.community).replace(day=1)
    for title in said["tasks"]:
        kit.set_task(programme, title, month, by=scene.manager)
