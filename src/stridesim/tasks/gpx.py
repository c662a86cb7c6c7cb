"""Slope by kilometre from a GPX track.

Positions become distances on a sphere. Elevation from satellites and from maps carries noise of
metres, which as a slope over a few metres would be a wall: the track is sampled every 20 m, its
elevation averaged with Gaussian weights (standard deviation 50 m), and a kilometre's slope is what
is left between its ends.
"""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

import numpy as np

from stridesim.reading import read_text
from stridesim.results import InputError
from stridesim.runner.toml import MOST_BYTES

EARTH_RADIUS: Final = 6_371_008.8
"""m; mean radius."""

SPACING: Final = 20.0
SMOOTHING: Final = 50.0
KILOMETRE: Final = 1000.0
"""m between samples, of the weights' standard deviation, and of a stretch."""

_SHORTEST: Final = 100.0


def read_gpx(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Ends (n,) m and slopes (n,) of the kilometres of a track, the last one shorter.

    Raises `InputError` naming the file and what is missing.
    """
    latitude, longitude, elevation = _points(path)
    distance = np.concatenate([[0.0], np.cumsum(_steps(latitude, longitude))])
    if distance[-1] < _SHORTEST:
        raise InputError(
            f"{path}: the track is {distance[-1]:.0f} m long; expected {_SHORTEST:g} m or more"
        )
    moving = np.concatenate([[True], np.diff(distance) > 0])
    return by_kilometre(distance[moving], elevation[moving])


def by_kilometre(distance: np.ndarray, elevation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends and slopes of the kilometres of a track with `distance` (m, increasing) and `elevation`
    (m)."""
    length = distance[-1]
    samples = np.linspace(0.0, length, max(round(length / SPACING), 2) + 1)
    smooth = _smoothed(np.interp(samples, distance, elevation), samples[1])
    ends = np.append(np.arange(KILOMETRE, length - 0.1 * KILOMETRE, KILOMETRE), length)
    heights = np.interp(np.append(0.0, ends), samples, smooth)
    return ends, np.diff(heights) / np.diff(np.append(0.0, ends))


def _smoothed(values: np.ndarray, spacing: float) -> np.ndarray:
    """Gaussian means; at the ends the line goes on as it began, turned about the end."""
    reach = min(int(np.ceil(3 * SMOOTHING / spacing)), len(values) - 1)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * spacing / SMOOTHING) ** 2)
    before = 2 * values[0] - values[reach:0:-1]
    after = 2 * values[-1] - values[-2 : -reach - 2 : -1]
    padded = np.concatenate([before, values, after])
    return np.convolve(padded, weights / weights.sum(), mode="valid")


def _steps(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Metres (n - 1,) between successive points (deg)."""
    north, east = np.deg2rad(latitude), np.deg2rad(longitude)
    half = np.sin(np.diff(north) / 2) ** 2
    half += np.cos(north[1:]) * np.cos(north[:-1]) * np.sin(np.diff(east) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def _points(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    text = read_text(path, MOST_BYTES)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(f"{path}: it declares a document type; expected plain GPX without one")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise InputError(f"{path}: not valid GPX: {error}") from None
    found = [node for node in root.iter() if _name(node) in ("trkpt", "rtept")]
    if len(found) < 2:
        raise InputError(f"{path}: {len(found)} track points; expected two or more")
    rows = [_point(node, f"{path}: track point {i + 1}") for i, node in enumerate(found)]
    latitude, longitude, elevation = np.array(rows).T
    return latitude, longitude, elevation


def _point(node: ET.Element, place: str) -> tuple[float, float, float]:
    height = next((child.text for child in node if _name(child) == "ele"), None)
    written = (node.get("lat"), node.get("lon"), height)
    for name, value, most in zip(("lat", "lon", "ele"), written, (90.0, 180.0, 9e3), strict=True):
        try:
            number = float(value or "")
        except ValueError:
            number = np.nan
        if not abs(number) <= most:
            raise InputError(f"{place}: {name} = {value!r}: expected -{most:g} to {most:g}")
    return float(written[0] or 0), float(written[1] or 0), float(written[2] or 0)


def _name(node: ET.Element) -> str:
    """A tag without its namespace."""
    return node.tag.rpartition("}")[2]
