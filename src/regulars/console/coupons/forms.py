"""What an operator fills in: a new batch, a coupon for a member, the reason for taking one back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.coupons.models import Batch
from regulars.flow.coupons.beginning import MEMBERS_MAX, PER_MEMBER_MAX, Wanted
from regulars.flow.coupons.giving import REASON_MAX
from regulars.flow.coupons.known import Known
from regulars.flow.coupons.lists import CODES_MAX, of_text
from regulars.flow.coupons.words import gives
from regulars.members.reads import by_shop_ids
from regulars.rules.offers.codes import COUNT_MAX, LENGTH_MAX, PREFIX_MAX
from regulars.screens.figures import in_language, whole

FILE_BYTES_MAX = 8_000_000
NAMED_MAX = 5

KINDS = [
    (Batch.GENERATED, _("Generated codes: to print, mail or hand out")),
    (Batch.CLAIMED, _("Claim centre: members take one themselves")),
    (Batch.GIVEN, _("Chosen members: each gets one at once")),
    (Batch.IMPORTED, _("Codes of your own: from a list")),
]


def coupon_choices(found: Known) -> list[tuple[str, str]]:
    """The coupons of the live offers, each with its name and what it gives."""
    return [
        (key, f"{in_language(one.offer.name, key)} · {gives(one.offer, found.currency)} ({key})")
        for key, one in found.coupons.items()
    ]


class _Moment(forms.CharField):
    """A day and time of day, read in the shop's time zone; empty for none."""

    widget = forms.TextInput(attrs={"type": "datetime-local"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        """The naive local time, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError as error:
            raise forms.ValidationError(_("This is no time.")) from error


class _Described(forms.Form):
    """A form whose fields are announced with their help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"help-{name}"


class BatchForm(_Described):
    """A new batch; which fields count depends on its kind. ``once`` makes a double press count once."""

    coupon = forms.ChoiceField(label=_("Which coupon"))
    kind = forms.ChoiceField(label=_("For whom"), choices=KINDS, widget=forms.RadioSelect, initial=Batch.GENERATED)
    name = forms.CharField(
        label=_("Name of the batch"),
        max_length=200,
        required=False,
        help_text=_("To find it again: “Flyer May”. Members do not see it."),
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=COUNT_MAX, required=False)
    begins = forms.CharField(
        label=_("Codes begin with"),
        max_length=PREFIX_MAX,
        required=False,
        help_text=_("Letters and digits, such as TEA; may be empty."),
    )
    length = forms.IntegerField(
        label=_("Random characters after it"),
        min_value=1,
        max_value=LENGTH_MAX,
        required=False,
        help_text=_(
            "Empty: as many as it takes, at least 8. Too few for the number are refused: they could be guessed."
        ),
    )
    per_member = forms.IntegerField(
        label=_("At most per member"), min_value=1, max_value=PER_MEMBER_MAX, required=False, initial=1
    )
    claim_from = _Moment(label=_("Can be claimed from"), help_text=_("Empty: at once."))
    claim_until = _Moment(label=_("Can be claimed until"), help_text=_("Empty: until all are gone."))
    valid_until = _Moment(label=_("Valid until"), help_text=_("Empty: as the offers file says. It can only be sooner."))
    codes = forms.CharField(
        label=_("The codes"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "k-code"}),
        help_text=_("One a line, or the first column of a table."),
    )
    file = forms.FileField(label=_("Or choose a file (text or CSV)"), required=False)
    members = forms.CharField(
        label=_("The members"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "k-code"}),
        help_text=_("The shop's ids, one a line."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, found: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        choice = self.fields["coupon"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = coupon_choices(found)

    def clean(self) -> dict[str, Any]:
        """What the kind needs is there, and lists are read."""
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind")
        if kind in (Batch.GENERATED, Batch.CLAIMED) and not data.get("count") and "count" not in self.errors:
            self.add_error("count", _("Say how many."))
        if kind == Batch.IMPORTED:
            self._read_codes(data)
        if kind == Batch.GIVEN:
            self._read_members(data)
        return data

    def _read_codes(self, data: dict[str, Any]) -> None:
        upload = data.get("file")
        if upload is not None:
            if upload.size > FILE_BYTES_MAX:
                self.add_error("file", _("The file is too large: 8 MB at most."))
                return
            try:
                data["codes"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not text in UTF-8."))
                return
        data["list"] = of_text(data.get("codes") or "")
        if not data["list"].lines and not data["list"].unfit:
            self.add_error("codes", _("Paste codes or choose a file."))
        elif len(data["list"].lines) > CODES_MAX:
            self.add_error("codes", _("These are more than %(most)s codes.") % {"most": whole(CODES_MAX)})

    def _read_members(self, data: dict[str, Any]) -> None:
        names = list(dict.fromkeys(filter(None, (line.strip() for line in (data.get("members") or "").splitlines()))))
        if not names:
            self.add_error("members", _("Say who."))
            return
        if len(names) > MEMBERS_MAX:
            self.add_error("members", _("These are more than %(most)s members.") % {"most": whole(MEMBERS_MAX)})
            return
        known = by_shop_ids(names)
        unknown = [name for name in names if name not in known]
        if unknown:
            shown = ", ".join(unknown[:NAMED_MAX])
            self.add_error("members", _("The shop has no member called so: %(names)s") % {"names": shown})
        data["who"] = list(dict.fromkeys(known[name] for name in names if name in known))

    def refuse(self, field: str | None, words: str) -> None:
        """Show a refusal at the field it is about."""
        name = {"prefix": "begins"}.get(field or "", field)
        self.add_error(name if name in self.fields else None, words)

    def wanted(self) -> Wanted:
        """The batch that was asked for; only what its kind has."""
        given, zone = self.cleaned_data, self.found.zone
        kind = given["kind"]
        more: dict[str, Any] = {}
        if kind == Batch.GENERATED:
            more = {"count": given["count"], "prefix": given["begins"], "length": given["length"] or 0}
        elif kind == Batch.CLAIMED:
            more = {
                "count": given["count"],
                "claim_from": _in(given["claim_from"], zone),
                "claim_until": _in(given["claim_until"], zone),
            }
        elif kind == Batch.IMPORTED:
            more = {"codes": given["list"]}
        else:
            more = {"members": given["who"]}
        per_member = (given["per_member"] or 1) if kind != Batch.GIVEN else 1
        until = _in(given["valid_until"], zone)
        return Wanted(given["coupon"], kind, given["name"], per_member=per_member, valid_until=until, **more)

    @property
    def once_id(self) -> UUID:
        """The id under which a double press is one."""
        found: UUID = self.cleaned_data["once"]
        return found


class GiveForm(_Described):
    """A coupon for one member."""

    coupon = forms.ChoiceField(label=_("Which coupon"))
    valid_until = _Moment(label=_("Valid until"), help_text=_("Empty: as the offers file says. It can only be sooner."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        help_text=_("For whoever looks back; the member does not see it."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, found: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        choice = self.fields["coupon"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = coupon_choices(found)

    def until(self) -> datetime | None:
        """The end that was given, as a moment."""
        return _in(self.cleaned_data["valid_until"], self.found.zone)


class WithdrawForm(_Described):
    """Why a coupon is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_MAX, help_text=_("For whoever looks back; the member does not see it.")
    )
    once = forms.UUIDField(widget=forms.HiddenInput)


def _in(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone)
