"""What the scenes are built of: a clean stage, a camera with a depth of field, light, materials, rough surfaces."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import bpy
import numpy as np

Colour = tuple[float, float, float]
WIDTH, HEIGHT = 1280, 800


def clear() -> None:
    """An empty file, rendered by Cycles on the processor."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.seed = 7
    scene.cycles.max_bounces = 8
    scene.view_settings.view_transform = "AgX"


def camera(
    place: Sequence[float],
    aim: Sequence[float],
    *,
    lens: float = 50,
    sharp: Sequence[float] | None = None,
    stop: float = 0,
) -> Any:
    """A camera that looks at `aim`; with `stop` (its f-number) only what is as far as `sharp` is sharp."""
    from mathutils import Vector

    data = bpy.data.cameras.new("camera")
    data.lens = lens
    one = bpy.data.objects.new("camera", data)
    one.location = place
    one.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(one)
    bpy.context.scene.camera = one
    data.clip_end = 20_000
    if stop:
        data.dof.use_dof = True
        data.dof.aperture_fstop = stop
        data.dof.aperture_blades = 0
        data.dof.focus_distance = (Vector(sharp or aim) - Vector(place)).length
    return one


def sky(*, height: float, turn: float, strength: float = 1.0, dust: float = 1.0, disc: bool = True) -> None:
    """The sky with the sun at this height and direction, in degrees."""
    tree = bpy.context.scene.world.node_tree
    node = tree.nodes.new("ShaderNodeTexSky")
    node.sky_type = "MULTIPLE_SCATTERING"
    node.sun_elevation = math.radians(height)
    node.sun_rotation = math.radians(turn)
    node.sun_disc = disc
    node.aerosol_density = dust
    back = tree.nodes["Background"]
    back.inputs["Strength"].default_value = strength
    tree.links.new(node.outputs["Color"], back.inputs["Color"])


def plain_world(colour: Colour, strength: float = 1.0) -> None:
    back = bpy.context.scene.world.node_tree.nodes["Background"]
    back.inputs["Color"].default_value = (*colour, 1)
    back.inputs["Strength"].default_value = strength


def window(
    place: Sequence[float], aim: Sequence[float], *, size: tuple[float, float], power: float, colour: Colour
) -> None:
    """An area of light, as a window or a lamp is one."""
    from mathutils import Vector

    data = bpy.data.lights.new("window", "AREA")
    data.shape, data.size, data.size_y = "RECTANGLE", *size
    data.energy, data.color = power, colour
    one = bpy.data.objects.new("window", data)
    one.location = place
    one.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(one)


class Stuff:
    """A material and its nodes, by short words."""

    def __init__(self, name: str, **values: Any) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.surface = self.tree.nodes["Principled BSDF"]
        for key, value in values.items():
            self.set(self.surface, key.replace("_", " ").title().replace("Ior", "IOR"), value)

    @staticmethod
    def set(node: Any, key: str, value: Any) -> None:
        node.inputs[key].default_value = (
            (*value, 1) if isinstance(value, tuple) and len(value) == 3 else value
        )

    def node(self, kind: str, **inputs: Any) -> Any:
        one = self.tree.nodes.new(f"ShaderNode{kind}")
        for key, value in inputs.items():
            self.put(one, key.replace("_", " "), value)
        return one

    def put(self, node: Any, key: str, value: Any) -> None:
        """A value into an input, or what comes out of another node."""
        key = "Factor" if key == "Fac" and "Factor" in node.inputs else key
        if hasattr(value, "is_output"):
            self.tree.links.new(value, node.inputs[key])
        else:
            self.set(node, key, value)

    def where(self, *, scale: Sequence[float] = (1, 1, 1), kind: str = "Object") -> Any:
        """Where a point of the thing is, stretched."""
        place = self.node("TexCoord").outputs[kind]
        stretched = self.node("Mapping", Vector=place)
        stretched.inputs["Scale"].default_value = scale
        return stretched.outputs["Vector"]

    def noise(
        self, where: Any, scale: float, *, detail: float = 8, rough: float = 0.55, warp: float = 0
    ) -> Any:
        return self.node(
            "TexNoise", Vector=where, Scale=scale, Detail=detail, Roughness=rough, Distortion=warp
        ).outputs[0]

    def ramp(self, value: Any, *stops: tuple[float, Colour]) -> Any:
        one = self.node("ValToRGB", Fac=value)
        line = one.color_ramp
        while len(line.elements) < len(stops):
            line.elements.new(1)
        for element, (at, colour) in zip(line.elements, stops, strict=True):
            element.position, element.color = at, (*colour, 1)
        return one.outputs["Color"]

    def mixed(self, share: Any, one: Any, other: Any, *, how: str = "MIX") -> Any:
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type, node.blend_type = "RGBA", how
        for place, value in ((0, share), (6, one), (7, other)):
            if hasattr(value, "is_output"):
                self.tree.links.new(value, node.inputs[place])
            else:
                node.inputs[place].default_value = value if place == 0 else (*value, 1)
        return node.outputs[2]

    def maths(self, how: str, one: Any, other: Any = 0.0) -> Any:
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = how
        for place, value in ((0, one), (1, other)):
            if hasattr(value, "is_output"):
                self.tree.links.new(value, node.inputs[place])
            else:
                node.inputs[place].default_value = value
        return node.outputs[0]

    def into(self, **inputs: Any) -> Stuff:
        for key, value in inputs.items():
            self.put(self.surface, key.replace("_", " ").replace("Ior", "IOR"), value)
        return self

    def bumps(self, height: Any, *, strength: float, distance: float) -> Stuff:
        node = self.node("Bump", Height=height, Strength=strength, Distance=distance)
        return self.into(Normal=node.outputs["Normal"])

    def on(self, *things: Any) -> Stuff:
        for one in things:
            one.data.materials.clear()
            one.data.materials.append(self.material)
        return self


def mesh(name: str, points: Any, faces: Any, *, smooth: bool = True) -> Any:
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(p) for p in points], [], [tuple(f) for f in faces])
    if smooth:
        data.shade_smooth()
    one = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(one)
    return one


def ground(
    side: float, steps: int, height: Callable[[Any, Any], Any], *, middle: Sequence[float] = (0, 0)
) -> Any:
    """A square of land, as high everywhere as `height` says of all x and y at once."""
    line = np.linspace(-side / 2, side / 2, steps)
    x, y = np.meshgrid(line + middle[0], line + middle[1])
    points = np.stack((x, y, height(x, y)), axis=-1).reshape(-1, 3)
    number = np.arange(steps * steps).reshape(steps, steps)
    corners = (number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1])
    faces = np.stack(corners, axis=-1).reshape(-1, 4)
    data = bpy.data.meshes.new("ground")
    data.vertices.add(len(points))
    data.vertices.foreach_set("co", points.astype(np.float32).ravel())
    data.loops.add(faces.size)
    data.loops.foreach_set("vertex_index", faces.astype(np.int32).ravel())
    data.polygons.add(len(faces))
    data.polygons.foreach_set("loop_start", np.arange(0, faces.size, 4, dtype=np.int32))
    data.update(calc_edges=True)
    data.shade_smooth()
    one = bpy.data.objects.new("ground", data)
    bpy.context.collection.objects.link(one)
    return one


def turned(name: str, outline: Sequence[tuple[float, float]], *, steps: int = 96, soft: int = 2) -> Any:
    """What a potter's wheel makes of an outline of (radius, height)."""
    angles = [2 * math.pi * i / steps for i in range(steps)]
    points = [(r * math.cos(a), r * math.sin(a), z) for r, z in outline for a in angles]
    faces = [
        (k * steps + i, k * steps + (i + 1) % steps, (k + 1) * steps + (i + 1) % steps, (k + 1) * steps + i)
        for k in range(len(outline) - 1)
        for i in range(steps)
    ]
    one = mesh(name, points, faces)
    if soft:
        change = one.modifiers.new("soft", "SUBSURF")
        change.levels = change.render_levels = soft
    return one


def box(name: str, size: Sequence[float], place: Sequence[float], *, edge: float = 0) -> Any:
    bpy.ops.mesh.primitive_cube_add(size=1, location=place)
    one = bpy.context.object
    one.name, one.scale = name, size
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    if edge:
        change = one.modifiers.new("edge", "BEVEL")
        change.width, change.segments = edge, 4
        one.data.shade_smooth()
    return one


def render(path: str, *, samples: int, scale: float = 1, exposure: float = 0, look: str = "") -> None:
    scene = bpy.context.scene
    scene.cycles.samples = samples
    scene.view_settings.exposure = exposure
    if look:
        scene.view_settings.look = look
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    scene.render.resolution_percentage = round(100 * scale)
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
