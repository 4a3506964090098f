from django.db import migrations

from schedules.search_terms import place_terms


def index_places(apps, schema_editor):
    """Terms for the places that are there already; landmarks follow with the next notice."""
    Place, PlaceTerm = apps.get_model("schedules", "Place"), apps.get_model("schedules", "PlaceTerm")
    for place in Place.objects.only("search_text").iterator(chunk_size=500):
        PlaceTerm.objects.bulk_create(
            PlaceTerm(place=place, kind=kind, term=term.encode())
            for kind, term in place_terms(place.search_text.split("\n"), [])
        )


class Migration(migrations.Migration):
    dependencies = [("schedules", "0002_place_terms")]

    operations = [migrations.RunPython(index_places, migrations.RunPython.noop)]
