"""The form of a section or of one entry of it, before it is any particular one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import whole
from regulars.console.studio.sections.fields import OneOrMoreField
from regulars.console.studio.sections.known import Known
from regulars.console.studio.settings import NAMES, Path, Table

NAME_FIELDS = ("name_en", "name_hans", "name_hant")
NAME_HELP = _("What customers read; where a language is empty they read the English.")
Group = tuple[Any, tuple[str, ...]]


class SectionForm(forms.Form):
    """TABLE: where each field's value stands in the settings; ORDER: how the settings follow each other; GROUPS:
    headings with their fields, where ``gift*`` stands for all fields whose name begins so; GIFTS: the fields' first
    word and the place of each list of gifts. ``table``: TABLE with what the gifts add."""

    TABLE: ClassVar[Table] = {}
    ORDER: ClassVar[tuple[str, ...]] = ()
    GROUPS: ClassVar[tuple[Group, ...]] = ()
    GIFTS: ClassVar[tuple[tuple[str, Path], ...]] = ()

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.table = dict(self.TABLE)
        for prefix, path in self.GIFTS:
            self._add_gifts(prefix, path)
        for name, shown in self.fields.items():
            if shown.help_text:
                shown.widget.attrs["aria-describedby"] = f"help-{self.add_prefix(name)}"

    def _add_gifts(self, prefix: str, path: Path) -> None:
        """Points of each currency, coupons, badges."""
        for key, name in self.known.currencies:
            self.fields[f"{prefix}_points_{key}"] = whole(_Capitals(name), _("So many points; empty: none."))
            self.table[f"{prefix}_points_{key}"] = (*path, key)
        for thing, label, said in (
            ("coupon", _("Coupon"), _("Its key in the offers; several with commas between.")),
            ("badge", _("Badge"), _("A key of your own; won once. Several with commas between.")),
        ):
            listed = OneOrMoreField(label=label, help_text=said)
            listed.widget.attrs["list"] = f"{thing}-keys"
            self.fields[f"{prefix}_{thing}"] = listed
            self.table[f"{prefix}_{thing}"] = (*path, thing)

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [
            (title, [self[name] for wanted in names for name in self._called(wanted)]) for title, names in self.GROUPS
        ]

    def _called(self, wanted: str) -> Iterator[str]:
        if wanted.endswith("*"):
            yield from (name for name in self.fields if name.startswith(wanted[:-1]))
        elif wanted in self.fields:
            yield wanted

    def choices_of(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Give a field what there is to choose."""
        shown = self.fields[name]
        assert isinstance(shown, forms.ChoiceField)
        shown.choices = choices


class _Capitals(str):
    """A currency's name as a label: with a capital, whatever the file says."""

    def __new__(cls, name: str) -> _Capitals:
        return super().__new__(cls, name[:1].upper() + name[1:])


class Named(SectionForm):
    """What has a name in three languages."""

    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False, help_text=NAME_HELP)
    name_hans = forms.CharField(label=_("Name in Simplified Chinese"), max_length=100, required=False)
    name_hant = forms.CharField(label=_("Name in Traditional Chinese"), max_length=100, required=False)


class KeyedForm(Named):
    """An entry of a list: its key is chosen once, when it is new."""

    TABLE = NAMES
    key = forms.SlugField(label=_("Key"), max_length=60)
