from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="fee",
            name="valid_to",
            field=models.DateField(
                blank=True, help_text="The last day; empty while it lasts.", null=True, verbose_name="valid until"
            ),
        ),
    ]
