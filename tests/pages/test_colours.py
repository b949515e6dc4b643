"""Colours: told apart under the common forms of colour blindness, read on light and dark pages.

Simulation: Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB; distance: CIE76 in
CIELAB under D65; contrast: WCAG 2.1, relative luminance.
"""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from calculator.figures import chart, minerals

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
SEEN_AS = {
    "full colour": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
APART = 12.0
"""Least distance of two colours of one palette; about 2.3 is just noticeable."""
NEIGHBOURS_APART = 17.0
"""Least distance of two that lie side by side in a bar or a legend."""
TEXT, SHAPE = 4.5, 3.0
"""Least contrast of text and of the shapes of a form (WCAG 2.1, 1.4.3 and 1.4.11)."""
LIGHT, DARK = "#ffffff", "#171614"
"""Backgrounds of the two themes, as seen in the browser."""


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
              [0.0193339, 0.1191920, 0.9503041]]  # fmt: skip
    xyz = to_xyz @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, eye: str) -> float:
    seen = [lab(np.array(SEEN_AS[eye]) @ linear(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def contrast(one: str, other: str) -> float:
    bright = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def test_the_measure_knows_red_from_green_and_who_does_not():
    assert distance("#ff0000", "#00ff00", "full colour") > 150
    assert distance("#a05a2c", "#7a7a00", "deuteranopia") < distance(
        "#a05a2c", "#7a7a00", "full colour"
    )
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("eye", SEEN_AS)
@pytest.mark.parametrize("palette", ["PALETTE", "CHEMISTRIES"])
def test_colours_of_a_palette_are_told_apart(palette, eye):
    colours = getattr(chart, palette)
    near = {
        (one, other): round(distance(one, other, eye), 1)
        for one, other in itertools.combinations(colours, 2)
    }
    assert len(set(colours)) == len(colours)
    assert {pair: far for pair, far in near.items() if far < APART} == {}


@pytest.mark.parametrize("eye", SEEN_AS)
@pytest.mark.parametrize("palette", ["PALETTE", "CHEMISTRIES"])
def test_neighbours_differ_most(palette, eye):
    colours = getattr(chart, palette)
    assert min(distance(a, b, eye) for a, b in itertools.pairwise(colours)) >= NEIGHBOURS_APART


def test_text_on_a_heat_map_is_read_on_every_shade():
    for _, shade in minerals._SHADES:
        assert contrast(shade, minerals._INK) >= TEXT


@pytest.mark.parametrize("page", [LIGHT, DARK])
def test_every_bar_has_an_edge_that_is_seen(page):
    assert contrast(chart.OUTLINE["color"], page) >= SHAPE


@pytest.mark.parametrize(("theme", "page"), [("light", LIGHT), ("dark", DARK)])
def test_buttons_and_links_are_read(theme, page):
    colours = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme]
    assert contrast(colours["primaryColor"], "#ffffff") >= TEXT  # the words of a button
    assert contrast(colours["primaryColor"], page) >= SHAPE
    assert contrast(colours.get("linkColor", colours["primaryColor"]), page) >= TEXT
