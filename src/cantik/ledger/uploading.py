"""How a sent workbook is taken in: in memory, because on disk it stands sealed or not at all."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class InMemory(FileUploadHandler):
    """Takes one file up to the limit; what is larger is let go by unread, and ``too_large`` says
    so."""

    def __init__(self, request: Any = None, *, limit: int = 0) -> None:
        super().__init__(request)
        self.limit = limit
        self.too_large = False
        self.parts: list[bytes] = []
        self.length = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.length += len(raw_data)
        if self.length > self.limit:
            self.too_large = True
            self.parts = []
            raise StopUpload(connection_reset=False)
        self.parts.append(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        data = b"".join(self.parts)
        self.parts = []
        return InMemoryUploadedFile(
            BytesIO(data), self.field_name, "berkas", self.content_type, len(data), self.charset
        )
