"""A form spoilt anywhere is read, or refused in words: never an error, never a dead worker."""

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cantik.collect import reading
from tests.unit.collect_form import checked, codes, form, made, repacked

BITS = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [
            b"<", b">", b"/>", b"&", b'"', b"<c>", b"<v>1e999</v>", b"<v>NaN</v>", b'<c r="A0"/>',
            b'<c r="B3" t="s"><v>99999999</v></c>', b'<c r="B3" t="d"><v>2020-99-99</v></c>',
            b'<c r="B3" s="1"><v>-99999999</v></c>', b'<c r="XFD1048576"><v>1</v></c>',
            b'<mergeCell ref="A1:XFD1048576"/>', b'<dimension ref="A1:XFD1048576"/>',
        ]
    ),
)  # fmt: skip
PARTS = [
    "xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml",
    "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
]  # fmt: skip
WHOLE = form(made(3, seed=1))


@given(st.sampled_from(PARTS), st.floats(0, 1), st.integers(0, 60), BITS)
def test_a_form_spoilt_anywhere(part: str, share: float, gone: int, bit: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        content = archive.read(part)
    at = int(share * len(content))
    spoilt = content[:at] + bit + content[at + gone :]
    data = repacked(WHOLE, edit={part: lambda _old: spoilt})
    with suppress(reading.Unreadable):
        assert checked(data).families


class PanicException(BaseException):
    """How a mistake of the reader's own, which is not written in Python, comes out of it."""


def test_a_mistake_of_the_reader_itself_is_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_data: Any) -> None:
        raise PanicException

    monkeypatch.setattr(CalamineWorkbook, "from_filelike", stumble)
    assert codes(WHOLE) == ["broken"]
