"""Synthetic runs whose every measure is known in closed form."""

import dataclasses
import math

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.recordings import ForceRecording


@dataclasses.dataclass(frozen=True)
class HalfSineRun:
    """A half-sine vertical force that carries `mass` kg: peak m g pi/2 (t_f/t_c + 1)."""

    contact: float = 0.22
    flight: float = 0.13
    mass: float = 70.0
    fore_aft: float = 250.0
    lateral: float = 80.0
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    drift: float = 0.0
    start: float = -0.1237

    @property
    def step(self) -> float:
        return self.contact + self.flight

    @property
    def peak(self) -> float:
        return 0.5 * math.pi * self.mass * GRAVITY * self.step / self.contact

    @property
    def drop(self) -> float:
        """Touchdown to lowest, from integrating the half sine twice by hand."""
        rate = math.pi / self.contact
        return self.peak / (self.mass * rate**2) - GRAVITY * self.contact**2 / 8

    @property
    def oscillation(self) -> float:
        """The drop, and the ballistic rise above touchdown height."""
        return self.drop + GRAVITY * self.flight**2 / 8

    def crossings(self, threshold: float) -> float:
        """Delay from touchdown to `threshold` N."""
        return self.contact / math.pi * math.asin(threshold / self.peak)

    def force(self, time: np.ndarray) -> np.ndarray:
        """(n, 3) N: half sine up, one sine period fore-aft (braking first), medial half sine
        on feet that alternate, the first of them a left one."""
        count = np.floor((time - self.start) / self.step)
        phase = ((time - self.start) - count * self.step) / self.contact
        down = phase < 1.0
        vertical = np.where(down, self.peak * np.sin(math.pi * phase), 0.0)
        fore_aft = np.where(down, -self.fore_aft * np.sin(2 * math.pi * phase), 0.0)
        left = np.where(count % 2 == 0, 1.0, -1.0)
        lateral = np.where(down, -left * self.lateral * np.sin(math.pi * phase), 0.0)
        baseline = np.array(self.offset) + self.drift * time[:, None] * np.array([0.0, 0.0, 1.0])
        return np.stack([fore_aft, lateral, vertical], axis=1) + baseline

    def recording(self, rate: float = 1000.0, duration: float = 6.0) -> ForceRecording:
        time = np.arange(round(duration * rate) + 1) / rate
        return ForceRecording(time=time, force=self.force(time), source="half sine")


def csv_lines(recording: ForceRecording) -> list[str]:
    """The recording as a force-plate CSV."""
    rows = [
        f"{t:.5f},{x:.2f},{y:.2f},{z:.2f}"
        for t, (x, y, z) in zip(recording.time, recording.force, strict=True)
    ]
    return ["time_s,fx_ap_N,fy_ml_N,fz_vert_N", *rows]
