"""Pictures for those who sail: water at dusk, rope on a deck."""

from __future__ import annotations

import math
import random
from typing import Any

import bpy
import numpy as np
from tools import Stuff, box, camera, mesh, sky


def water(*, size: float = 40, repeat: int = 6, wind: float = 6, height: float = 0.35, seed: int = 3) -> Any:
    one = mesh("water", [(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 1, 2)])
    sea = one.modifiers.new("sea", "OCEAN")
    sea.geometry_mode = "GENERATE"
    sea.repeat_x = sea.repeat_y = repeat
    sea.resolution = sea.viewport_resolution = 16
    sea.spatial_size = int(size)
    sea.wind_velocity = wind
    sea.wave_scale = height
    sea.wave_scale_min = 0.01
    sea.choppiness = 1.0
    sea.random_seed = seed
    sea.time = 4.2
    stuff = Stuff("water", base_color=(0.004, 0.018, 0.028), roughness=0.06, ior=1.33)
    small = stuff.noise(stuff.where(scale=(1, 1, 1)), 5.0, detail=4)
    stuff.bumps(small, strength=0.25, distance=0.05).on(one)
    return one


def boat(place: tuple[float, float, float], size: float) -> None:
    """A sloop a long way off, against the light."""
    dark = Stuff("sail", base_color=(0.2, 0.17, 0.15), roughness=0.9)
    hull = [(-0.5, 0, 0.06), (0.5, 0, 0.1), (0.38, 0.0, -0.03), (-0.42, 0, -0.03)]
    main = [(-0.42, 0.0, 0.17), (0.02, 0.0, 0.16), (0.03, 0.0, 1.35), (-0.1, 0.05, 0.9), (-0.3, 0.06, 0.5)]
    jib = [(0.46, 0, 0.12), (0.06, 0.04, 0.16), (0.05, 0.02, 1.1)]
    for name, points in (("hull", hull), ("main", main), ("jib", jib)):
        one = mesh(name, points, [tuple(range(len(points)))], smooth=False)
        one.location, one.scale = place, (size, size, size)
        one.rotation_euler = (math.radians(6), 0, math.radians(18))
        dark.on(one)


def clouds() -> None:
    """High clouds that the low sun colours, laid over the sky."""
    tree = bpy.context.scene.world.node_tree
    back = tree.nodes["Background"]
    plain = back.inputs["Color"].links[0].from_socket
    link = tree.links.new

    def node(kind: str, **values: float) -> Any:
        one = tree.nodes.new(f"ShaderNode{kind}")
        for key, value in values.items():
            one.inputs[key].default_value = value
        return one

    apart = node("SeparateXYZ")
    link(node("TexCoord").outputs["Generated"], apart.inputs[0])
    above = node("Math")
    above.operation = "MAXIMUM"
    above.inputs[1].default_value = 0.015
    link(apart.outputs["Z"], above.inputs[0])
    flat = node("CombineXYZ")
    for place in ("X", "Y"):
        share = node("Math")
        share.operation = "DIVIDE"
        link(apart.outputs[place], share.inputs[0])
        link(above.outputs[0], share.inputs[1])
        link(share.outputs[0], flat.inputs[place])
    stretched = node("Mapping")
    stretched.inputs["Scale"].default_value = (0.42, 0.16, 1)
    stretched.inputs["Location"].default_value = (3.1, 0.6, 0)
    link(flat.outputs[0], stretched.inputs["Vector"])
    shape = node("TexNoise", Scale=1.6, Detail=9, Roughness=0.58, Distortion=0.4)
    link(stretched.outputs[0], shape.inputs["Vector"])
    where = node("ValToRGB")
    where.color_ramp.elements[0].position, where.color_ramp.elements[1].position = 0.47, 0.74
    link(shape.outputs[0], where.inputs["Fac"])
    lit = tree.nodes.new("ShaderNodeMix")
    lit.data_type, lit.blend_type = "RGBA", "MULTIPLY"
    lit.inputs[0].default_value = 1
    lit.inputs[7].default_value = (2.6, 1.35, 1.0, 1)
    link(plain, lit.inputs[6])
    both = tree.nodes.new("ShaderNodeMix")
    both.data_type = "RGBA"
    # Near the horizon there are none: what is laid out flat would become stripes.
    fade = node("MapRange")
    for name, value in (("From Min", 0.02), ("From Max", 0.11)):
        fade.inputs[name].default_value = value
    link(apart.outputs["Z"], fade.inputs["Value"])
    share = node("Math")
    share.operation = "MULTIPLY"
    link(where.outputs["Color"], share.inputs[0])
    link(fade.outputs[0], share.inputs[1])
    link(share.outputs[0], both.inputs[0])
    link(plain, both.inputs[6])
    link(lit.outputs[2], both.inputs[7])
    link(both.outputs[2], back.inputs["Color"])


def dusk() -> dict[str, Any]:
    """The open sea with the sun just above the horizon, a sail against it."""
    # It begins half a tile before its place.
    water().location = (-100, -75, 0)
    far = mesh(
        "far",
        [(-9000, 60, -0.4), (9000, 60, -0.4), (9000, 15000, -0.4), (-9000, 15000, -0.4)],
        [(0, 1, 2, 3)],
    )
    stuff = Stuff("far", base_color=(0.004, 0.018, 0.028), roughness=0.12, ior=1.33)
    stuff.bumps(stuff.noise(stuff.where(), 0.9, detail=6), strength=0.9, distance=0.4).on(far)
    boat((9, 75, -0.05), 6.5)
    sky(height=2.0, turn=0, strength=0.2, dust=3.5)
    clouds()
    camera((0, -62, 2.4), (0, 60, 7.5), lens=38)
    return {"exposure": -0.9, "samples": 96, "look": "AgX - Medium High Contrast"}


def planks(*, width: float, count: int, length: float, gap: float, tar: tuple[float, float, float]) -> None:
    """A deck of teak, a plank beside the other with caulking between."""
    below = box("below", (count * width * 1.2, length, 0.01), (0, 0, -0.022))
    Stuff("tar", base_color=tar, roughness=0.5).on(below)
    rng = random.Random(5)
    for i in range(count):
        one = box(
            "plank", (width - gap, length, 0.03), ((i - count / 2 + 0.5) * width, 0, -0.0155), edge=0.0015
        )
        shift = rng.uniform(-50, 50)
        tone = rng.uniform(0.8, 1.15)
        stuff = Stuff("wood", roughness=0.62)
        where = stuff.where(scale=(1, 0.045, 1))
        moved = stuff.node("VectorMath", Vector=where)
        moved.inputs[1].default_value = (shift, shift, 0)
        grain = stuff.noise(moved.outputs[0], 95, detail=9, rough=0.65, warp=0.6)
        broad = stuff.noise(moved.outputs[0], 22, detail=3, warp=0.8)
        light, dark = (0.36 * tone, 0.235 * tone, 0.135 * tone), (0.15 * tone, 0.085 * tone, 0.045 * tone)
        fine = stuff.ramp(grain, (0.36, dark), (0.62, light))
        wide = stuff.ramp(broad, (0.3, (0.72, 0.68, 0.64)), (0.7, (1.0, 1.0, 1.0)))
        stuff.into(**{"Base Color": stuff.mixed(1.0, fine, wide, how="MULTIPLY")})
        stuff.bumps(grain, strength=0.35, distance=0.002).on(one)


def laid(points: Any, *, radius: float, lay: float, strands: int, yarns: int) -> list[Any]:
    """The yarns of a laid rope along a path: strands around its middle, yarns around each strand the other way."""
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1)[:, None]
    side = np.cross(along, (0, 0, 1.0))
    side /= np.linalg.norm(side, axis=1)[:, None]
    up = np.cross(side, along)
    run = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))))
    lines = []
    for s in range(strands):
        a = 2 * math.pi * (run / lay + s / strands)
        out = np.cos(a)[:, None] * side + np.sin(a)[:, None] * up
        around = -np.sin(a)[:, None] * side + np.cos(a)[:, None] * up
        middle = points + out * radius * 0.52
        for k in range(yarns):
            b = 2 * math.pi * (k / yarns - run / (lay * 0.85))
            lines.append(middle + (np.cos(b)[:, None] * out + np.sin(b)[:, None] * around) * radius * 0.38)
    return lines


def yarn_curves(lines: list[Any], thick: float, stuff: Stuff, name: str) -> None:
    data = bpy.data.curves.new(name, "CURVE")
    data.dimensions, data.bevel_depth, data.bevel_resolution = "3D", thick, 2
    for line in lines:
        spline = data.splines.new("POLY")
        spline.points.add(len(line) - 1)
        spline.points.foreach_set(
            "co", np.column_stack((line, np.ones(len(line)))).astype(np.float32).ravel()
        )
        spline.use_smooth = True
    one = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(one)
    data.materials.append(stuff.material)


def rope() -> dict[str, Any]:
    """A rope coiled flat on a teak deck, seen from low and near."""
    planks(width=0.058, count=40, length=3.2, gap=0.004, tar=(0.012, 0.011, 0.01))
    radius = 0.0125
    pitch = radius * 2.02
    turns = np.arange(0.9, 13.4, 0.008) * 2 * math.pi
    away = pitch * turns / (2 * math.pi)
    wander = np.sin(turns * 0.37) * 0.0012
    points = np.column_stack(
        (
            away * np.cos(turns) + wander,
            away * np.sin(turns),
            np.full_like(turns, radius) + np.sin(turns * 3.1) * 0.0008,
        )
    )
    run = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))))
    even = np.arange(0, run[-1], 0.0028)
    points = np.column_stack([np.interp(even, run, points[:, i]) for i in range(3)])
    tail = points[-1] + np.column_stack(
        (np.linspace(0, 0.1, 250) ** 1.2, np.linspace(0, 1, 250) * 0.7 * 1.0, np.zeros(250))
    )
    tangent = points[-1] - points[-2]
    tangent /= np.linalg.norm(tangent)
    steps = np.arange(1, 260)[:, None] * 0.0028
    tail = points[-1] + tangent * steps + np.array((0.25, 0.1, 0)) * steps**2
    points = np.vstack((points, tail))
    stuff = Stuff("hemp", roughness=0.85)
    fibre = stuff.noise(stuff.where(scale=(1, 1, 1)), 900, detail=3)
    tone = stuff.noise(stuff.where(), 9, detail=4)
    light = stuff.ramp(tone, (0.3, (0.47, 0.36, 0.22)), (0.75, (0.68, 0.56, 0.38)))
    shade = stuff.ramp(fibre, (0.3, (0.62, 0.6, 0.56)), (0.65, (1, 1, 1)))
    stuff.into(**{"Base Color": stuff.mixed(1.0, light, shade, how="MULTIPLY"), "Sheen Weight": 0.25})
    stuff.bumps(fibre, strength=0.5, distance=0.0006)
    yarn_curves(laid(points, radius=radius, lay=0.078, strands=3, yarns=7), radius * 0.165, stuff, "rope")
    sky(height=13, turn=118, strength=0.22, dust=1.8)
    camera((-0.12, -0.62, 0.235), (0.035, -0.1, 0.0), lens=48, sharp=(0.0, -0.24, 0.02), stop=2.4)
    return {"exposure": -0.95, "samples": 96, "look": "AgX - Medium High Contrast"}


SCENES = {"dusk": dusk, "rope": rope}
