from django.db import migrations

from communities.rowsecurity import protect

# The doors between communities, each a function with a fixed search path that answers one question. They run
# with their owner's rights, whom the policies exempt; nothing else may look across the wall.
MEMBERSHIPS_OF = """
create function public.memberships_of(person bigint)
returns table (community_id bigint, membership_id bigint, handle text, role text, status text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id, id, handle, role, status from public.communities_membership
  where member_id = person and status = 'active' order by community_id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial")]

    operations = [
        *protect("communities_membership"),
        migrations.RunSQL(MEMBERSHIPS_OF, "drop function public.memberships_of(bigint)"),
    ]
