"""What every test may count on: a key, and how hard generated cases are tried."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "short", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


@pytest.fixture(scope="session", autouse=True)
def master_key() -> None:
    from cantik.ledger import crypto

    crypto.create_key()
