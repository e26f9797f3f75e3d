"""Both walls; and what was published stays as it was read."""

from django.db import migrations

from communities.rowsecurity import protect

MEMBERSHIP = ("communities_membership", "set null")

# A version that is to come may be taken back; once it is in force, people have relied on it. Who has checked it may be
# noted at any time. It goes only with its whole community.
KEEP = """
create function public.texts_keep_published() returns trigger language plpgsql as $$
begin
  if old.published_at is null then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    if exists (
      select 1 from public.communities_community where id = old.community_id and deletes_at <= now()
    ) then
      return old;
    end if;
  elsif new.kind = old.kind and new.number = old.number and new.content = old.content
    and (old.in_force_at > clock_timestamp() or (new.published_at is not distinct from old.published_at
      and new.in_force_at is not distinct from old.in_force_at)) then
    return new;
  end if;
  raise exception 'a published text stays as it is' using errcode = 'insufficient_privilege';
end
$$;
create trigger keep_published before update or delete on texts_textversion
  for each row execute function public.texts_keep_published();
"""
LET_GO = """
drop trigger keep_published on texts_textversion;
drop function public.texts_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("texts", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("texts_textversion", {"made_by_id": MEMBERSHIP, "published_by_id": MEMBERSHIP}),
        migrations.RunSQL(KEEP, LET_GO),
    ]
