from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0002_fee_valid_to"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="other_words",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Separated by commas. Citizens can search for them.",
                max_length=300,
                verbose_name="other words",
            ),
            preserve_default=False,
        ),
    ]
