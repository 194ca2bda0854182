"""Colours as readers see them: with a colour-vision deficiency, in grey, and against their ground."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb

from egovstudy.publish.style import GROUND

# Machado, Oliveira & Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), severity 1.0; they
# work on linear RGB.
MACHADO = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
LUMINANCE = (0.2126, 0.7152, 0.0722)
VIEWS = {
    "normal": np.eye(3),
    **{name: np.array(rows) for name, rows in MACHADO.items()},
    "grey": [LUMINANCE] * 3,
}
XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE_POINT = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> np.ndarray:
    """Give linear RGB, three numbers from 0 to 1, of a colour in sRGB."""
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(colour: str, view: str) -> np.ndarray:
    """Give linear RGB of a colour as seen in one of the views."""
    return np.clip(np.array(VIEWS[view]) @ linear(colour), 0, 1)


def lab(colour: str, view: str = "normal") -> np.ndarray:
    """Give CIE L*, a*, b* (white point D65) of a colour as seen in one of the views.

    Examples
    --------
    >>> [round(float(one)) for one in lab("white")], [round(float(one)) for one in lab("red", "grey")]
    ([100, 0, 0], [53, 0, 0])
    """
    t = np.array(XYZ) @ seen(colour, view) / WHITE_POINT
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Give the CIEDE2000 difference of two colours in CIE Lab (CIE 142-2001; Sharma, Wu & Dalal 2005).

    It is used rather than the plain distance because that one overrates differences of strong
    colours.

    Examples
    --------
    >>> round(difference(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])), 4)
    2.0425
    """
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    c1, c2 = np.hypot(a1 * (1 + g), b1), np.hypot(a2 * (1 + g), b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * (1 + g))) % 360 for a, b in ((a1, b1), (a2, b2)))
    both = c1 * c2 > 0
    turn = (h2 - h1 + 180) % 360 - 180 if both else 0.0
    if (
        both and abs(abs(h2 - h1) - 180) < 1e-9
    ):  # opposite hues: the mean is the plain one, whichever comes first
        turn = h2 - h1
    mean_h = (h1 + turn / 2) % 360 if both else h1 + h2
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1 - 0.17 * np.cos(np.radians(mean_h - 30)) + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6)) - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )  # fmt: skip
    by_l = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    by_c = (c2 - c1) / (1 + 0.045 * mean_c)
    by_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * mean_c * t)
    spin = 2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    spin *= -np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    return float(np.sqrt(by_l**2 + by_c**2 + by_h**2 + spin * by_c * by_h))


def smallest_difference(one: str, other: str) -> tuple[float, str]:
    """Give the smallest difference of two colours over all views, and the view in which it is so small.

    Examples
    --------
    >>> least, view = smallest_difference("#D7191C", "#1A9641")
    >>> round(least), view
    (8, 'deuteranopia')
    """
    return min((difference(lab(one, view), lab(other, view)), view) for view in VIEWS)


def contrast(one: str, other: str = GROUND, view: str = "normal") -> float:
    """Give the contrast ratio of WCAG 2.2, from 1 to 21, in one of the views.

    Examples
    --------
    >>> round(contrast("black", "white"), 1)
    21.0
    """
    low, high = sorted(float(np.dot(LUMINANCE, seen(colour, view))) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def smallest_contrast(one: str, other: str) -> tuple[float, str]:
    """Give the smallest contrast ratio of two colours over all views, and the view in which it is so small.

    Examples
    --------
    >>> ratio, view = smallest_contrast("#FF0000", "#332B00")
    >>> round(contrast("#FF0000", "#332B00"), 1), round(ratio, 1), view
    (3.5, 2.3, 'protanopia')
    """
    return min((contrast(one, other, view), view) for view in VIEWS)
