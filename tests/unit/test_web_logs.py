"""The log tells where it broke, never what somebody answered."""

import logging
import sys

from cantik.web.logs import PlaceOnly


def test_the_code_of_a_slip_stays_out_of_the_log() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, "Unprocessable: %s",
        ("/undangan/ABCD-EFGH-JKLM/",), None,
    )  # fmt: skip
    text = PlaceOnly("{message}", style="{").format(record)
    assert "ABCD" not in text
    assert "/undangan/…/" in text


def test_the_words_of_a_fault_stay_out_of_the_log() -> None:
    try:
        raise ValueError("NIK 6404010101900001")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "broken page", None, sys.exc_info()
        )
    text = PlaceOnly("{message}", style="{").format(record)
    assert "broken page" in text
    assert "ValueError" in text
    assert "test_web_logs.py" in text
    assert "6404" not in text
