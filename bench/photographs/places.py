"""Pictures of places where nobody is: a jetty in the first light."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
from sea import laid, yarn_curves
from tools import Stuff, box, camera, ground, mesh, sky, turned

BOLLARD = (
    (0.0, 0.0), (0.19, 0.0), (0.19, 0.02), (0.13, 0.035), (0.1, 0.07), (0.095, 0.2), (0.1, 0.29), (0.135, 0.33),
    (0.15, 0.36), (0.14, 0.395), (0.1, 0.415), (0.0, 0.42),
)  # fmt: skip


def weathered(shift: float) -> Stuff:
    """Wood that rain and salt have made grey."""
    stuff = Stuff("grey wood", roughness=0.82)
    moved = stuff.node("VectorMath", Vector=stuff.where(scale=(0.07, 1, 1)))
    moved.inputs[1].default_value = (shift, shift, 0)
    grain = stuff.noise(moved.outputs[0], 60, detail=10, rough=0.68, warp=0.7)
    broad = stuff.noise(moved.outputs[0], 9, detail=4, warp=0.6)
    body = stuff.ramp(grain, (0.34, (0.07, 0.062, 0.055)), (0.62, (0.3, 0.275, 0.245)))
    tone = stuff.ramp(broad, (0.3, (0.62, 0.6, 0.58)), (0.7, (1, 1, 1)))
    stuff.into(**{"Base Color": stuff.mixed(1.0, body, tone, how="MULTIPLY")})
    return stuff.bumps(grain, strength=0.6, distance=0.004)


def still_water() -> None:
    far = mesh(
        "water", [(-900, -20, -0.9), (900, -20, -0.9), (900, 4000, -0.9), (-900, 4000, -0.9)], [(0, 1, 2, 3)]
    )
    stuff = Stuff("water", base_color=(0.008, 0.02, 0.024), roughness=0.04, ior=1.33)
    waves = stuff.noise(stuff.where(scale=(0.55, 1.3, 1)), 1.6, detail=5, rough=0.5)
    stuff.bumps(waves, strength=0.16, distance=0.25).on(far)


def shore() -> None:
    """Hills on the other side, blue with distance."""

    def height(x: Any, y: Any) -> Any:
        rise = sum(
            np.sin(x / wide + turn) * high for wide, turn, high in ((210, 1, 22), (83, 2, 9), (31, 4, 3))
        )
        return np.clip(rise + 14, -3, None) * np.clip((y - 1500) / 300, 0, 1) - 2

    land = ground(2600, 260, height, middle=(0, 2300))
    Stuff("far land", base_color=(0.2, 0.26, 0.34), roughness=1.0).on(land)


def quay() -> dict[str, Any]:
    """A wooden jetty in the first light, an iron bollard with a rope around it, still water and hills beyond."""
    rng = random.Random(6)
    for row in range(150):
        one = box(
            "plank",
            (2.3, 0.138, 0.04),
            (rng.uniform(-0.015, 0.015), row * 0.148 - 0.4, -0.02 + rng.uniform(-0.003, 0.003)),
            edge=0.004,
        )
        one.rotation_euler = (0, 0, rng.uniform(-0.003, 0.003))
        weathered(rng.uniform(-90, 90)).on(one)
    for n in range(8):
        for side in (-1, 1):
            post = turned(
                "post", [(0.0, -1.6), (0.11, -1.6), (0.105, 0.55), (0.09, 0.6), (0.0, 0.61)], steps=32, soft=1
            )
            post.location = (side * 1.22, 2.4 + n * 2.7, rng.uniform(-0.06, 0.06))
            post.rotation_euler = (rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02), 0)
            weathered(rng.uniform(-90, 90)).on(post)
    iron = turned("bollard", BOLLARD)
    iron.location = (0.42, 0.75, 0)
    stuff = Stuff("iron", metallic=0.6)
    rust = stuff.noise(stuff.where(), 13, detail=9, rough=0.66, warp=0.4)
    stuff.into(**{"Base Color": stuff.ramp(rust, (0.38, (0.03, 0.032, 0.036)), (0.62, (0.17, 0.06, 0.025)))})
    stuff.into(Roughness=stuff.ramp(rust, (0.35, (0.42, 0.42, 0.42)), (0.65, (0.85, 0.85, 0.85))))
    stuff.bumps(rust, strength=0.35, distance=0.006).on(iron)
    mooring((0.42, 0.75))
    still_water()
    shore()
    sky(height=5, turn=-22, strength=0.22, dust=4.5)
    camera((-0.12, -0.78, 0.82), (0.08, 2.2, 0.34), lens=30, sharp=(0.42, 0.62, 0.25), stop=5)
    return {"exposure": -0.5, "samples": 72, "look": "AgX - Medium High Contrast"}


def mooring(middle: tuple[float, float]) -> None:
    """Four turns around the bollard, then over the edge."""
    x, y = middle
    radius = 0.017
    turns = np.linspace(0.3, 4.35, 900) * 2 * math.pi
    level = 0.115 + turns / (2 * math.pi) * radius * 2.05
    points = np.column_stack((x + 0.117 * np.cos(turns), y + 0.117 * np.sin(turns), level))
    run = (points[-1] - points[-2]) / np.linalg.norm(points[-1] - points[-2])
    steps = np.arange(1, 520)[:, None] * 0.0024
    tail = points[-1] + run * steps + np.array((0.35, 0.0, -0.17)) * steps**2
    points = np.vstack((points, tail))
    stuff = Stuff("hemp", roughness=0.85, sheen_weight=0.25)
    fibre = stuff.noise(stuff.where(), 700, detail=3)
    stuff.into(**{"Base Color": stuff.ramp(fibre, (0.3, (0.3, 0.22, 0.13)), (0.66, (0.62, 0.5, 0.33)))})
    stuff.bumps(fibre, strength=0.5, distance=0.0008)
    yarn_curves(laid(points, radius=radius, lay=0.1, strands=3, yarns=7), radius * 0.165, stuff, "mooring")


SCENES = {"quay": quay}
