"""One line of JSON per event, with the id of its request and no secrets."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from members.masking import mask_addresses, traceback_of

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Values that grant access: in query strings, in addresses of servers, in headers that were logged whole. A name is read
# from its beginning only, so that a line of a hostile request costs by its length.
_SECRET_PARAMETER = re.compile(
    r"(?i)(?<![\w-])([\w-]*(?:token|password|passwd|secret|signature|api[_-]?key|sessionid)|(?>[\w-]*?csrf)\w*"
    r"|(?:[\w-]*-)?(?:key|code|sig))"
    r"(=|['\"]?:\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&\"',;)}]+)"
)
_SECRET_USERINFO = re.compile(r"(\b\w+://[^\s:/@]*):[^\s@/]+@")
_SECRET_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")

# Keys that stand in a path: who reads the log could choose a new password, come in as the owner, as the operator or by
# an invitation, or give up somebody’s place on the list.
_SECRET_PATH = re.compile(
    r"(/(?:password/reset|unsubscribe(?:/report)?|i|enter|operator-access|operator/first|waiting-list|report/receipt"
    r"|hooks/orders|email/works)/)(?!joined/|report/|leave/)[^/\s\"'?]+"
)

_ORDINARY = set(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message",
    "asctime",
    "request_id",
}


def mask_secrets(text: str) -> str:
    """The same text with `…` in the place of tokens, codes, passwords and e-mail addresses."""
    text = mask_addresses(text)
    text = _SECRET_PATH.sub(r"\1…", text)
    text = _SECRET_USERINFO.sub(r"\1:…@", text)
    text = _SECRET_BEARER.sub(r"\1 …", text)
    return _SECRET_PARAMETER.sub(r"\1\2…", text)


class RequestIdFilter(logging.Filter):
    """Puts the id of the current request on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """Time, level, logger, request id, message, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        # Set by the filter.
        if request_id := getattr(record, "request_id", ""):
            line["request_id"] = request_id
        line |= self.content(record)
        if record.exc_info:
            line["error"] = mask_secrets(traceback_of(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)

    def content(self, record: logging.LogRecord) -> dict[str, Any]:
        """The fields of this record."""
        extra = {
            key: value if isinstance(value, int | float | bool) else mask_secrets(str(value))
            for key, value in record.__dict__.items()
            if key not in _ORDINARY and not key.startswith("_")
        }
        # A request given by Django’s own loggers would print whole; its id is on the line already.
        extra.pop("request", None)
        return {"message": mask_secrets(record.getMessage()), **extra}


class AccessFormatter(JsonFormatter):
    """gunicorn's access log, without query and visitor's address: those are personal data."""

    def content(self, record: logging.LogRecord) -> dict[str, Any]:
        atoms = record.args if isinstance(record.args, dict) else {}
        return {
            "request_id": atoms.get("{x-request-id}o", ""),
            "method": atoms.get("m", ""),
            "host": atoms.get("{host}i", ""),
            "path": mask_secrets(str(atoms.get("U", ""))),
            "status": int(atoms.get("s", 0)),
            "bytes": int(atoms.get("B") or 0),
            "milliseconds": int(atoms.get("M", 0)),
        }


def logging_of(level: str) -> dict[str, Any]:
    """Python’s configuration of logs: one line of JSON for each event, to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "config.logs.RequestIdFilter"}},
        "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
    }
