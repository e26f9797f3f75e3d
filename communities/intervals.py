"""What a count out of n allows to say."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson(hits: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson’s score interval for a proportion (Newcombe 1998, method 3). Raises ValueError for of = 0."""
    if of <= 0 or not 0 <= hits <= of:
        raise ValueError(f"no interval for {hits} of {of}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = hits / of
    middle = rate + z * z / (2 * of)
    spread = z * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
