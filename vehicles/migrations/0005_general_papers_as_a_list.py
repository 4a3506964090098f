from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vehicles", "0004_friday_prayer_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="governorate",
            name="general_papers_ar",
            field=models.TextField(
                blank=True,
                default="",
                help_text="One paper in a line, as citizens tick them off on the pages. Empty: the sentence above.",
                verbose_name="the same as a list",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="governorate",
            name="general_papers_en",
            field=models.TextField(blank=True, default="", verbose_name="the same as a list (English)"),
            preserve_default=False,
        ),
    ]
