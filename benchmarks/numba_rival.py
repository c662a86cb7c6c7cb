"""The periodic step in numba: the strongest rival on a CPU that we could write.

The equations are written anew, for one gait in scalars: the ground force by elimination instead
of `dynamics.stance`'s order of terms, stance by equal steps of Prince & Dormand's eighth-order
rule (at 1e-8 it needs fewer force evaluations than DOPRI5 or RK4), with one step's end moved onto
the stabiliser's onset. Every gait starts where the implicit function theorem predicts it from one
nominal gait, and Broyden's updates of the nominal 9x9 inverse Jacobian follow it until it has
converged: each gait stops by itself. What fails is taken by damped Newton from the generic guess.
One thread a core; a working set of a few hundred bytes.
"""

from typing import Any, Final

import numpy as np
from numba import njit, prange
from scipy.integrate import DOP853

G: Final = 9.80665
STEPS: Final = 16
TOLERANCE: Final = 1e-9
BROYDEN_LIMIT: Final = 25
NEWTON_LIMIT: Final = 40

# The rule, row by row without its zeros: stage i draws on slopes FROM[START[i]:START[i + 1]].
_ROWS = [[(j, a) for j, a in enumerate(DOP853.A[i, :i]) if a != 0.0] for i in range(12)]
_START = np.cumsum([0, *map(len, _ROWS)])
_FROM = np.array([j for row in _ROWS for j, _ in row])
_SHARE = np.array([a for row in _ROWS for _, a in row])
_NODES, _WEIGHTS = np.ascontiguousarray(DOP853.C), np.ascontiguousarray(DOP853.B)

_fast: Any = njit(cache=False, fastmath={"contract", "arcp", "reassoc", "nsz"}, error_model="numpy")


@_fast
def rates(phase, q, duration, rest, push_off, p, out):
    """d(state)/d(phase); p are a template's numbers in the order of its fields."""
    x, y, z, roll, vx, vy, vz, rate = q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7]
    cop, cop_rate = p[26], 0.0
    for i in range(25, 20, -1):
        cop_rate = cop_rate * phase + cop
        cop = cop * phase + p[i]
    cop_rate = cop_rate / duration
    ahead = ((p[30] * phase + p[29]) * phase + p[28]) * phase + p[27]
    s = np.sin(roll)
    c = np.sqrt(1.0 - s * s)
    lx, ly, lz = x - cop - p[4], y - 0.5 * p[15] + p[2] * c + p[3] * s, z + p[2] * s - p[3] * c
    wx, wy, wz = vx - cop_rate, vy + rate * (p[3] * c - p[2] * s), vz + rate * (p[2] * c + p[3] * s)
    length = np.sqrt(lx * lx + ly * ly + lz * lz)
    shortening = (lx * wx + ly * wy + lz * wz) / length
    half = np.sin(0.5 * np.pi * phase)
    load = p[6] * (rest + push_off * half * half - length) * (1.0 - p[7] * shortening)
    lean = roll + np.arctan(ly / lz)
    lean_rate = rate + (wy * lz - wz * ly) / (ly * ly + lz * lz)
    on = max(phase * duration - p[12], 0.0)
    relative = p[8] + p[9] * (lean - p[11]) + p[10] * lean_rate
    moment = load * (p[2] * (1.0 - np.exp(-on / p[13])) * relative - length * p[31 + 2])
    # G_x = m_x G_z, G_y = m_y G_z - moment / l_z, G . l = load * length.
    mx, my = (x - cop + ahead) / z, ly / lz
    gz = (load * length + ly * moment / lz) / (lz + lx * mx + ly * my)
    gy = gz * my - moment / lz
    out[0], out[1], out[2], out[3] = duration * vx, duration * vy, duration * vz, duration * rate
    out[4] = duration * (gz * mx / p[0] + p[18])
    out[5] = duration * p[20] * gy / p[0]
    out[6] = duration * (gz / p[0] + p[19])
    out[7] = duration * (z * gy - (y - 0.5 * p[15]) * gz) / p[1]


@_fast
def _stance(q, duration, rest, push_off, p, slopes, trial):
    onset = p[12] / duration
    inside = 0.0 < onset < 1.0
    first = min(max(round(onset * STEPS), 1), STEPS - 1) if inside else STEPS
    end = onset if inside else 1.0
    for piece in range(2 if inside else 1):
        steps = first if piece == 0 else STEPS - first
        begin = 0.0 if piece == 0 else onset
        width = (end if piece == 0 else 1.0 - onset) / steps
        for step in range(steps):
            phase = begin + step * width
            for i in range(12):
                for k in range(8):
                    total = 0.0
                    for j in range(_START[i], _START[i + 1]):
                        total += _SHARE[j] * slopes[_FROM[j], k]
                    trial[k] = q[k] + width * total
                rates(phase + _NODES[i] * width, trial, duration, rest, push_off, p, slopes[i])
            for k in range(8):
                total = 0.0
                for i in range(12):
                    total += _WEIGHTS[i] * slopes[i, k]
                q[k] += width * total


@_fast
def touchdown(u, p, q):
    """State at touchdown into q; the leg's rest length, infinite out of reach.

    u = (vx, vy, vz, y, roll, roll rate, x, push-off, contact time).
    """
    s, c = np.sin(u[4]), np.cos(u[4])
    hip_x, hip_y = u[6] - p[4], u[3] + p[2] * c + p[3] * s - 0.5 * p[15]
    under = p[5] ** 2 - (hip_x - p[31]) ** 2 - hip_y**2
    if not under > 0.0 or not u[8] > 0.0:
        return np.inf
    hip_z = p[32] + np.sqrt(under)
    q[0], q[1], q[2], q[3] = u[6], u[3], hip_z - p[2] * s + p[3] * c, u[4]
    q[4], q[5], q[6], q[7] = u[0], u[1], u[2], u[5]
    return np.sqrt((hip_x - p[21]) ** 2 + hip_y**2 + hip_z**2)


@_fast
def misses(u, p, rest, height, q, r):
    """Nine scaled residuals into r from the state q at take-off."""
    s, c = np.sin(q[3]), np.cos(q[3])
    last = p[21] + p[22] + p[23] + p[24] + p[25] + p[26]
    lx, ly = q[0] - p[4] - last, q[1] + p[2] * c + p[3] * s - 0.5 * p[15]
    lz = q[2] + p[2] * s - p[3] * c
    time, scale = p[16] - u[8], p[5]
    pace = np.sqrt(G * scale)
    r[0] = (q[4] + time * p[18] - u[0]) / pace
    r[1] = (q[5] + u[1]) / pace
    r[2] = (q[6] + time * p[19] - u[2]) / pace
    r[3] = (q[1] + time * q[5] + u[3]) / scale
    r[4] = q[3] + time * q[7] + u[4]
    r[5] = (q[7] + u[5]) * scale / pace
    r[6] = (q[0] + time * (q[4] + 0.5 * time * p[18]) - u[6] - p[17] * p[16]) / scale
    r[7] = (rest + u[7] - np.sqrt(lx * lx + ly * ly + lz * lz)) / scale
    r[8] = (q[2] + time * (q[6] + 0.5 * time * p[19]) - height) / scale


@_fast
def _residual(u, p, r, slopes, q, trial):
    rest = touchdown(u, p, q)
    if np.isinf(rest):
        r[:] = np.inf
        return
    height = q[2]
    _stance(q, u[8], rest, u[7], p, slopes, trial)
    misses(u, p, rest, height, q, r)


@_fast
def _worst(r):
    worst = 0.0
    for value in r:
        worst = max(worst, abs(value)) if np.isfinite(value) else np.inf
    return worst


@_fast
def _newton(u, p):
    """Damped Newton with a differenced Jacobian, in place; worst residual."""
    slopes, q, trial = np.empty((12, 8)), np.empty(8), np.empty(8)
    r, changed, jacobian = np.empty(9), np.empty(9), np.empty((9, 9))
    _residual(u, p, r, slopes, q, trial)
    worst = _worst(r)
    for _ in range(NEWTON_LIMIT):
        if worst < TOLERANCE:
            break
        for j in range(9):
            moved = u.copy()
            moved[j] += 1e-7
            _residual(moved, p, changed, slopes, q, trial)
            jacobian[:, j] = (changed - r) / 1e-7
        if not np.isfinite(jacobian).all():
            break
        step, share, better, moved = np.linalg.solve(jacobian, r), 1.0, False, u
        while share > 1e-3 and not better:
            moved = u - share * step
            _residual(moved, p, changed, slopes, q, trial)
            better = _worst(changed) < worst
            share *= 0.5
        if not better:
            break
        u[:], r[:], worst = moved, changed, _worst(changed)
    return worst


@_fast
def generic_guess(p):
    """Contact for six tenths of the step."""
    contact = 0.6 * p[16]
    u = np.zeros(9)
    u[0], u[2], u[6] = p[17], -0.5 * G * (p[16] - contact), p[4] - 0.45 * p[17] * contact
    u[7], u[8] = 0.03, contact
    return u


@_fast
def _broyden(u, p, inverse):
    """Good Broyden updates of `inverse`, both in place; worst residual, evaluations."""
    slopes, q, trial = np.empty((12, 8)), np.empty(8), np.empty(8)
    r, found, step, product, row = (np.empty(9), np.empty(9), np.empty(9), np.empty(9), np.empty(9))
    _residual(u, p, r, slopes, q, trial)
    count = 1
    while count < BROYDEN_LIMIT and TOLERANCE < _worst(r) < 1e3:
        for i in range(9):
            step[i] = 0.0
            for j in range(9):
                step[i] -= inverse[i, j] * r[j]
        for i in range(9):
            u[i] += step[i]
        _residual(u, p, found, slopes, q, trial)
        count += 1
        scale = 0.0
        for i in range(9):
            product[i], row[i] = 0.0, 0.0
            for j in range(9):
                product[i] += inverse[i, j] * (found[j] - r[j])
                row[i] += step[j] * inverse[j, i]
            scale += step[i] * product[i]
        for i in range(9):
            r[i] = found[i]
            for j in range(9):
                inverse[i, j] += (step[i] - product[i]) * row[j] / scale
    return _worst(r), count


@njit(parallel=True, fastmath={"contract", "arcp", "reassoc", "nsz"}, error_model="numpy")
def _all(points, nominal, start, by_parameter, inverse, found, counts):
    for lane in prange(points.shape[0]):
        p = points[lane]
        u = start + by_parameter @ (p - nominal)
        worst, counts[lane] = _broyden(u, p, inverse.copy())
        if not worst < TOLERANCE:
            u = generic_guess(p)
            worst = _newton(u, p)
        if not worst < TOLERANCE:
            u[:] = np.nan
        found[lane] = u


def numbers(leaves: np.ndarray) -> np.ndarray:
    """A template's numbers (B, P) with the sine of thigh tracking, which no integrator repeats."""
    return np.concatenate([leaves, np.sin(leaves[:, 14:15])], axis=1)


def solve(leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unknowns (B, 9) and evaluations (B,) of templates whose leaves are (B, P)."""
    points = numbers(leaves)
    nominal = points.mean(axis=0)
    start = generic_guess(nominal)
    _newton(start, nominal)
    work = np.empty((12, 8)), np.empty(8), np.empty(8)

    def residual(u: np.ndarray, p: np.ndarray) -> np.ndarray:
        r = np.empty(9)
        _residual(u, p, r, *work)
        return r

    jacobian, slopes = np.empty((9, 9)), np.zeros((9, points.shape[1]))
    for j, e in enumerate(1e-6 * np.eye(9)):
        jacobian[:, j] = (residual(start + e, nominal) - residual(start - e, nominal)) / 2e-6
    inverse = np.ascontiguousarray(np.linalg.inv(jacobian))
    for j in np.flatnonzero(np.ptp(points, axis=0) > 0):
        e = np.zeros(points.shape[1])
        e[j] = 1e-6 * max(abs(nominal[j]), 1e-3)
        change = residual(start, nominal + e) - residual(start, nominal - e)
        slopes[:, j] = change / (2 * e[j])
    found, counts = np.empty((len(points), 9)), np.empty(len(points), np.int64)
    _all(points, nominal, start, -inverse @ slopes, inverse, found, counts)
    return found, counts
