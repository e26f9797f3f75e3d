"""Who is signed in: asked by every page of theirs, so by a statement whose text is made once.

Everything that ends a session ends it at once, as with Django's own: the row is read at each request, its password is
compared with that of the session, and a closed account is nobody.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from config.database.prepared import Prepared
from members.models import Member


class MemberBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Member | None:
        statement, names = _statement()
        with connection.cursor() as cursor:
            statement.run(cursor, [user_id])
            row = cursor.fetchone()
        member = Member.from_db("default", names, row) if row is not None else None
        return member if member is not None and self.user_can_authenticate(member) else None


@cache
def _statement() -> tuple[Prepared, list[str]]:
    """All columns of an account as they are stored; none of its fields has another form in Python."""
    fields = Member._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(Member._meta.db_table)
    text = f"select {columns} from {table} where id = %s"  # noqa: S608 - our own text
    return Prepared("account", text), [field.attname for field in fields]
