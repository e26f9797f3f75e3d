"""Pictures of rooms and things: an arcade, plums on a table."""

from __future__ import annotations

import math
import random
from typing import Any

import bpy
from tools import Stuff, box, camera, plain_world, sky, turned, window


def limestone(*, dark: bool = False) -> Stuff:
    stuff = Stuff("limestone", roughness=0.85)
    broad = stuff.noise(stuff.where(), 1.1, detail=10, rough=0.62, warp=0.4)
    fine = stuff.noise(stuff.where(), 28, detail=6, rough=0.7)
    base = ((0.3, 0.25, 0.19), (0.56, 0.49, 0.39)) if not dark else ((0.16, 0.14, 0.115), (0.34, 0.3, 0.25))
    body = stuff.ramp(broad, (0.3, base[0]), (0.65, base[1]))
    pits = stuff.ramp(fine, (0.32, (0.72, 0.7, 0.67)), (0.55, (1, 1, 1)))
    stuff.into(**{"Base Color": stuff.mixed(1.0, body, pits, how="MULTIPLY")})
    return stuff.bumps(fine, strength=0.35, distance=0.012)


def arch_wall(length: int, *, bay: float, height: float, spring: float, thick: float) -> Any:
    """A wall of arches: an outline with as many openings, given a thickness."""
    data = bpy.data.curves.new("arches", "CURVE")
    data.dimensions, data.fill_mode = "2D", "BOTH"
    data.extrude, data.bevel_depth, data.bevel_resolution = thick / 2, 0.015, 2

    def add(points: list[tuple[float, float]]) -> None:
        spline = data.splines.new("POLY")
        spline.points.add(len(points) - 1)
        for point, (x, y) in zip(spline.points, points, strict=True):
            point.co = (x, y, 0, 1)
        spline.use_cyclic_u = True

    wide = bay * 0.78
    outline = [(bay * length, spring), (bay * length, height), (0.0, height), (0.0, spring)]
    for i in range(length):
        middle = (i + 0.5) * bay
        arc = [math.pi * (1 - k / 40) for k in range(41)]
        outline += [(middle + wide / 2 * math.cos(a), spring + wide / 2 * math.sin(a)) for a in arc]
    add(outline)
    one = bpy.data.objects.new("arches", data)
    one.rotation_euler = (math.pi / 2, 0, math.pi / 2)
    bpy.context.collection.objects.link(one)
    return one


COLUMN = (
    (0.0, 0.0), (0.36, 0.0), (0.36, 0.12), (0.34, 0.125), (0.36, 0.2), (0.33, 0.26), (0.27, 0.28), (0.285, 0.34),
    (0.25, 0.37), (0.245, 0.4), (0.24, 1.5), (0.215, 2.62), (0.235, 2.64), (0.235, 2.69), (0.215, 2.71),
    (0.22, 2.8), (0.27, 2.92), (0.34, 2.98), (0.34, 3.0),
)  # fmt: skip


def arcade() -> dict[str, Any]:
    """A stone arcade that the evening sun shines through, onto flagstones."""
    bay, count, spring = 2.6, 13, 3.16
    stuff = limestone()
    wall = arch_wall(count, bay=bay, height=5.2, spring=spring, thick=0.55)
    wall.location = (2.0, -2, 0)
    stuff.on(wall)
    shaft = turned("column", COLUMN, steps=64, soft=1)
    stuff.on(shaft)
    head = box("head", (0.72, 0.72, 0.18), (0, 0, 3.08), edge=0.012)
    stuff.on(head)
    for i in range(count + 1):
        for one in (shaft, head):
            copy = one.copy()
            copy.location = (2.0, -2 + i * bay, one.location.z)
            bpy.context.collection.objects.link(copy)
    for one in (shaft, head):
        bpy.data.objects.remove(one)
    back = box("back", (0.6, bay * count + 10, 5.4), (-2.3, bay * count / 2 - 3, 2.7))
    limestone().on(back)
    end = box("end", (5, 0.5, 5.4), (0, bay * count - 1.6, 2.7))
    limestone(dark=True).on(end)
    door = box("door", (1.5, 0.3, 3.0), (0.1, bay * count - 1.95, 1.5), edge=0.02)
    Stuff("door", base_color=(0.03, 0.022, 0.016), roughness=0.5).on(door)
    roof = box("roof", (5.2, bay * count + 10, 0.3), (0, bay * count / 2 - 3, 5.3))
    timber(0.9).on(roof)
    for i in range(count * 2):
        beam = box("beam", (4.6, 0.22, 0.3), (0, -4 + i * bay / 2, 5.02), edge=0.01)
        timber(1).on(beam)
    flags()
    outside()
    sky(height=19, turn=76, strength=0.2, dust=2.4)
    camera((-0.75, -4.2, 1.62), (0.25, 12, 1.9), lens=30)
    return {"exposure": -0.45, "samples": 96, "look": "AgX - Medium High Contrast"}


def timber(tone: float) -> Stuff:
    stuff = Stuff("timber", roughness=0.7)
    grain = stuff.noise(stuff.where(scale=(0.08, 1, 1)), 16, detail=8, warp=0.5)
    stuff.into(
        **{
            "Base Color": stuff.ramp(
                grain, (0.35, (0.05 * tone, 0.03 * tone, 0.018)), (0.65, (0.15 * tone, 0.095 * tone, 0.055))
            )
        }
    )
    return stuff.bumps(grain, strength=0.4, distance=0.01)


def flags() -> None:
    """The floor: stones of an arm's length, worn and a little bright."""
    rng = random.Random(9)
    for row in range(58):
        x, y = -2.2 - rng.random(), -6 + row * 0.62
        while x < 2.8:
            wide = rng.uniform(0.6, 1.15)
            one = box(
                "flag",
                (wide - 0.012, 0.608, 0.1),
                (x + wide / 2, y, -0.05 + rng.uniform(-0.004, 0.004)),
                edge=0.01,
            )
            tone = rng.uniform(0.75, 1.1)
            stuff = Stuff("flag")
            broad = stuff.noise(stuff.where(), 2.6, detail=10, rough=0.66)
            stuff.into(
                **{
                    "Base Color": stuff.ramp(
                        broad,
                        (0.3, (0.19 * tone, 0.16 * tone, 0.125 * tone)),
                        (0.7, (0.4 * tone, 0.35 * tone, 0.28 * tone)),
                    )
                }
            )
            stuff.into(Roughness=stuff.ramp(broad, (0.35, (0.3, 0.3, 0.3)), (0.6, (0.62, 0.62, 0.62))))
            stuff.bumps(broad, strength=0.25, distance=0.02).on(one)
            x += wide


def outside() -> None:
    grass = box("grass", (60, 90, 0.1), (34, 15, -0.12))
    stuff = Stuff("grass", roughness=0.9)
    stuff.into(
        **{
            "Base Color": stuff.ramp(
                stuff.noise(stuff.where(), 6, detail=12),
                (0.3, (0.05, 0.075, 0.02)),
                (0.7, (0.12, 0.15, 0.045)),
            )
        }
    )
    stuff.on(grass)


BOWL = (
    (0.0, 0.012), (0.06, 0.012), (0.066, 0.0), (0.074, 0.0), (0.078, 0.012), (0.1, 0.03), (0.135, 0.07), (0.15, 0.11),
    (0.153, 0.113), (0.149, 0.114), (0.144, 0.109), (0.129, 0.073), (0.095, 0.036), (0.05, 0.021), (0.0, 0.018),
)  # fmt: skip


def table(tone: float = 1.0) -> None:
    """A kitchen table of broad oak boards."""
    rng = random.Random(2)
    for i in range(-6, 9):
        one = box("board", (3, 0.178, 0.04), (0, i * 0.18, -0.02), edge=0.002)
        stuff = Stuff("oak")
        moved = stuff.node("VectorMath", Vector=stuff.where(scale=(0.07, 1, 1)))
        moved.inputs[1].default_value = (rng.uniform(-9, 9), rng.uniform(-9, 9), 0)
        rings = stuff.noise(moved.outputs[0], 26, detail=8, rough=0.62, warp=1.1)
        pores = stuff.noise(moved.outputs[0], 210, detail=3)
        t = tone * rng.uniform(0.85, 1.1)
        body = stuff.ramp(
            rings,
            (0.3, (0.1 * t, 0.052 * t, 0.025 * t)),
            (0.55, (0.25 * t, 0.145 * t, 0.075 * t)),
            (0.75, (0.33 * t, 0.205 * t, 0.115 * t)),
        )
        stuff.into(
            **{
                "Base Color": stuff.mixed(
                    1.0, body, stuff.ramp(pores, (0.33, (0.55, 0.5, 0.46)), (0.5, (1, 1, 1))), how="MULTIPLY"
                )
            }
        )
        stuff.into(Roughness=stuff.ramp(rings, (0.3, (0.36, 0.36, 0.36)), (0.7, (0.5, 0.5, 0.5))))
        stuff.bumps(pores, strength=0.25, distance=0.0015).on(one)


def wall(colour: Any, away: float = 1.4) -> None:
    back = box("wall", (8, 0.1, 5), (0, away, 1.5))
    stuff = Stuff("wall", roughness=0.9)
    broad = stuff.noise(stuff.where(), 1.6, detail=9)
    stuff.into(**{"Base Color": stuff.ramp(broad, (0.3, tuple(c * 0.72 for c in colour)), (0.7, colour))})
    stuff.bumps(stuff.noise(stuff.where(), 30, detail=6), strength=0.2, distance=0.01).on(back)


def glaze(colour: Any, *, freckles: float = 0.5, rough: float = 0.2) -> Stuff:
    stuff = Stuff("glaze", roughness=rough, coat_weight=0.4)
    broad = stuff.noise(stuff.where(), 14, detail=6)
    body = stuff.ramp(broad, (0.3, tuple(c * 0.82 for c in colour)), (0.7, colour))
    spots = stuff.ramp(stuff.noise(stuff.where(), 190, detail=2), (0.63, (0, 0, 0)), (0.68, (1, 1, 1)))
    stuff.into(
        **{"Base Color": stuff.mixed(stuff.maths("MULTIPLY", spots, freckles), body, (0.09, 0.05, 0.03))}
    )
    return stuff.bumps(broad, strength=0.06, distance=0.01)


def plum(seed: int) -> Any:
    from mathutils import Vector, noise

    rng = random.Random(seed)
    bpy.ops.mesh.primitive_uv_sphere_add(segments=48, ring_count=32, radius=0.0165)
    one = bpy.context.object
    shift = Vector((seed * 7.0, 0, 0))
    for point in one.data.vertices:
        where = point.co / 0.0165
        seam = math.exp(-((where.y / 0.16) ** 2)) * max(0, where.x) * 0.07
        dimple = 0.32 * math.exp(-((math.hypot(where.x, where.y) / 0.2) ** 2)) * (where.z > 0)
        swell = 1 - seam + 0.035 * noise.noise(where * 1.3 + shift)
        point.co = Vector((where.x, where.y, where.z * (1.08 - dimple))) * swell * 0.0165
    one.data.shade_smooth()
    stuff = Stuff("plum", subsurface_weight=0.32, subsurface_scale=0.006, ior=1.4)
    stuff.surface.inputs["Subsurface Radius"].default_value = (1.0, 0.55, 0.2)
    where = stuff.node("VectorMath", Vector=stuff.where())
    where.inputs[1].default_value = (seed * 0.37, seed * 0.11, 0)
    broad = stuff.noise(where.outputs[0], 42, detail=4)
    ripe = rng.uniform(0.42, 0.62)
    skin = stuff.ramp(
        broad,
        (ripe - 0.24, (0.72, 0.42, 0.035)),
        (ripe, (0.78, 0.33, 0.03)),
        (ripe + 0.2, (0.55, 0.1, 0.03)),
    )
    dots = stuff.ramp(stuff.noise(where.outputs[0], 1100, detail=1), (0.66, (0, 0, 0)), (0.7, (1, 1, 1)))
    skin = stuff.mixed(stuff.maths("MULTIPLY", dots, 0.45), skin, (0.55, 0.1, 0.04))
    dust = stuff.noise(where.outputs[0], 90, detail=6)
    bloom = stuff.ramp(dust, (0.46, (0, 0, 0)), (0.72, (0.4, 0.4, 0.4)))
    stuff.into(**{"Base Color": stuff.mixed(bloom, skin, (0.8, 0.72, 0.6))})
    stuff.into(Roughness=stuff.ramp(dust, (0.4, (0.27, 0.27, 0.27)), (0.65, (0.55, 0.55, 0.55)))).on(one)
    return one


def dropped(things: list[Any], still: list[Any], steps: int) -> None:
    """Lets things fall until they lie, so that they lie as such things do."""
    scene = bpy.context.scene
    bpy.ops.rigidbody.world_add()
    scene.rigidbody_world.substeps_per_frame = 20
    scene.rigidbody_world.point_cache.frame_end = steps
    for group, kind in ((still, "PASSIVE"), (things, "ACTIVE")):
        for one in group:
            bpy.context.view_layer.objects.active = one
            bpy.ops.rigidbody.object_add(type=kind)
            one.rigid_body.collision_shape = "MESH" if kind == "PASSIVE" else "SPHERE"
            one.rigid_body.mesh_source = "FINAL"
            one.rigid_body.use_margin = True
            one.rigid_body.collision_margin = 0.0004
            one.rigid_body.friction = 0.7
            one.rigid_body.linear_damping = one.rigid_body.angular_damping = 0.25
    for frame in range(1, steps + 1):
        scene.frame_set(frame)


def plums() -> dict[str, Any]:
    """A glazed bowl of ripe mirabelles on an oak table by a window."""
    table()
    wall((0.16, 0.17, 0.155))
    bowl = turned("bowl", [(r * 0.95, z * 0.95) for r, z in BOWL])
    glaze((0.62, 0.6, 0.54)).on(bowl)
    rng = random.Random(12)
    kinds = [plum(i) for i in range(10)]
    fruit = []
    for i in range(92):
        one = kinds[i % 10].copy()
        a, r = rng.uniform(0, 6.3), 0.085 * math.sqrt(rng.random())
        one.location = (r * math.cos(a), r * math.sin(a), 0.05 + i * 0.0075)
        one.rotation_euler = tuple(rng.uniform(0, 6.3) for _ in range(3))
        one.scale = (rng.uniform(0.92, 1.12),) * 3
        bpy.context.collection.objects.link(one)
        fruit.append(one)
    for x, y in ((0.2, -0.07), (0.235, -0.03), (-0.19, -0.11), (0.17, -0.14)):
        one = kinds[int(abs(x) * 100) % 10].copy()
        one.location, one.rotation_euler = (x, y, 0.03), (x * 20, y * 30, 1)
        bpy.context.collection.objects.link(one)
        fruit.append(one)
    for one in kinds:
        bpy.data.objects.remove(one)
    floor = box("floor", (3, 3, 0.02), (0, 0, -0.0101))
    floor.hide_render = True
    dropped(fruit, [bowl, floor], 130)
    plain_world((0.5, 0.6, 0.75), 0.08)
    window((-1.25, 0.25, 0.85), (0, 0, 0.05), size=(0.9, 1.1), power=30, colour=(1.0, 0.95, 0.88))
    window((1.6, -0.9, 0.7), (0, 0, 0.05), size=(0.8, 0.8), power=3, colour=(0.75, 0.86, 1.0))
    camera((0.1, -0.78, 0.33), (0.035, 0, 0.06), lens=62, sharp=(0.0, -0.09, 0.1), stop=3.2)
    return {"exposure": 0.75, "samples": 96}


SCENES = {"arcade": arcade, "plums": plums}
