"""Where the stance and swing hips are, as the pelvis rolls.

The pelvis turns with roll phi (contralateral drop positive) about the fore-aft axis through the
centre of mass. With w half the distance between the hips and b the height of the centre of mass
above them, a hip stands beside and above the centre of mass by

    s w cos phi + b sin phi        s w sin phi - b cos phi

with s = 1 for the hip of the stance leg (to the left) and -1 for the other.
"""

from typing import Any, NamedTuple

from stridesim.dynamics.template import Template
from stridesim.elementary import sin_cos


class Hip(NamedTuple):
    """One hip on the pelvis: its distance to the left of the middle when the pelvis is level, and
    the height of the centre of mass above it, m; sine and cosine of roll."""

    width: Any
    below: Any
    sine: Any
    cosine: Any

    def place(self, y: Any, z: Any) -> tuple[Any, Any]:
        """To the left and up (m), with the centre of mass at `y`, `z` (m)."""
        return (
            y + self.width * self.cosine + self.below * self.sine,
            z + self.width * self.sine - self.below * self.cosine,
        )

    def centre_of_mass_height(self, z: Any) -> Any:
        """Height (m) of the centre of mass, with the hip at the height `z` (m)."""
        return z - self.width * self.sine + self.below * self.cosine

    def velocity(self, roll_rate: Any) -> tuple[Any, Any]:
        """To the left and up beside the centre of mass, m/s, at a roll rate in rad/s."""
        return (
            roll_rate * (self.below * self.cosine - self.width * self.sine),
            roll_rate * (self.width * self.cosine + self.below * self.sine),
        )

    def upward_acceleration(self, roll_rate: Any, roll_acceleration: Any) -> Any:
        """Beside the centre of mass, m/s2, at a roll rate (rad/s) and its rate (rad/s2)."""
        first = self.width * self.cosine + self.below * self.sine
        second = -self.width * self.sine + self.below * self.cosine
        return roll_acceleration * first + roll_rate**2 * second


def hip_at(roll: Any, template: Template, side: float = 1.0) -> Hip:
    """The hip of the stance leg (`side` 1) or of the swing leg (-1) at a roll in rad."""
    width = template.hip_half_width if side == 1 else side * template.hip_half_width
    return Hip(width, template.hip_below, *sin_cos(roll))


def stance_hip(x: Any, y: Any, z: Any, roll: Any, template: Template) -> tuple[Any, Any, Any]:
    """The hip of the stance leg, forward, to the left and up (m) of the line on which the foot
    stands; x, y, z (m) and roll (rad) of the centre of mass and the pelvis are those of `State`."""
    aside, up = hip_at(roll, template).place(y, z)
    return x - template.hip_behind, aside - 0.5 * template.step_width, up
