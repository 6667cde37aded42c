"""The list of sign-ins held the keys of open sessions, and backups took it along. The keys go, and
the sessions they open end: whoever was signed in signs in once more."""

from typing import Any

from django.db import migrations


def end(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("people", "SignIn").objects.using(schema_editor.connection.alias)
    sessions = apps.get_model("sessions", "Session").objects.using(schema_editor.connection.alias)
    kept = rows.exclude(session="")
    sessions.filter(session_key__in=kept.values("session")).delete()
    kept.update(session="")


class Migration(migrations.Migration):
    dependencies = [("people", "0002_own_sign_ins"), ("sessions", "0001_initial")]

    operations = [migrations.RunPython(end, migrations.RunPython.noop)]
