"""A surrogate as JSON: arrays as base64 of little-endian numbers, so that a page can carry it."""

import base64
from typing import Any

import numpy as np

from stridesim.surrogate.components import Components
from stridesim.surrogate.fit import Regression, Surrogate
from stridesim.surrogate.network import Network


def components_record(components: Components) -> dict[str, Any]:
    """The components in the types of JSON."""
    return {
        "blocks": dict(components.blocks),
        "mean": _packed(components.mean, "<f4"),
        "spread": _packed(components.spread, "<f4"),
        "basis": _packed(components.basis, "<i2"),
        "unit": _packed(components.unit, "<f4"),
    }


def surrogate_record(surrogate: Surrogate) -> dict[str, Any]:
    """The surrogate in the types of JSON, without its components."""
    return {
        "axes": [one._asdict() for one in surrogate.axes],
        "numbers": [
            {"names": list(names), **_regression(regression)}
            for names, regression in zip(surrogate.groups, surrogate.numbers, strict=True)
        ],
        "rows": _regression(surrogate.rows),
        "classes": list(surrogate.classes),
        "classifier": _network(surrogate.classifier),
    }


def _regression(regression: Regression) -> dict[str, Any]:
    return {
        "network": _network(regression.network),
        "centre": _packed(regression.centre, "<f4"),
        "scale": _packed(regression.scale, "<f4"),
    }


def _network(network: Network) -> list[dict[str, Any]]:
    return [
        {"weights": _packed(weight, "<f4"), "biases": _packed(bias, "<f4")}
        for weight, bias in zip(network.weights, network.biases, strict=True)
    ]


def _packed(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, kind).tobytes()).decode()
