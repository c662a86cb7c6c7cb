"""GPX: distances on the sphere, elevation without its noise, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.results import InputError
from stridesim.tasks.gpx import EARTH_RADIUS, by_kilometre, read_gpx

HEAD = '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
FOOT = "</trkseg></trk></gpx>"
POINT = '<trkpt lat="{}" lon="2"><ele>1</ele></trkpt>'


def _track(path: Path, metres: np.ndarray, heights: np.ndarray) -> Path:
    north = np.rad2deg(metres / EARTH_RADIUS)
    points = [
        f'<trkpt lat="{at:.9f}" lon="8"><ele>{h:.3f}</ele></trkpt>'
        for at, h in zip(north, heights, strict=True)
    ]
    path.write_text(HEAD + "".join(points) + FOOT)
    return path


def test_a_steady_climb_has_its_slope_in_every_kilometre(tmp_path: Path) -> None:
    metres = np.arange(0.0, 3501.0, 25.0)
    ends, slopes = read_gpx(_track(tmp_path / "climb.gpx", metres, 100 + 0.03 * metres))
    assert_allclose(ends, [1000, 2000, 3000, 3500], rtol=1e-6)
    assert_allclose(slopes, 0.03, rtol=1e-4)


def test_noise_of_metres_is_no_wall() -> None:
    rng = np.random.default_rng(1)
    metres = np.arange(0.0, 10_001.0, 10.0)
    _, slopes = by_kilometre(metres, 3.0 * rng.standard_normal(metres.size))
    assert np.abs(slopes).max() < 0.004
    raw = np.abs(np.diff(3.0 * rng.standard_normal(metres.size)) / 10)
    assert raw.max() > 0.5


def test_a_hill_keeps_its_height() -> None:
    metres = np.arange(0.0, 2001.0, 20.0)
    heights = np.where(metres < 1000, 0.05 * metres, 50 - 0.05 * (metres - 1000))
    ends, slopes = by_kilometre(metres, heights)
    assert_allclose(ends, [1000, 2000])
    assert_allclose(slopes, [0.05, -0.05], atol=0.003)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + FOOT, "0 track points; expected two or more"),
        (f'{HEAD}<trkpt lat="1" lon="2"/><trkpt lat="1" lon="2"/>{FOOT}', "track point 1: ele"),
        (HEAD + POINT.format(99) + POINT.format(1) + FOOT, "lat = '99': expected -90 to 90"),
        (HEAD + POINT.format(1) + POINT.format(1) + FOOT, "the track is 0 m long"),
        ('<!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "it declares a document type"),
    ],
)
def test_what_is_no_track_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.gpx"
    path.write_text(content)
    with pytest.raises(InputError, match=r"bad\.gpx") as caught:
        read_gpx(path)
    assert message in str(caught.value)
