"""What a fault may leave in the log: its kind and its place, never its words."""

import logging
import traceback
from types import TracebackType


class PlaceOnly(logging.Formatter):
    """An exception's text can hold an answer somebody gave; the log keeps kind, file and line."""

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
