"""What a manager does with a test: say what it is, announce it, release, and close it with its report."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Space
from communities.content.services.arranging import settle
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.services import tell
from communities.trials.counting import count_trial
from communities.trials.exceptions import ReleaseThere, TooFewPlaces, TrialChanged, TrialClosed
from communities.trials.models import TESTERS, Participant, Pledge, Release, Trial
from communities.trials.notices import (
    TrialPledge,
    TrialRelease,
    TrialReport,
    about_pledge,
    about_release,
    about_report,
)
from communities.trials.permissions import FEATURE, can_run_trial
from communities.trials.taking_part import held

EDIT, ANNOUNCE, RELEASE, CLOSE = "edit_trial", "announce_trial", "release_trial", "close_trial"
PLAIN = ("product", "about", "questions", "places", "applies_until", "starts_on", "ends_on")


@dataclass(frozen=True)
class TrialWishes:
    """A test as its form says it."""

    product: str = ""
    about: str = ""
    pledge: str = ""
    questions: Sequence[str] = ()
    places: int = 20
    applies_until: datetime.date | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None


def pledge_of(trial: Trial) -> Pledge | None:
    """The text in force; None before there is one."""
    found: Pledge | None = Pledge.objects.filter(trial=trial.pk, number=trial.pledge).first()
    return found


def wishes_of_trial(trial: Trial) -> TrialWishes:
    text = pledge_of(trial)
    return TrialWishes(**{name: getattr(trial, name) for name in PLAIN}, pledge=text.text if text else "")


@transaction.atomic
def edit_trial(
    space: Space, wishes: TrialWishes, *, by: Membership, version: int | None = None, announces: bool = False
) -> Trial:
    """Say what is tested, whom it takes and until when; with `announces`, everybody knows of it from now on.

    Another text on confidentiality is another version: whoever tests is told, and reads nothing more of the space until
    they accept it. `version` is the one that the form was opened on. Raises NotAllowed, TrialChanged, TrialClosed,
    TooFewPlaces.
    """
    refuse_closed(by, FEATURE)
    if not can_run_trial(by):
        raise NotAllowed
    # Its space is settled with it: the community comes first, as everywhere.
    Community.objects.select_for_update(no_key=True).only("pk").get(pk=by.community_id)
    Trial.objects.get_or_create(space=space)
    trial = held(space.pk)
    if version is not None and version != trial.version:
        raise TrialChanged
    if trial.is_closed:
        raise TrialClosed
    _check_places(trial, wishes.places)
    before = _told(wishes_of_trial(trial))
    _put_plain(trial, wishes)
    is_new_text = _put_pledge(trial, wishes.pledge)
    is_announced = announces and not trial.is_announced and trial.pledge > 0
    if is_announced:
        trial.announced_at = timezone.now()
        _close_to_others(trial.space, by.community_id)
    trial.version += 1
    trial.save()
    act = ANNOUNCE if is_announced else EDIT
    record(by, act, what=space.name, about=space.pk, before=before, after=_told(wishes))
    if is_new_text:
        tell(TrialPledge, _people(trial), about_pledge(trial))
    transaction.on_commit(forget_all)
    return trial


def _put_plain(trial: Trial, wishes: TrialWishes) -> None:
    for name in PLAIN:
        value = getattr(wishes, name)
        setattr(trial, name, list(value) if name == "questions" else value)


def _check_places(trial: Trial, places: int) -> None:
    taken = Participant.objects.accepted().filter(trial=trial.pk).count()
    if places < taken:
        said = ngettext(
            "%(n)s person has a place already: take them out of the test first.",
            "%(n)s people have a place already: take some out of the test first.",
            taken,
        )
        raise TooFewPlaces(said % {"n": taken}, field="places")


def _put_pledge(trial: Trial, text: str) -> bool:
    """Whether testers have to accept it anew: there was another one, and this says something else."""
    known = pledge_of(trial)
    if not text.strip() or (known is not None and known.text.strip() == text.strip()):
        return False
    trial.pledge += 1
    Pledge.objects.create(trial=trial, number=trial.pledge, text=text.strip())
    return known is not None


def _close_to_others(space: Space, community_id: int) -> None:
    """Whoever was to prepare it read it until now; from here on its testers do, and those who look after everything."""
    if space.audience != TESTERS:
        Space.objects.filter(pk=space.pk).update(audience=TESTERS, let_in={}, version=space.version + 1)
    settle(Community.objects.get(pk=community_id))


def _people(trial: Trial) -> list[int]:
    rows = Participant.objects.accepted().filter(trial=trial.pk)
    return list(rows.values_list("membership_id", flat=True))


@transaction.atomic
def release(
    trial: Trial, *, name: str, changes: str, by: Membership, url: str = "", to_try: str = ""
) -> Release:
    """Give testers another version; they are told. Raises NotAllowed, TrialClosed, ReleaseThere."""
    refuse_closed(by, FEATURE)
    if not can_run_trial(by):
        raise NotAllowed
    now = held(trial)
    if not now.goes_on:
        raise TrialClosed
    made = Release(trial=now, name=name, changes=changes, url=url, to_try=to_try)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as there:
        said = _("There is a release of this name already. Give this one another name.")
        raise ReleaseThere(said, field="name") from there
    record(by, RELEASE, what=now.space.name, about=now.pk, before={"name": ""}, after={"name": name})
    inside = Participant.objects.inside().filter(trial=now.pk).values_list("membership_id", flat=True)
    tell(TrialRelease, [pk for pk in inside if pk != by.pk], about_release(made, now.space))
    return made


@transaction.atomic
def close_trial(trial: Trial, *, words: str, report_for: str, by: Membership) -> bool:
    """Close a test for good, with its report: figures are counted now and never again, and no more feedback is taken.
    Testers are told, and go on reading. False where it was closed already. Raises NotAllowed."""
    refuse_closed(by, FEATURE)
    if not can_run_trial(by):
        raise NotAllowed
    now = held(trial)
    if not now.goes_on:
        return False
    now.closed_at, now.words, now.report_for = timezone.now(), words, report_for
    now.figures = count_trial(now)
    now.version += 1
    now.save()
    record(
        by,
        CLOSE,
        what=now.space.name,
        about=now.pk,
        before={"report_for": ""},
        after={"report_for": report_for},
    )
    tell(TrialReport, [pk for pk in _people(now) if pk != by.pk], about_report(now))
    transaction.on_commit(forget_all)
    return True


def _told(wishes: TrialWishes) -> dict[str, Any]:
    """As the journal keeps it: days as text."""
    said = asdict(wishes)
    said["questions"] = list(wishes.questions)
    for name in ("applies_until", "starts_on", "ends_on"):
        day = getattr(wishes, name)
        said[name] = day.isoformat() if day else ""
    return said
