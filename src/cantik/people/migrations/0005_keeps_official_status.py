import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_second_step_and_acting"),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaIndex",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("score", models.CharField(blank=True, max_length=12)),
                ("status", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=120)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indices",
                        to="people.area",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "index"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "index", "year"), name="people_one_index_a_year"
                    )
                ],
            },
        ),
    ]
