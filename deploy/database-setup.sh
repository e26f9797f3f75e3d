#!/bin/sh
# Run once by the database's image in an empty volume: the two roles, their database, their passwords.
set -eu
psql -X -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -f /parvis/roles.sql
psql -X -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner_password="$OWNER_PASSWORD" -v web_password="$WEB_PASSWORD" <<'SQL'
alter role parvis_owner password :'owner_password';
alter role parvis_web password :'web_password';
SQL
