from django.db import migrations

FORWARDS = {
    "sqlite": [
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON ledger_auditline BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON ledger_auditline BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON ledger_auditline FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON ledger_auditline FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ],
}
BACKWARDS = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": [
        "DROP TRIGGER audit_no_change ON ledger_auditline",
        "DROP TRIGGER audit_no_truncate ON ledger_auditline",
        "DROP FUNCTION audit_refuse()",
    ],
}


def forwards(apps, schema_editor):
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_opens_the_ledger")]
    operations = [migrations.RunPython(forwards, backwards)]
