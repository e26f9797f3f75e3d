"""Pictures of what stands on shelves and benches: books, reels of rope, bowls, copper pans."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import bpy
import numpy as np
from rooms import BOWL, glaze, table, wall
from sea import laid, yarn_curves
from tools import Colour, Stuff, box, camera, mesh, plain_world, turned, window

# Brown, oxblood, green, tan, slate, black.
LEATHERS: tuple[Colour, ...] = (
    (0.17, 0.075, 0.03), (0.16, 0.022, 0.02), (0.03, 0.06, 0.035), (0.34, 0.19, 0.08), (0.045, 0.055, 0.08),
    (0.028, 0.024, 0.022),
)  # fmt: skip


def leather(colour: Colour, shift: float) -> Stuff:
    """Worn where hands and neighbours have rubbed it."""
    stuff = Stuff("leather")
    moved = stuff.node("VectorMath", Vector=stuff.where())
    moved.inputs[1].default_value = (shift, shift * 0.7, 0)
    grain = stuff.noise(moved.outputs[0], 420, detail=3, rough=0.6)
    worn = stuff.noise(moved.outputs[0], 26, detail=9, rough=0.68, warp=0.5)
    rubbed = tuple(min(1.0, part * 2.2 + 0.05) for part in colour)
    body = stuff.ramp(worn, (0.36, tuple(part * 0.7 for part in colour)), (0.58, colour), (0.74, rubbed))
    stuff.into(**{"Base Color": body})
    stuff.into(Roughness=stuff.ramp(worn, (0.35, (0.34, 0.34, 0.34)), (0.7, (0.66, 0.66, 0.66))))
    return stuff.bumps(grain, strength=0.35, distance=0.0006)


def spine(thick: float, deep: float, low: float, high: float, *, more: float = 0.0) -> Any:
    """What a book is from outside: three straight sides and a round one, from one height to another."""
    half, bulge = thick / 2 + more, min(0.012, thick * 0.3) + more
    arc = [math.pi * (1 + k / 14) for k in range(15)]
    outline = [
        (half, deep),
        *((-half * math.cos(a + math.pi), bulge * math.sin(a)) for a in arc),
        (-half, deep),
    ]
    outline.sort(key=lambda point: math.atan2(point[1] - deep / 2, point[0]))
    count = len(outline)
    points = [(x, y, z) for z in (low, high) for x, y in outline]
    sides = [(i, (i + 1) % count, count + (i + 1) % count, count + i) for i in range(count)]
    one = mesh("spine", points, [*sides, tuple(range(count)), tuple(range(count, 2 * count))], smooth=False)
    change = one.modifiers.new("edge", "BEVEL")
    change.width, change.segments, change.limit_method = 0.0012, 2, "ANGLE"
    return one


def book(rng: random.Random, gilt: Stuff, thick: float, high: float) -> list[Any]:
    """One with its bands, a label and some gold, around its middle."""
    colour = rng.choice(LEATHERS)
    deep, hide = rng.uniform(0.15, 0.19), leather(colour, rng.uniform(-40, 40))
    parts = [spine(thick, deep, 0.0, high)]
    bands = [high * share for share in (0.14, 0.34, 0.54, 0.74, 0.9)]
    parts += [spine(thick, 0.02, at - 0.003, at + 0.003, more=0.0022) for at in bands]
    hide.on(*parts)
    lines = [
        spine(thick, 0.02, at + off, at + off + 0.0009, more=0.0007)
        for at in bands
        for off in (-0.006, 0.005)
    ]
    words = [
        spine(thick * rng.uniform(0.4, 0.75), 0.02, at, at + 0.0022, more=0.0016)
        for at in (high * 0.61, high * 0.638, high * 0.666)
    ]
    label = spine(thick, 0.02, bands[2] + 0.008, bands[3] - 0.008, more=0.0009)
    leather(rng.choice([(0.2, 0.02, 0.015), (0.02, 0.05, 0.03), (0.02, 0.018, 0.016)]), 3.0).on(label)
    gilt.on(*lines, *words)
    return [*parts, *lines, *words, label]


def books() -> dict[str, Any]:
    """Old volumes on a shelf, some of them leaning, in the light of a window."""
    rng = random.Random(21)
    gilt = Stuff("gilt", base_color=(0.83, 0.58, 0.22), metallic=1.0, roughness=0.34)
    for level in (-0.34, 0.0, 0.36):
        board(level)
        x = -0.75
        while x < 0.75:
            thick, high = rng.uniform(0.022, 0.058), rng.uniform(0.2, 0.275)
            lean = 0.0 if rng.random() < 0.86 else rng.uniform(0.09, 0.16)
            x += thick / 2 + math.sin(lean) * high
            for part in book(rng, gilt, thick, high):
                part.location = (x, rng.uniform(0, 0.0005), level)
                part.rotation_euler = (0, -lean, 0)
            x += thick / 2 + 0.0012 + (0.02 if lean else 0.0)
    back = box("back", (4, 0.02, 3), (0, 0.22, 0))
    Stuff("back", base_color=(0.05, 0.032, 0.02), roughness=0.8).on(back)
    plain_world((0.5, 0.55, 0.65), 0.05)
    window((-1.5, -1.1, 0.75), (0, 0, 0.1), size=(0.8, 1.3), power=46, colour=(1.0, 0.9, 0.74))
    window((1.4, -1.6, 0.2), (0, 0, 0.1), size=(1.2, 1.0), power=7, colour=(0.78, 0.86, 1.0))
    camera((-0.36, -0.66, 0.2), (0.06, 0.0, 0.125), lens=44, sharp=(-0.06, 0.0, 0.13), stop=2.8)
    return {"exposure": 0.55, "samples": 72, "look": "AgX - Medium High Contrast"}


def board(level: float) -> None:
    one = box("board", (4, 0.26, 0.026), (0, 0.1, level - 0.0135), edge=0.002)
    stuff = Stuff("walnut", roughness=0.42)
    grain = stuff.noise(stuff.where(scale=(0.06, 1, 1)), 40, detail=9, warp=0.8)
    stuff.into(**{"Base Color": stuff.ramp(grain, (0.34, (0.045, 0.024, 0.013)), (0.66, (0.16, 0.09, 0.05)))})
    stuff.bumps(grain, strength=0.3, distance=0.001).on(one)


def dyed(colour: Colour, fleck: Colour) -> Callable[[int], Stuff]:
    """Yarn of a colour; each fifth one is of another."""

    def yarn(number: int) -> Stuff:
        stuff = Stuff("yarn", roughness=0.7, sheen_weight=0.35)
        fibre = stuff.noise(stuff.where(), 1400, detail=3)
        own = fleck if number % 5 == 0 else colour
        stuff.into(**{"Base Color": stuff.ramp(fibre, (0.3, tuple(p * 0.6 for p in own)), (0.65, own))})
        return stuff.bumps(fibre, strength=0.4, distance=0.0004)

    return yarn


def reel(
    place: Sequence[float], yarn: Callable[[int], Stuff], *, wide: float, high: float, full: float
) -> None:
    """Rope wound on a wooden reel that stands on one of its discs."""
    x, y, z = place
    disc = [(0.0, 0.0), (wide, 0.0), (wide + 0.003, 0.004), (wide, 0.01), (0.0, 0.01)]
    wood = Stuff("birch", roughness=0.6)
    grain = wood.noise(wood.where(scale=(0.15, 1, 1)), 34, detail=9, warp=0.7)
    wood.into(**{"Base Color": wood.ramp(grain, (0.35, (0.34, 0.21, 0.11)), (0.68, (0.6, 0.44, 0.27)))})
    for level in (z, z + high):
        one = turned("disc", disc, soft=1)
        one.location = (x, y, level)
        wood.on(one)
    core = turned("core", [(0.0, 0.0), (full - 0.006, 0.0), (full - 0.006, high), (0.0, high)], soft=0)
    core.location = place
    yarn(1).on(core)
    radius = 0.0056
    turns = np.arange(0, (high - 0.014) / (2 * radius), 0.0045) * 2 * math.pi
    level = z + 0.01 + radius + turns / (2 * math.pi) * 2 * radius
    away = full + np.sin(turns * 0.31) * 0.0007
    points = np.column_stack((x + away * np.cos(turns), y + away * np.sin(turns), level))
    lines = laid(points, radius=radius, lay=0.034, strands=4, yarns=3)
    for number in (0, 1):
        chosen = [line for n, line in enumerate(lines) if (n % 5 == 0) == (number == 0)]
        yarn_curves(chosen, radius * 0.27, yarn(number), "wound")


def reels() -> dict[str, Any]:
    """Reels of rope in several colours on a bench, near the window of a loft."""
    table(0.9)
    wall((0.42, 0.43, 0.4), 0.62)
    sand, navy, red = (0.62, 0.52, 0.36), (0.016, 0.035, 0.12), (0.5, 0.03, 0.025)
    white, green, orange = (0.76, 0.74, 0.68), (0.02, 0.16, 0.09), (0.75, 0.2, 0.015)
    for place, colours, wide, high, full in (
        ((-0.2, 0.02, 0), (navy, white), 0.1, 0.15, 0.078), ((0.03, -0.08, 0), (white, red), 0.085, 0.12, 0.07),
        ((0.24, 0.03, 0), (orange, navy), 0.095, 0.14, 0.066), ((-0.05, 0.2, 0), (sand, sand), 0.11, 0.2, 0.09),
        ((0.2, 0.27, 0), (green, sand), 0.1, 0.17, 0.08), ((-0.33, 0.25, 0), (red, white), 0.1, 0.18, 0.082),
    ):  # fmt: skip
        reel(place, dyed(*colours), wide=wide, high=high, full=full)
    plain_world((0.55, 0.65, 0.8), 0.1)
    window((-1.2, -0.2, 0.9), (0, 0, 0.08), size=(1.0, 1.2), power=34, colour=(1.0, 0.95, 0.87))
    window((1.5, -0.9, 0.6), (0, 0, 0.08), size=(0.8, 0.8), power=5, colour=(0.76, 0.86, 1.0))
    camera((0.08, -0.86, 0.36), (0.01, 0.04, 0.075), lens=52, sharp=(0.02, -0.13, 0.07), stop=3.5)
    return {"exposure": 0.5, "samples": 72}


def bowls() -> dict[str, Any]:
    """Bowls of several glazes, stacked on a kitchen shelf."""
    table(0.75)
    wall((0.5, 0.47, 0.41), 0.6)
    rng = random.Random(4)
    glazes: list[tuple[Colour, float]] = [
        ((0.62, 0.6, 0.54), 0.5), ((0.08, 0.16, 0.2), 0.2), ((0.42, 0.2, 0.1), 0.5), ((0.2, 0.26, 0.19), 0.4),
        ((0.7, 0.52, 0.2), 0.6),
    ]  # fmt: skip
    for x, y, count, size in (
        (-0.26, 0.05, 5, 0.9),
        (0.02, 0.0, 3, 1.0),
        (0.29, 0.08, 6, 0.72),
        (-0.05, 0.34, 7, 0.8),
    ):
        for n in range(count):
            own = size * rng.uniform(0.96, 1.02)
            one = turned("bowl", [(r * own, z * own) for r, z in BOWL])
            colour, freckles = rng.choice(glazes)
            glaze(colour, freckles=freckles, rough=rng.uniform(0.14, 0.32)).on(one)
            one.location = (x + rng.uniform(-0.003, 0.003), y + rng.uniform(-0.003, 0.003), n * 0.036 * size)
            one.rotation_euler = (rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02), rng.uniform(0, 6))
    jug = turned(
        "jug",
        [(0.0, 0.0), (0.055, 0.0), (0.07, 0.02), (0.078, 0.07), (0.068, 0.13), (0.046, 0.175), (0.05, 0.2),
         (0.046, 0.2), (0.042, 0.175), (0.06, 0.13), (0.0, 0.04)],
    )  # fmt: skip
    jug.location = (0.3, -0.13, 0)
    glaze((0.1, 0.19, 0.24), freckles=0.3).on(jug)
    plain_world((0.55, 0.62, 0.75), 0.1)
    window((-1.1, -0.35, 0.75), (0, 0, 0.1), size=(0.8, 1.0), power=24, colour=(1.0, 0.94, 0.85))
    window((1.5, -0.9, 0.5), (0, 0, 0.1), size=(0.8, 0.8), power=3, colour=(0.75, 0.86, 1.0))
    camera((-0.06, -0.98, 0.3), (0.02, 0.04, 0.11), lens=54, sharp=(0.0, -0.14, 0.1), stop=3.2)
    return {"exposure": 0.65, "samples": 72}


def copper_of(shift: float) -> Stuff:
    """Polished, with the marks of years and of fingers."""
    stuff = Stuff("copper", metallic=1.0)
    moved = stuff.node("VectorMath", Vector=stuff.where())
    moved.inputs[1].default_value = (shift, 0, shift)
    stain = stuff.noise(moved.outputs[0], 11, detail=8, rough=0.62, warp=0.8)
    fine = stuff.noise(stuff.where(scale=(1, 1, 40)), 60, detail=4)
    body = stuff.ramp(stain, (0.32, (0.5, 0.2, 0.1)), (0.55, (0.84, 0.4, 0.22)), (0.75, (0.93, 0.52, 0.32)))
    stuff.into(**{"Base Color": body})
    stuff.into(Roughness=stuff.ramp(stain, (0.3, (0.36, 0.36, 0.36)), (0.65, (0.15, 0.15, 0.15))))
    return stuff.bumps(fine, strength=0.05, distance=0.001)


def pan(place: Sequence[float], size: float, turn: float, *, shift: float) -> None:
    """A saucepan with its iron handle and three rivets, tinned inside."""
    outside = [
        (0.0, 0.0),
        (0.1, 0.0),
        (0.108, 0.006),
        (0.11, 0.02),
        (0.112, 0.105),
        (0.1155, 0.109),
        (0.113, 0.1115),
    ]
    inside = [(0.113, 0.1115), (0.1075, 0.108), (0.106, 0.02), (0.1, 0.007), (0.0, 0.005)]
    tin = Stuff("tin", base_color=(0.56, 0.55, 0.53), metallic=1.0, roughness=0.38)
    iron = Stuff("iron", base_color=(0.05, 0.048, 0.046), metallic=1.0, roughness=0.45)
    iron.bumps(iron.noise(iron.where(), 70, detail=6), strength=0.4, distance=0.002)
    parts = []
    for outline, stuff in ((outside, copper_of(shift)), (inside, tin)):
        one = turned("pan", [(r * size, z * size) for r, z in outline], soft=2)
        stuff.on(one)
        parts.append(one)
    bar = box("handle", (0.2 * size, 0.017 * size, 0.009 * size), (0.205 * size, 0, 0.098 * size), edge=0.003)
    plate = box(
        "plate", (0.006 * size, 0.05 * size, 0.045 * size), (0.114 * size, 0, 0.085 * size), edge=0.002
    )
    bar.rotation_euler = (0, -0.16, 0)
    bar.location.z += 0.012 * size
    iron.on(bar, plate)
    parts += [bar, plate]
    for y, z in ((-0.016, 0.098), (0.016, 0.098), (0.0, 0.074)):
        bpy.ops.mesh.primitive_uv_sphere_add(
            radius=0.0055 * size, location=(0.117 * size, y * size, z * size)
        )
        rivet = bpy.context.object
        rivet.data.shade_smooth()
        copper_of(1.0).on(rivet)
        parts.append(rivet)
    middle = bpy.data.objects.new("pan", None)
    bpy.context.collection.objects.link(middle)
    for one in parts:
        one.parent = middle
    middle.location, middle.rotation_euler = place, (0, 0, turn)


def copper() -> dict[str, Any]:
    """Three copper saucepans on an oak table."""
    table()
    wall((0.3, 0.32, 0.3), 0.9)
    pan((-0.1, 0.02, 0), 1.1, math.radians(205), shift=0.0)
    pan((0.17, -0.1, 0), 0.82, math.radians(-28), shift=4.0)
    pan((0.16, 0.24, 0), 1.3, math.radians(15), shift=9.0)
    plain_world((0.6, 0.66, 0.75), 0.16)
    window((-1.1, -0.5, 0.9), (0, 0, 0.05), size=(0.9, 1.2), power=22, colour=(1.0, 0.95, 0.88))
    window((1.4, -0.7, 0.8), (0, 0, 0.05), size=(0.5, 1.1), power=6, colour=(0.8, 0.88, 1.0))
    camera((0.06, -0.86, 0.42), (0.03, 0.03, 0.055), lens=52, sharp=(0.1, -0.16, 0.08), stop=4)
    return {"exposure": 0.6, "samples": 72, "look": "AgX - Medium High Contrast"}


SCENES = {"books": books, "reels": reels, "bowls": bowls, "copper": copper}
