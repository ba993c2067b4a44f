"""The tables, as the models describe them."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

# A foreign key nobody looks up by, whose far side is never deleted, needs no index on a hot table: say so here.
_WHY = "read from this row only; what it points to is never deleted"
UNINDEXED = dict.fromkeys(
    [
        "events.Event.version",
        "points.Account.version",
        "points.Transfer.version",
        "points.Transfer.lot",
        "points.Transfer.hold",
        "tiers.Badge.event",
        "tiers.Change.event",
        "tiers.Change.version",
    ],
    _WHY,
)


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("regulars."))


def leading_columns(model: type[models.Model]) -> set[str]:
    """The fields that some index or unique constraint of the table begins with."""
    options = model._meta
    lists = [list(index.fields) for index in options.indexes]
    lists += [
        list(constraint.fields)
        for constraint in options.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    ]
    lists += [list(fields) for fields in options.unique_together]
    # an index of expressions may lead with a plain column
    first = [index.expressions[0] for index in options.indexes if index.expressions]
    lists += [[expression.name] for expression in first if isinstance(expression, models.F)]
    key = options.pk
    if isinstance(key, models.CompositePrimaryKey):
        lists.append(list(key.field_names))
    return {fields[0].lstrip("-") for fields in lists if fields}


def test_foreign_keys_are_indexed() -> None:
    missing = []
    for model in ours():
        leading = leading_columns(model)
        for field in model._meta.local_fields:
            name = f"{model._meta.label}.{field.name}"
            if (
                isinstance(field, models.ForeignKey)
                and not (field.db_index or field.unique or field.primary_key)
                and not leading & {field.name, field.attname}
                and name not in UNINDEXED
            ):
                missing.append(name)
    assert not missing, "\n".join(missing)


def test_migrations_say_what_the_models_say() -> None:
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    assert {label: [str(m.operations) for m in migrations] for label, migrations in changes.items()} == {}, (
        "run `make migrations`"
    )


def test_no_float_holds_money_or_points() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.local_fields
        if isinstance(field, models.FloatField | models.DecimalField)
        and any(word in field.name for word in ("amount", "points", "price", "minor", "remaining", "cost"))
    ]
    assert not found, "\n".join(found)
