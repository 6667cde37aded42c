from django.db import migrations

FORWARDS = {
    "sqlite": [
        "CREATE TRIGGER pack_no_update BEFORE UPDATE ON design_packrecord BEGIN SELECT RAISE(ABORT, 'a pack never changes'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION pack_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a pack never changes'; END $$",
        "CREATE TRIGGER pack_no_update BEFORE UPDATE ON design_packrecord FOR EACH ROW EXECUTE FUNCTION pack_refuse()",
    ],
}
BACKWARDS = {
    "sqlite": ["DROP TRIGGER pack_no_update"],
    "postgresql": [
        "DROP TRIGGER pack_no_update ON design_packrecord",
        "DROP FUNCTION pack_refuse()",
    ],
}


def forwards(apps, schema_editor):
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("design", "0001_packs_and_activities")]
    operations = [migrations.RunPython(forwards, backwards)]
