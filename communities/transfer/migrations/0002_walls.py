from django.db import migrations

from communities.rowsecurity import protect

# Of whose import the worker gave no sign since `stalled`, or whose file is to go at `due`.
IMPORTS = """
create function public.communities_with_imports(stalled timestamptz, due timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.transfer_import
  where state in ('rehearsing', 'running', 'undoing') and worked_at <= stalled
  union
  select community_id from public.transfer_import where path <> '' and expires_at <= due
$$
"""


class Migration(migrations.Migration):
    dependencies = [("transfer", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        migrations.RunSQL(IMPORTS, "drop function public.communities_with_imports(timestamptz, timestamptz)"),
        *protect("transfer_import", {"by_id": ("communities_membership", "set null")}),
        *protect("transfer_importeditem", {"run_id": ("transfer_import", "set null")}),
        *protect("transfer_unclaimedaddress", {"membership_id": ("communities_membership", "cascade")}),
    ]
