"""Central's log: a JSON object a line on standard error, for an agency's own collector.

A line holds what is listed here and nothing else: time, level, event, figures and ids. What other libraries, or an
exception, say in words is left out, since a database's message may quote a row. Of an exception its class and the
places in the code stand in the line.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

from fieldpo.central.observed import current

Field = str | int | float | list[str]

LEVELS = ("debug", "info", "warning", "error")
_FIELDS = "fieldpo_fields"
_MOST_FRAMES = 20
_SAYINGS = frozenset({"Invalid HTTP request received.", "Unsupported upgrade request.", "Unsupported HTTP method."})
"""Sentences of uvicorn's that are the same for everybody."""


def event(log: logging.Logger, level: int, name: str, **fields: Field) -> None:
    """Log something that happened. `fields` are figures, ids and constant words, never what a person typed."""
    log.log(level, name, extra={_FIELDS: fields})


def failure(failed: BaseException) -> dict[str, Field]:
    """What may be told of an exception: its class, and where it came from, the innermost place last."""
    told: dict[str, Field] = {"error": _named(failed), "at": _places(failed)}
    causes = [_named(each) for each in _causes(failed)]
    if causes:
        told["because"] = causes
    state = next((found for each in (failed, *_causes(failed)) if (found := _sqlstate(each))), "")
    return {**told, "sqlstate": state} if state else told


class JsonLines(logging.Formatter):
    """One line of JSON for a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, Field] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, _FIELDS, None)
        if fields is not None:
            line["event"] = str(record.msg)
        else:
            line |= {"event": "library", "logger": record.name, "line": f"{record.module}:{record.lineno}"}
            if record.msg in _SAYINGS:
                line["said"] = str(record.msg)
        request = current()
        if request is not None:
            line["request"] = request.id
        line |= fields or {}
        if record.exc_info and record.exc_info[1] is not None:
            line |= failure(record.exc_info[1])
        return json.dumps(line)


def configure(level: str) -> None:
    """Everything that this process logs, warns of or dies from goes to standard error as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("fieldpo").setLevel(level.upper())
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a full disk under the log must not end in a traceback with the record's values
    sys.excepthook = _died
    threading.excepthook = _thread_died
    sys.unraisablehook = _ignored


def _died(kind: type[BaseException], failed: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    del where
    event(logging.getLogger("fieldpo.central"), logging.CRITICAL, "died", **failure(failed))


def _thread_died(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        event(logging.getLogger("fieldpo.central"), logging.ERROR, "thread_died", **failure(told.exc_value))


def _ignored(told: sys.UnraisableHookArgs) -> None:
    if told.exc_value is not None:
        event(logging.getLogger("fieldpo.central"), logging.WARNING, "ignored", **failure(told.exc_value))


def _named(failed: BaseException) -> str:
    return type(failed).__qualname__


def _causes(failed: BaseException) -> Iterator[BaseException]:
    seen = {id(failed)}
    while (cause := failed.__cause__ or failed.__context__) is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        failed = cause


def _places(failed: BaseException) -> list[str]:
    frames = traceback.extract_tb(failed.__traceback__)[-_MOST_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    """The path from its package on: where an agency installed it is nobody's business."""
    plain = path.replace("\\", "/")
    for start in ("/site-packages/", "/fieldpo/"):
        _, found, rest = plain.rpartition(start)
        if found:
            return rest if start == "/site-packages/" else f"fieldpo/{rest}"
    return plain.rpartition("/")[2]


def _sqlstate(failed: BaseException) -> str:
    found = getattr(failed, "sqlstate", None)
    return found if isinstance(found, str) and len(found) == 5 and found.isalnum() else ""
