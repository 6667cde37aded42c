"""What every test may count on: a key, and how hard generated cases are tried."""

import os
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

settings.register_profile(
    "short", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """A fresh checkout has no compiled words yet. Once, before the workers of a run begin."""
    if not hasattr(session.config, "workerinput"):
        from cantik.web.management.commands.prepare import compile_translations

        compile_translations()


@pytest.fixture(scope="session", autouse=True)
def master_key() -> None:
    from cantik.ledger import crypto

    crypto.create_key()


@pytest.fixture(scope="session", autouse=True)
def audit_can_be_flushed() -> Iterator[None]:
    """``django_db(transaction=True)`` empties all tables after a test, which the audit refuses.

    Its triggers stand during every test and are lifted only while the database is emptied.
    """
    from django.db import connection

    audit = import_module("cantik.ledger.migrations.0002_refuse_changed_audit")
    flush = TransactionTestCase._fixture_teardown

    def lifted(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            for statement in audit.BACKWARDS[connection.vendor]:
                cursor.execute(statement)
        try:
            flush(case)
        finally:
            with connection.cursor() as cursor:
                for statement in audit.FORWARDS[connection.vendor]:
                    cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifted)
        yield
