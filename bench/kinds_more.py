"""Of the kinds that came later: one thing through the services, and what many copies of it differ in.

Reviews over 20,000 products of which one has a fifth of them, photographs in albums of which one has a fifth of them, a
challenge with an entry of everybody and another with a jury that has marked them, a call that everybody applied to, and
the feedback of a test.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from bench.content import paragraph
from bench.kinds_grown import Grown
from communities.albums import services as albums
from communities.calls.applying import Said, save_application
from communities.calls.judging import send_scores
from communities.calls.models import Application, Call
from communities.calls.services import Wishes as CallWishes
from communities.calls.services import add_call
from communities.challenges.entering import enter_thread, write_entry
from communities.challenges.judging import answer_invitation, assess, invite_juror
from communities.challenges.models import Challenge, Entry, Rules, Vote
from communities.challenges.services import Facts as ChallengeFacts
from communities.challenges.services import Written as ChallengeWritten
from communities.challenges.services import write_challenge
from communities.challenges.tasks import count_many_votes
from communities.content import services
from communities.content.models import Space, Thread
from communities.content.services.uploading import upload_file
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.polls.models import Poll
from communities.polls.tasks import count_many_rankings
from communities.reviews.models import Thing
from communities.reviews.services import Facts as ReviewFacts
from communities.reviews.services import Written as ReviewWritten
from communities.reviews.services import write_review
from communities.reviews.things import Wishes as ThingWishes
from communities.reviews.things import save_thing
from communities.scoping import community_scope
from communities.trials.arranging import TrialWishes, edit_trial, release
from communities.trials.choosing import choose
from communities.trials.models import Participant, Trial
from communities.trials.reporting import have_it_too, report_feedback
from communities.trials.taking_part import accept_pledge, apply
from communities.trials.tasks import count_much_feedback

Crew = Sequence[Membership]
DAY = datetime.timedelta(days=1)
# What addresses name by its number, which is another one in each community.
NUMBERS: Mapping[str, Callable[[], int]] = {
    "call": lambda: Call.objects.order_by("pk")[0].pk,
    "application": lambda: Application.objects.order_by("pk")[0].pk,
    "open_poll": lambda: Poll.objects.filter(way="ranked", closes_at__isnull=True)[0].pk,
    "closed_poll": lambda: Poll.objects.filter(way="ranked", closes_at__isnull=False)[0].pk,
}


def _review(community: Community, space: Space, crew: Crew) -> Thread:
    thing = save_thing(Thing(space=space), ThingWishes(name="Cover", about="For tillers."), by=crew[0])
    thing.space = space
    thread: Thread = write_review(
        thing,
        by=crew[1],
        community=community,
        text=ReviewWritten("It keeps the rain out", paragraph(0)),
        facts=ReviewFacts(4, (timezone.now() - 3 * DAY).date(), pros="Light", cons="Dear"),
    )
    return thread


def _album(community: Community, space: Space, crew: Crew) -> Thread:
    thread = albums.start_album(
        space, by=crew[1], community=community, text=albums.Written("Splicing", paragraph(0))
    )
    thread = Thread.objects.select_related("space").get(pk=thread.pk)
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    picture = upload_file(SimpleUploadedFile("loft.png", file.getvalue(), "image/png"), by=crew[1])
    rights = albums.Rights()
    albums.add_photograph(
        thread, by=crew[1], picture=picture, caption="The loft", alt="A loft", rights=rights
    )
    return thread


def _challenge(community: Community, space: Space, crew: Crew, way: str, title: str) -> Challenge:
    now = timezone.now()
    facts = ChallengeFacts(
        opens_at=now - 20 * DAY,
        closes_at=now + DAY,
        votes_until=now + 20 * DAY if way == Challenge.Way.VOTE else None,
        result_at=now + 30 * DAY,
        way=way,
        prizes="A coil of hemp",
    )
    text = ChallengeWritten(title, paragraph(0))
    thread = write_challenge(
        space, by=crew[0], community=community, text=text, facts=facts, rules="One each."
    )
    found: Challenge = Challenge.objects.select_related("thread__space").get(pk=thread.pk)
    return found


def _entry(community: Community, space: Space, crew: Crew) -> Thread:
    """In one where members vote and in one with a jury; both have closed since."""
    voted = _challenge(community, space, crew, Challenge.Way.VOTE, "Votes")
    marked = _challenge(community, space, crew, Challenge.Way.JURY, "Marks")
    text = ChallengeWritten("A splice", paragraph(0))
    rules = Rules.objects.of(voted)[0].number
    thread = write_entry(voted, by=crew[1], community=community, text=text, rules=rules)
    thread = Thread.objects.select_related("space").get(pk=thread.pk)
    entry = enter_thread(marked, thread, by=crew[1], rules=rules)
    juror = invite_juror(marked, crew[2], by=crew[0])
    answer_invitation(juror, by=crew[2], accepts=True)
    Challenge.objects.filter(pk__in=[voted.pk, marked.pk]).update(
        closes_at=timezone.now() - DAY, next_at=None
    )
    juror.refresh_from_db()
    assess(juror, entry, by=crew[2], marks=[7])
    first = Entry.objects.get(challenge=voted)
    Vote.objects.create(challenge=voted, entry=first, membership=crew[3])
    return thread


def _call(community: Community, space: Space, crew: Crew) -> Thread:
    thread = services.start_thread(
        space, by=crew[0], community=community, kind="topic", title="Projects for the loft", body=paragraph(0)
    )
    thread = Thread.objects.select_related("space").get(pk=thread.pk)
    now = timezone.now()
    wishes = CallWishes(
        now - 20 * DAY,
        now + DAY,
        criteria=[{"name": "Reach", "weight": 1}],
        jury=frozenset({crew[2].pk}),
    )
    call = add_call(thread, wishes, by=crew[0])
    application = save_application(call, Said("A bench", "To splice on."), by=crew[1], send=True)
    application.call = call
    send_scores(application, [4], by=crew[2])
    Call.objects.filter(pk=call.pk).update(closes_at=now - DAY)
    return thread


def _feedback(community: Community, space: Space, crew: Crew) -> Thread:
    wishes = TrialWishes(product="A clutch", about="For ropes.", pledge="I keep it to myself.", places=1000)
    trial = edit_trial(space, wishes, by=crew[0], announces=True)
    forget_all()
    rows = [apply(trial, [], by=person) for person in crew[1:3]]
    choose(trial, [row.pk for row in rows], Participant.State.ACCEPTED, by=crew[0])
    for person in crew[1:3]:
        accept_pledge(trial, trial.pledge, by=person)
    release(trial, name="Beta", changes=paragraph(0)[3:200], by=crew[0])
    space = Space.objects.get(pk=space.pk)
    people = [Membership.objects.get(pk=person.pk) for person in crew[1:3]]
    thread = report_feedback(
        space,
        by=people[0],
        community=community,
        title="It slips",
        body=paragraph(0),
        severity="major",
        tags=[],
    )
    found = Thread.objects.select_related("space", "community", "feedback").get(pk=thread.pk)
    have_it_too(found, by=people[1])
    return found


def count_beside(community: Community) -> None:
    """What jobs count beside the pages of these (`communities/counted.py`), as if somebody had just looked at them."""
    with community_scope(community):
        challenges = list(Challenge.objects.values_list("pk", flat=True))
        trials = list(Trial.objects.values_list("pk", flat=True))
        ranked = list(Poll.objects.filter(way=Poll.Way.RANKED).values_list("pk", flat=True))
    for pk in challenges:
        count_many_votes(community_id=community.pk, challenge_id=pk)
    for pk in trials:
        count_much_feedback(community_id=community.pk, trial_id=pk)
    for pk in ranked:
        count_many_rankings(community_id=community.pk, poll_id=pk)


_LIKE = "thread_id = %(like)s"
_FIRST_THING = "(select thing_id from reviews_review where thread_id = %(like)s)"
_PHOTOS = """(select thread, author, at, n, p from {new}
  cross join lateral generate_series(2, 1 + case when n = 7 then %(longest)s else 16 end) p offset 0) shown"""
_POSTS = """(select p.id as post, p.author_id as author, p.published_at as at from {new}
  join content_post p on p.thread_id = made.thread and p.position > 1 offset 0) shown"""
_TAKEN = """(select a.id as picture, a.post_id as post from {new} join content_post p on p.thread_id = made.thread
  and p.position > 1 join content_attachment a on a.post_id = p.id offset 0) shown"""
_OF_ALBUM = "(select id from content_post where thread_id = %(like)s and position = 2)"
_OTHER = "(select max(challenge_id) from challenges_entry where thread_id = %(like)s)"
_ONE = "(select min(challenge_id) from challenges_entry where thread_id = %(like)s)"
_CALL = "(select id from calls_call where thread_id = %(like)s)"
_TRIAL = "(select trial_id from trials_feedback where thread_id = %(like)s)"
_ENTRIES = """(select e.id as entry, e.number as n from challenges_entry e
  where e.community_id = %(here)s and e.challenge_id = {challenge} and e.number > 1 offset 0) made"""


def _entered(challenge: str) -> Mapping[str, str]:
    return {
        "thread_id": "thread", "membership_id": "%(crowd)s + n %% %(people)s", "number": "n + 1",
        "key": "gen_random_uuid()", "spot": "(n * 7919::bigint * 104729) %% 1073741824", "entered_at": "at",
        "challenge_id": challenge,
    }  # fmt: skip


MORE = [
    Grown(
        "reviews",
        "reviews",
        _review,
        before=[
            (
                "reviews_thing",
                f"id = {_FIRST_THING}",
                "generate_series(1, %(longest)s) n",
                {"slug": "'thing-' || n", "name": "'Halyard of kind ' || n"},
            )
        ],
        rows={
            "reviews_review": {
                "thing_id": f"""case when n <= %(longest)s then {_FIRST_THING} else (select id from reviews_thing
                  where community_id = %(here)s and slug = 'thing-' || 1 + (n / 5) %% %(longest)s) end""",
                "reviewer_id": "case when n %% 20 = 1 then null else author end",
                "rating": "1 + (n * 7919) %% 5",
            }
        },
        pages=[
            ("/reviews/", "visitor"),
            ("/reviews/?q=kind+77", "visitor"),
            ("/reviews/in/kinds-reviews/", "member"),
            ("/reviews/of/cover/", "visitor"),
            ("/reviews/of/cover/", "member"),
            ("/reviews/of/cover/?order=worst", "visitor"),
            ("/reviews/of/cover/?stars=3", "visitor"),
            ("/reviews/of/thing-30/", "member"),
            ("/reviews/of/cover/edit/", "manager"),
            ("/reviews/r/reviews-7/", "member"),
        ],
    ),
    Grown(
        "albums",
        "photos",
        _album,
        each=20,
        rows={"albums_album": {}},
        after=[
            (
                "content_post",
                "thread_id = %(like)s and position = 2",
                _PHOTOS,
                {
                    "thread_id": "thread", "author_id": "%(crowd)s + (n * 31 + p) %% %(people)s", "position": "p",
                    "submission": "null", "public_id": "uuidv7()", "news_due_at": "null", "created_at": "at",
                    "published_at": "at",
                },
            ),
            ("content_attachment", f"post_id = {_OF_ALBUM}", _POSTS, {"post_id": "post", "uploader_id": "author"}),
            ("albums_photo", f"post_id = {_OF_ALBUM}", _TAKEN, {"post_id": "post", "picture_id": "picture"}),
        ],
        also=[
            """update content_thread t set last_position = 1 + k.n, reply_count = k.n
            from (select thread, count(p.id) as n from {new} join content_post p on p.thread_id = made.thread
              and p.position > 1 group by thread) k where t.id = k.thread""",
            """insert into albums_likeness (community_id, photo_id, person_id, asked_by_id, state, asked_at,
              answered_at)
            select %(here)s, a.post_id, %(first)s + 1, a.uploader_id, 'named', a.created_at, a.created_at
            from {new} join content_post p on p.thread_id = made.thread and p.position = 5
            join content_attachment a on a.post_id = p.id""",
        ],
        pages=[
            ("/photos/", "visitor"),
            ("/photos/in/kinds-albums/", "member"),
            ("/photos/a/albums-7/", "visitor"),
            ("/photos/a/albums-7/", "member"),
            ("/photos/a/albums-7/?page=4", "member"),
            ("/photos/with-you/", "member"),
            ("/photos/in/kinds-albums/new/", "member"),
        ],
    ),
    Grown(
        "entries",
        "contests",
        _entry,
        rows={},
        after=[
            ("challenges_entry", f"{_LIKE} and challenge_id = {one}", "{new}", _entered(one))
            for one in (_ONE, _OTHER)
        ],
        also=[
            f"""insert into challenges_vote (community_id, challenge_id, entry_id, membership_id, cast_at)
            select %(here)s, {_ONE}, entry, %(crowd)s + (n * 7) %% %(people)s, now()
            from {_ENTRIES.format(challenge=_ONE)} where (n * 7 - n) %% %(people)s <> 0""",
            f"""insert into challenges_juror (community_id, challenge_id, membership_id, invited_at, told_at,
              accepted_at)
            select %(here)s, {_OTHER}, %(first)s + k, now(), now(), now() from generate_series(3, 6) k""",
            f"""insert into challenges_assessment (community_id, juror_id, entry_id, marks, abstains, made_at)
            select %(here)s, j.id, entry, array[1 + n %% 10]::smallint[], false, now()
            from {_ENTRIES.format(challenge=_OTHER)} join challenges_juror j on j.challenge_id = {_OTHER}""",
        ],
        pages=[
            ("/challenges/", "visitor"),
            ("/challenges/c/votes/", "visitor"),
            ("/challenges/c/votes/", "member"),
            ("/challenges/c/votes/?order=newest", "visitor"),
            ("/challenges/c/marks/", "visitor"),
            ("/challenges/c/marks/", "manager"),
            ("/challenges/c/marks/marks/", "juror"),
            ("/challenges/c/marks/jury/", "manager"),
            ("/challenges/c/votes/figures/", "manager"),
            ("/challenges/e/entries-7/", "member"),
        ],
    ),
    Grown(
        "calls",
        "forum",
        _call,
        threads=False,
        before=[
            (
                "calls_application",
                f"call_id = {_CALL}",
                "generate_series(1, %(number)s) n",
                {
                    "applicant_id": "%(crowd)s + n %% %(people)s", "title": "'Bench ' || n", "points": "n %% 500",
                    "judged": "1",
                },
            )
        ],
        also=[
            """insert into calls_evaluation (community_id, application_id, juror_id, scores, conflict, sent_at)
            select %(here)s, a.id, %(first)s + k, array[a.points / 100]::smallint[], false, now()
            from calls_application a cross join generate_series(2, 4) k
            where a.community_id = %(here)s and a.title like 'Bench %%'""",
            """update calls_application set state = 'selected', decided_at = now(), expected = 100
            where community_id = %(here)s and title like 'Bench %%' and points > 450""",
        ],
        pages=[
            ("/calls/", "visitor"),
            ("/calls/", "manager"),
            ("/forums/t/projects-for-the-loft/", "member"),
            ("/calls/{call}/applications/", "manager"),
            ("/calls/{call}/applications/?state=selected", "manager"),
            ("/calls/{call}/applications/", "juror"),
            ("/calls/applications/{application}/", "manager"),
        ],
    ),
    Grown(
        "feedback",
        "trials",
        _feedback,
        rows={
            "trials_feedback": {
                "severity": "(array['major','minor','wish'])[1 + n %% 3]",
                "state": "(array['new','confirmed','declined'])[1 + n %% 3]",
            }
        },
        after=[
            (
                "trials_release",
                f"trial_id = {_TRIAL}",
                "generate_series(1, least(%(number)s / 60, 300)) n",
                {"name": "'Beta ' || n"},
            ),
            (
                "trials_also",
                "feedback_id = %(like)s",
                "(select * from {new} cross join generate_series(1, 3) k) made",
                {"feedback_id": "thread", "person_id": "%(crowd)s + (n * 7 + k * 331) %% %(people)s"},
            ),
        ],
        also=[
            f"""insert into trials_participant (community_id, trial_id, membership_id, state, answers, applied_at,
              version)
            select %(here)s, {_TRIAL}, %(crowd)s + n, 'applied', '[]', now() - n * interval '1 minute', 1
            from generate_series(1, %(number)s / 2) n""",
        ],
        pages=[
            ("/trials/", "visitor"),
            ("/trials/t/kinds-feedback/", "visitor"),
            ("/trials/t/kinds-feedback/", "member"),
            ("/trials/t/kinds-feedback/?state=confirmed", "member"),
            ("/trials/t/kinds-feedback/new/", "member"),
            ("/trials/t/kinds-feedback/testers/", "manager"),
            ("/trials/t/kinds-feedback/close/", "manager"),
            ("/trials/f/feedback-7/", "member"),
        ],
    ),
]  # fmt: skip
