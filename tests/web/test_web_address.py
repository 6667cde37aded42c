"""Where a request comes from, behind no proxy and behind our own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cantik.web.middleware import client_address

PROXY, CLIENT, CLAIMED = "10.0.0.9", "198.51.100.7", "203.0.113.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "wanted"),
    [
        ("", 0, PROXY),
        (CLIENT, 0, PROXY),  # anybody can write a header
        (f"{CLAIMED}, {CLIENT}", 1, CLIENT),
        (f"{CLAIMED},{CLIENT}, 10.0.0.8", 2, CLIENT),
        (f"{CLAIMED}, 10.0.0.8", 3, PROXY),  # did not come through all of them
        ("", 1, PROXY),
        (CLIENT, 1, CLIENT),
        (f"{CLAIMED}, ", 1, PROXY),
        (f"{CLAIMED}, unknown", 1, PROXY),
        (f"{CLAIMED}, <script>", 1, PROXY),
        (f"{CLIENT}:4711", 1, CLIENT),
        ("2001:DB8::1", 1, "2001:db8::1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("[", 1, PROXY),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    forwarded: str, proxies: int, wanted: str
) -> None:
    assert client_address(PROXY, forwarded, proxies) == wanted


def tries(client: Client, forwarded: str, n: int) -> list[int]:
    """Answers to guesses of ever other accounts, all through one machine."""
    return [
        client.post(
            "/masuk/",
            {"username": f"akun.{forwarded.replace(', ', '.')}.{i}", "password": "salah"},
            REMOTE_ADDR=PROXY,
            headers={"x-forwarded-for": forwarded},
        ).status_code
        for i in range(n)
    ]


@pytest.mark.django_db
@pytest.mark.database
def test_behind_a_proxy_one_guesser_does_not_stop_the_others(client: Client, settings: Any) -> None:
    settings.PROXIES = 1
    assert tries(client, CLIENT, 82)[-1] == 429
    assert tries(client, "198.51.100.8", 1) == [422]
    # A claim further left buys no fresh limit.
    assert tries(client, f"{CLAIMED}, {CLIENT}", 1) == [429]


@pytest.mark.django_db
@pytest.mark.database
def test_without_a_proxy_a_changing_header_buys_no_further_tries(client: Client) -> None:
    codes = [tries(client, f"203.0.113.{n}", 1)[0] for n in range(82)]
    assert (codes[0], codes[-1]) == (422, 429)


@pytest.mark.parametrize(
    ("given", "wanted"), [(None, "0"), ("", "0"), ("2", "2"), ("-1", ""), ("yes", "")]
)
def test_the_number_comes_from_the_environment(
    given: str | None, wanted: str, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CANTIK_PROXIES"}
    environment |= {"CANTIK_HOME": str(tmp_path)} | (
        {} if given is None else {"CANTIK_PROXIES": given}
    )
    line = "from cantik.web.settings import PROXIES; print(PROXIES)"
    told = subprocess.run(
        [sys.executable, "-c", line], env=environment, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == wanted
    assert (told.returncode == 0) is bool(wanted)
    if not wanted:
        assert "CANTIK_PROXIES adalah angka" in told.stderr
