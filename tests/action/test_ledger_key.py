"""The master key: made once, never over sealed data, brought back from its sheet."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cantik.ledger import api as ledger
from cantik.ledger import crypto, custody

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.KEY_FILE = tmp_path / "key" / "master.key"
    crypto.forget_key()
    yield settings.HOME
    crypto.forget_key()


def _restore_typed(monkeypatch, lines):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    call_command("key", "restore", stdout=io.StringIO())


def test_a_missing_key_is_made_silently_once():
    said = io.StringIO()
    call_command("key", "ensure", stdout=said, stderr=said)
    first = crypto.master_key()
    call_command("key", "ensure", stdout=said, stderr=said)
    assert said.getvalue() == ""
    assert crypto.master_key() == first
    assert crypto.key_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["document", "file", "only the mark"])
def test_no_second_key_is_made_over_sealed_data(kind, home):
    call_command("key", "ensure")
    if kind == "document":
        ledger.sealed_put(kind="k", ref="r", data=b"1", now=timezone.now())
    elif kind == "file":
        ledger.store_sealed(b"1", context="c")
    if kind != "only the mark":
        (home / "key.fingerprint").unlink()
    crypto.key_file().unlink()
    for what in ("ensure", "create"):
        with pytest.raises(CommandError, match="key restore") as refused:
            call_command("key", what)
        assert "\n" not in str(refused.value)
    assert not crypto.key_file().exists()


def test_another_key_is_named_before_anything_is_opened():
    call_command("key", "ensure")
    mine = crypto.fingerprint()
    crypto.key_file().unlink()
    crypto.create_key()
    with pytest.raises(CommandError, match=mine):
        call_command("key", "ensure")


def test_the_sheet_brings_the_same_key_back(monkeypatch):
    call_command("key", "ensure")
    key = crypto.master_key()
    printed = io.StringIO()
    call_command("key", "sheet", stdout=printed)
    lines = [line for line in printed.getvalue().splitlines() if line[:1].isdigit()]
    assert len(lines) == 7
    crypto.key_file().unlink()
    _restore_typed(monkeypatch, [line.lower() for line in lines])
    assert crypto.master_key() == key


def test_a_sheet_of_another_installation_is_refused(monkeypatch):
    call_command("key", "ensure")
    crypto.key_file().unlink()
    with pytest.raises(CommandError, match="tidak cocok"):
        _restore_typed(monkeypatch, crypto.sheet_lines(crypto.new_key()))
    assert not crypto.key_file().exists()


def test_a_slip_of_the_pen_names_its_line(monkeypatch):
    call_command("key", "ensure")
    lines = crypto.sheet_lines(crypto.master_key())
    crypto.key_file().unlink()
    wrong = "C" if lines[3][3] != "C" else "D"
    lines[3] = lines[3][:3] + wrong + lines[3][4:]
    with pytest.raises(CommandError, match="Baris 4"):
        _restore_typed(monkeypatch, lines)
    with pytest.raises(CommandError, match="7 baris"):
        _restore_typed(monkeypatch, lines[:6])


def test_a_damaged_key_file_says_so():
    call_command("key", "ensure")
    crypto.key_file().write_text("abc\n")
    crypto.forget_key()
    with pytest.raises(CommandError, match="rusak"):
        call_command("key", "ensure")


def test_asking_makes_no_database(settings, monkeypatch, tmp_path):
    from django.db import connection

    absent = tmp_path / "absent.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(absent))
    if connection.vendor == "sqlite":
        assert not custody.sealed_data_stand()
        assert not absent.exists()
