"""The look keeps its promises: readable text, tiers anyone can tell apart, one truth for every colour."""

from __future__ import annotations

import json
import math
import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import pytest
from django.template import Context, Engine

from regulars.brand import charts, sheet, tokens

ROOT = Path(sheet.__file__).parent
STATIC = ROOT / "static" / "brand"
TEMPLATES = ROOT / "templates" / "brand"
SCHEMES = {"light": tokens.LIGHT, "dark": tokens.DARK}

# Machado, Oliveira and Fernandes 2009, full severity, on linear RGB.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """OKLab coordinates of a colour as the given sight has it."""
    raw = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in raw]
    rows = SIGHT[sight]
    r, g, b = (min(1.0, max(0.0, sum(k * part for k, part in zip(row, linear, strict=True)))) for row in rows)
    lms = [
        0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
        0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
        0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    ]
    long, medium, short = (part ** (1 / 3) for part in lms)
    return (
        0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
    )


@pytest.mark.parametrize(
    ("black", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#276a51", "#276a51", 1.0)],
)
def test_contrast_is_the_one_of_wcag(black: str, other: str, ratio: float) -> None:
    assert sheet.contrast(black, other) == pytest.approx(ratio, abs=0.001)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), sheet.TEXT_PAIRS)
def test_text_is_readable(scheme: str, text: str, ground: str) -> None:
    assert sheet.contrast(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), sheet.EDGE_PAIRS)
def test_what_one_may_press_has_an_edge(scheme: str, edge: str, ground: str) -> None:
    assert sheet.contrast(SCHEMES[scheme][edge], SCHEMES[scheme][ground]) >= 3


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("#ffffff", tokens.PINE["600"]),  # Unfold's buttons
        (tokens.PINE["600"], tokens.SAND["100"]),  # the place one is at, in its menu
        (tokens.PINE["500"], tokens.SAND["900"]),  # links in its dark scheme
        (tokens.PINE["500"], tokens.SAND["800"]),
        (tokens.SAND["500"], tokens.SAND["100"]),  # its subtle text
        (tokens.SAND["400"], tokens.SAND["800"]),
    ],
)
def test_the_console_is_readable_too(text: str, ground: str) -> None:
    assert sheet.contrast(text, ground) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(
    ("name", "colours", "least"),
    [
        ("tiers, light", tuple(tokens.tier_colours().values()), 0.11),
        ("tiers, dark", tuple(tokens.tier_colours(dark=True).values()), 0.11),
        ("chart, light", tokens.CHART_LIGHT, 0.075),
        ("chart, dark", tokens.CHART_DARK, 0.09),
    ],
)
def test_colours_that_mean_something_stay_apart(sight: str, name: str, colours: tuple[str, ...], least: float) -> None:
    gaps = {(a, b): math.dist(seen(a, sight), seen(b, sight)) for a, b in combinations(colours, 2)}
    assert min(gaps.values()) >= least, (name, min(gaps, key=gaps.__getitem__))


def test_the_sheet_is_written_from_the_tokens() -> None:
    assert sheet.PATH.read_text(encoding="utf-8") == sheet.render(), "run: python -m regulars.brand.sheet"


@pytest.mark.parametrize("name", ["centre.css", "console.css"])
def test_styles_use_only_tokens_that_exist(name: str) -> None:
    known = set(re.findall(r"(--r-[\w-]+)\s*:", sheet.render()))
    used = set(re.findall(r"var\((--r-[\w-]+)", (STATIC / name).read_text(encoding="utf-8")))
    assert used
    assert used <= known, used - known


def test_light_and_dark_name_the_same_things() -> None:
    assert tokens.LIGHT.keys() == tokens.DARK.keys()


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "PingFang SC", "PingFang TC"),
        ("zh-hans", "PingFang SC", "PingFang TC"),
        ("zh_Hant", "PingFang TC", "PingFang SC"),
        ("zh-HK", "PingFang TC", "PingFang SC"),
    ],
)
def test_chinese_faces_follow_the_reader(language: str, first: str, second: str) -> None:
    stack = tokens.font_stack(language)
    assert stack.index(first) < stack.index(second)


@pytest.mark.parametrize("name", ["mark.svg", "mark-mono.svg", "favicon.svg", "wordmark.svg", "wordmark-dark.svg"])
def test_marks_stand_alone(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert not [part for part in ("<text", "<image", "href") if part in text]


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("zh-Hant", True)])
def test_every_chart_wears_the_theme(language: str, dark: bool) -> None:
    before = alt.theme.active
    try:
        charts.enable(language, dark)
        spec = alt.Chart(alt.Data(values=[{"tier": "gold", "n": 1}])).mark_bar().encode(x="n:Q").to_dict()
    finally:
        alt.theme.enable(before)
    assert spec["background"] == (tokens.DARK if dark else tokens.LIGHT)["surface"]
    assert spec["config"]["font"] == tokens.font_stack(language)


def test_a_chart_is_drawn_once_and_coloured_for_either_ground() -> None:
    chart = (
        alt.Chart(alt.Data(values=[{"n": 1, "said": "--r-mine"}]))
        .mark_bar(color=charts.SERIES[0])
        .encode(x="n:Q", y=alt.Y("n:Q", scale=alt.Scale(range=list(charts.RAMP))))
    )
    spec = {**chart.to_dict(), **charts.config()}
    for ground, tones in (("light", tokens.CHART_LIGHT), ("dark", tokens.CHART_DARK)):
        seen = charts.coloured(spec, ground)
        assert seen["mark"]["color"] == tones[0]
        assert seen["background"] == SCHEMES[ground]["surface"]
        ramp = list(tokens.CHART_RAMP)
        assert seen["encoding"]["y"]["scale"]["range"] == (ramp if ground == "light" else ramp[::-1])
        assert seen["data"]["values"] == [{"n": 1, "said": "--r-mine"}]
        assert charts.names_in(seen) == set()
    assert {charts.SERIES[0], charts.RAMP[7], charts.colour("ink")} <= charts.names_in(spec)
    assert set(charts.COLOURS["light"]) == set(charts.COLOURS["dark"])


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("share", [place / 50 for place in range(51)])
def test_words_on_the_ramp_can_be_read(share: float, ground: str) -> None:
    said = charts.coloured(charts.on_ramp("datum.share"), ground)
    from_where = [(float(one["test"].removeprefix("datum.share > ")), one["value"]) for one in said["condition"]]
    words = next((colour for edge, colour in from_where if share > edge), said["value"])
    ramp = [charts.COLOURS[ground][name] for name in charts.RAMP]
    place = share * (len(ramp) - 1)
    below, above = ramp[int(place)], ramp[min(int(place) + 1, len(ramp) - 1)]
    mixed = [
        round(int(below[k : k + 2], 16) + (int(above[k : k + 2], 16) - int(below[k : k + 2], 16)) * (place % 1))
        for k in (1, 3, 5)
    ]
    assert sheet.contrast(words, "#" + "".join(f"{part:02x}" for part in mixed)) >= 4


def test_tiers_keep_their_colours_and_unknown_ones_take_their_rank() -> None:
    drawn = charts.tier_colour("tier", keys=("none", "silver", "gold"), names={"gold": 'the "gold"'}).to_dict()
    assert isinstance(drawn, dict)
    colours = tokens.tier_colours()
    assert charts.coloured(drawn)["scale"]["range"] == [colours["none"], colours["member"], colours["gold"]]
    words = re.match(r"\((\{.*\})\)\[", drawn["legend"]["labelExpr"])
    assert words
    assert json.loads(words[1])["gold"] == 'the "gold"'


def mail(**given: str) -> str:
    engine = Engine(dirs=[str(TEMPLATES)], libraries={"i18n": "django.templatetags.i18n"})
    return engine.get_template("mail_base.html").render(Context({"shop_name": "A & B", **given}))


def test_mail_escapes_and_leaves_out_what_is_not_given() -> None:
    plain = mail()
    assert "A &amp; B" in plain
    assert not [part for part in ("<img", "href") if part in plain]


def test_mail_with_everything() -> None:
    full = mail(
        mark_url="https://x/m.png",
        action_url="https://x/go",
        action_label="Go",
        unsubscribe_url="https://x/u",
    )
    assert [full.count(part) for part in ("https://x/m.png", "https://x/go", "https://x/u")] == [1, 1, 1]


def test_mail_uses_the_colours_of_the_tokens() -> None:
    text = (TEMPLATES / "mail_base.html").read_text(encoding="utf-8")
    known = {value.lower() for scheme in SCHEMES.values() for value in scheme.values()}
    used = set(re.findall(r"#[0-9a-f]{6}\b", text))
    assert used
    assert used <= known, used - known


def test_specimen_shows_the_icons_that_pages_use() -> None:
    sprite = (TEMPLATES / "icons.html").read_text(encoding="utf-8")
    specimen = (TEMPLATES / "specimen.html").read_text(encoding="utf-8")
    assert sprite in specimen
    assert set(re.findall(r'href="#(i-\w+)"', specimen)) <= set(re.findall(r'id="(i-\w+)"', sprite))
