"""The periodic step in numba: the strongest rival on a CPU that we could write.

Every gait starts where the implicit function theorem predicts it from one nominal gait, and
Broyden's updates of the nominal 9x9 inverse Jacobian follow it until it has converged; a block of
gaits (`numba_step`) stops when all have. What fails is taken by damped Newton from the generic
guess. One thread a core; a working set of a few ten kilobytes.
"""

from typing import Final

import numpy as np
from numba import njit, prange
from numba_step import DURATION, LANES, NUMBERS, WIDTH, G, fast, misses, stance, touchdown

TOLERANCE: Final = 1e-9
BROYDEN_LIMIT: Final = 25
NEWTON_LIMIT: Final = 40


@fast
def _residuals(u, p, r):
    """Of a block: u and r are (LANES, 9)."""
    q, slopes, fading = np.zeros(WIDTH), np.zeros((12, WIDTH)), np.empty((12, LANES))
    mean, trial, width = np.zeros(WIDTH), np.zeros(10 * LANES), np.zeros(WIDTH)
    room = (slopes, mean, trial, width, np.zeros((5, LANES)), fading)
    reached = np.zeros(LANES, np.bool_)
    for k in range(LANES):
        reached[k] = touchdown(u[k], p, k, q)
        if not reached[k]:
            p[DURATION * LANES + k] = 1.0
    heights = q[2 * LANES : 3 * LANES].copy()
    stance(q, p, room)
    for k in range(LANES):
        if reached[k]:
            misses(u[k], p, k, heights[k], q, r[k])
        else:
            r[k] = np.inf


@fast
def _residual(u, p, r):
    """Of one gait, whose block is filled with itself."""
    many, found = np.empty((LANES, 9)), np.empty((LANES, 9))
    many[:] = u
    _residuals(many, block_of(p), found)
    r[:] = found[0]


@fast
def block_of(p):
    """A block filled with one gait."""
    found = np.zeros(NUMBERS * LANES)
    for i in range(p.size):
        found[i * LANES : (i + 1) * LANES] = p[i]
    return found


@fast
def _worst(r):
    worst = 0.0
    for value in r:
        worst = max(worst, abs(value)) if np.isfinite(value) else np.inf
    return worst


@fast
def _newton(u, p):
    """Damped Newton with a differenced Jacobian, in place; worst residual."""
    r, changed, jacobian = np.empty(9), np.empty(9), np.empty((9, 9))
    _residual(u, p, r)
    worst = _worst(r)
    for _ in range(NEWTON_LIMIT):
        if worst < TOLERANCE:
            break
        for j in range(9):
            moved = u.copy()
            moved[j] += 1e-7
            _residual(moved, p, changed)
            jacobian[:, j] = (changed - r) / 1e-7
        if not np.isfinite(jacobian).all():
            break
        step, share, better, moved = np.linalg.solve(jacobian, r), 1.0, False, u
        while share > 1e-3 and not better:
            moved = u - share * step
            _residual(moved, p, changed)
            better = _worst(changed) < worst
            share *= 0.5
        if not better:
            break
        u[:], r[:], worst = moved, changed, _worst(changed)
    return worst


@fast
def generic_guess(p):
    """Contact for six tenths of the step."""
    contact = 0.6 * p[16]
    u = np.zeros(9)
    u[0], u[2], u[6] = p[17], -0.5 * G * (p[16] - contact), p[4] - 0.45 * p[17] * contact
    u[7], u[8] = 0.03, contact
    return u


@fast
def _updated(inverse, step, r, found):
    """Good Broyden update of `inverse`, in place."""
    product, row, scale = np.empty(9), np.empty(9), 0.0
    for i in range(9):
        product[i], row[i] = 0.0, 0.0
        for j in range(9):
            product[i] += inverse[i, j] * (found[j] - r[j])
            row[i] += step[j] * inverse[j, i]
        scale += step[i] * product[i]
    for i in range(9):
        for j in range(9):
            inverse[i, j] += (step[i] - product[i]) * row[j] / scale


@fast
def _broyden(u, p, nominal_inverse, worst, counts):
    """Follow a block, u (LANES, 9) in place, until all its gaits have converged or are lost."""
    r, found, inverse = np.empty((LANES, 9)), np.empty((LANES, 9)), np.empty((LANES, 9, 9))
    step, running = np.empty((LANES, 9)), np.zeros(LANES, np.bool_)
    inverse[:] = nominal_inverse
    _residuals(u, p, r)
    counts[:] = 1
    for k in range(LANES):
        worst[k] = _worst(r[k])
    for _ in range(BROYDEN_LIMIT - 1):
        for k in range(LANES):
            running[k] = TOLERANCE < worst[k] < 1e3
            if running[k]:
                for i in range(9):
                    step[k, i] = 0.0
                    for j in range(9):
                        step[k, i] -= inverse[k, i, j] * r[k, j]
                    u[k, i] += step[k, i]
        if not running.any():
            break
        _residuals(u, p, found)
        for k in range(LANES):
            if running[k]:
                counts[k] += 1
                _updated(inverse[k], step[k], r[k], found[k])
                r[k] = found[k]
                worst[k] = _worst(r[k])


@njit(parallel=True, fastmath={"contract", "arcp", "reassoc", "nsz"}, error_model="numpy")
def _all(points, nominal, start, by_parameter, inverse, found, counts):
    blocks = (points.shape[0] + LANES - 1) // LANES
    for block in prange(blocks):
        u, p = np.empty((LANES, 9)), np.zeros(NUMBERS * LANES)
        worst, taken = np.empty(LANES), np.zeros(LANES, np.int64)
        for k in range(LANES):
            # The last block is filled up with the last gait.
            one = points[min(block * LANES + k, points.shape[0] - 1)]
            for i in range(one.size):
                p[i * LANES + k] = one[i]
            u[k] = start + by_parameter @ (one - nominal)
        _broyden(u, p, inverse, worst, taken)
        for k in range(min(LANES, points.shape[0] - block * LANES)):
            lane = block * LANES + k
            if not worst[k] < TOLERANCE:
                u[k] = generic_guess(points[lane])
                if not _newton(u[k], points[lane]) < TOLERANCE:
                    u[k] = np.nan
            found[lane], counts[lane] = u[k], taken[k]


def numbers(leaves: np.ndarray) -> np.ndarray:
    """A template's numbers (B, P) with the sine of thigh tracking, which no integrator repeats."""
    return np.concatenate([leaves, np.sin(leaves[:, 14:15])], axis=1)


def solve(leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unknowns (B, 9) and evaluations (B,) of templates whose leaves are (B, P)."""
    points = numbers(leaves)
    nominal = points.mean(axis=0)
    start = generic_guess(nominal)
    _newton(start, nominal)

    def residual(u: np.ndarray, p: np.ndarray) -> np.ndarray:
        r = np.empty(9)
        _residual(u, p, r)
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
