"""Both walls."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")
SURVEY = ("surveys_survey", "cascade")


# Which communities have a survey that is to ask, to go on telling, or to close: numbers, and nothing else.
DUE = """
create function public.communities_with_surveys(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.surveys_survey where due_at <= at
  union
  select community_id from public.surveys_survey
  where drawn_at is null and opens_at is not null and opens_at <= at
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0001_initial"),
        ("communities", "0002_walls"),
    ]

    operations = [
        *protect("surveys_survey", {"created_by_id": SOMEBODY}),
        *protect("surveys_question", {"survey_id": SURVEY}),
        *protect("surveys_asked", {"survey_id": SURVEY, "membership_id": PERSON}),
        *protect("surveys_sheet", {"survey_id": SURVEY}),
        *protect(
            "surveys_answer",
            {"sheet_id": ("surveys_sheet", "cascade"), "question_id": ("surveys_question", "cascade")},
        ),
        *protect("surveys_unasked", {"membership_id": PERSON}),
        RunSQL(DUE, "drop function public.communities_with_surveys(timestamptz)"),
    ]
