"""What a fault may leave in the log: its kind and its place, never its words."""

import logging
import re
import traceback
from types import TracebackType

# The code of a slip opens an account until it is used: it is no part of an address in the log.
_SECRET = re.compile(r"(/undangan/)[^/\s]+")


class PlaceOnly(logging.Formatter):
    """An exception's text can hold an answer somebody gave; the log keeps kind, file and line."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1…", super().format(record))

    def formatException(  # noqa: N802 the name logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        if ei[0] is None:
            return ""
        steps = traceback.extract_tb(ei[2])
        lines = [f"  {step.filename}:{step.lineno} {step.name}" for step in steps]
        return "\n".join([ei[0].__name__, *lines])
