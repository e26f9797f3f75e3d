"""Curves as lines: what a path of an SVG file looks like to somebody who can only draw straight."""

from __future__ import annotations

import math
import re
from itertools import pairwise

Point = tuple[float, float]

_TOKENS = re.compile(r"[MmLlHhVvCcSsQqTtAaZz]|[-+]?(?:\d*\.\d+|\d+\.?)(?:[eE][-+]?\d+)?")
_TAKES = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
# Straight pieces of a curve; drawings are seen at most twice their own size.
STEPS = 24


def flatten(path: str) -> list[tuple[list[Point], bool]]:
    """The lines of a path's `d`, each with whether it is closed."""
    walker = _Walker()
    tokens = _TOKENS.findall(path)
    at, command = 0, ""
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        count = _TAKES[command.lower()]
        walker.step(command, [float(token) for token in tokens[at : at + count]])
        at += count
        # Further pairs after a move are lines.
        command = {"m": "l", "M": "L"}.get(command, command)
    return [(points, closed) for points, closed in walker.lines if len(points) > 1]


class _Walker:
    """A pen that follows a path's commands."""

    def __init__(self) -> None:
        self.lines: list[tuple[list[Point], bool]] = []
        self.here: Point = (0.0, 0.0)
        self.handle: Point | None = None
        self.last = ""

    def step(self, command: str, numbers: list[float]) -> None:
        kind = command.lower()
        from_here = self.here if command.islower() else (0.0, 0.0)
        follows = {"c": "cs", "s": "cs", "q": "qt", "t": "qt"}.get(kind, "")
        handle = self.handle if self.last in follows else None
        self.handle = None
        if kind == "z":
            points, _closed = self.lines[-1]
            self.lines[-1] = (points, True)
            self.here = points[0]
        elif kind == "h":
            self._to((from_here[0] + numbers[0], self.here[1]))
        elif kind == "v":
            self._to((self.here[0], from_here[1] + numbers[0]))
        elif kind == "a":
            end = (from_here[0] + numbers[5], from_here[1] + numbers[6])
            for point in _arc(self.here, numbers, end):
                self._to(point)
        else:
            points = [
                (from_here[0] + x, from_here[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)
            ]
            self._curve(kind, points, handle)
        self.last = kind

    def _curve(self, kind: str, points: list[Point], handle: Point | None) -> None:
        if kind == "m":
            self.lines.append(([points[0]], False))
            self.here = points[0]
            return
        if kind in "st":
            mirrored = (
                self.here if handle is None else (2 * self.here[0] - handle[0], 2 * self.here[1] - handle[1])
            )
            points = [mirrored, *points]
        if kind != "l":
            self.handle = points[-2]
        for point in _bezier([self.here, *points]) if kind != "l" else points:
            self._to(point)

    def _to(self, point: Point) -> None:
        if not self.lines or self.lines[-1][1]:
            self.lines.append(([self.here], False))
        self.lines[-1][0].append(point)
        self.here = point


def _bezier(controls: list[Point]) -> list[Point]:
    """Points of a Bézier curve of any degree, without its start."""
    degree = len(controls) - 1
    points = []
    for step in range(1, STEPS + 1):
        t = step / STEPS
        shares = [math.comb(degree, i) * t**i * (1 - t) ** (degree - i) for i in range(degree + 1)]
        points.append(
            (
                sum(share * x for share, (x, _y) in zip(shares, controls, strict=True)),
                sum(share * y for share, (_x, y) in zip(shares, controls, strict=True)),
            )
        )
    return points


def _arc(start: Point, numbers: list[float], end: Point) -> list[Point]:
    """Points of an upright elliptical arc, without its start (SVG 1.1, F.6.5; ours turn none)."""
    rx, ry, large, sweep = abs(numbers[0]), abs(numbers[1]), bool(numbers[3]), bool(numbers[4])
    if start == end or not rx or not ry:
        return [end]
    half = ((start[0] - end[0]) / 2, (start[1] - end[1]) / 2)
    reach = (half[0] / rx) ** 2 + (half[1] / ry) ** 2
    if reach > 1:
        rx, ry, reach = rx * math.sqrt(reach), ry * math.sqrt(reach), 1.0
    factor = math.sqrt(max(0.0, 1 / reach - 1)) * (-1 if large == sweep else 1)
    offset = (factor * rx * half[1] / ry, -factor * ry * half[0] / rx)
    centre = (offset[0] + (start[0] + end[0]) / 2, offset[1] + (start[1] + end[1]) / 2)
    first = math.atan2((half[1] - offset[1]) / ry, (half[0] - offset[0]) / rx)
    turn = math.atan2((-half[1] - offset[1]) / ry, (-half[0] - offset[0]) / rx) - first
    if sweep and turn < 0:
        turn += 2 * math.pi
    elif not sweep and turn > 0:
        turn -= 2 * math.pi
    steps = 2 * STEPS
    angles = [first + turn * step / steps for step in range(1, steps + 1)]
    return [(centre[0] + rx * math.cos(angle), centre[1] + ry * math.sin(angle)) for angle in angles]


def ellipse(centre: Point, rx: float, ry: float) -> list[Point]:
    angles = [2 * math.pi * step / (4 * STEPS) for step in range(4 * STEPS)]
    return [(centre[0] + rx * math.cos(angle), centre[1] + ry * math.sin(angle)) for angle in angles]


def rounded(corner: Point, width: float, height: float, radius: float) -> list[Point]:
    """A rectangle with round corners."""
    (x, y), radius = corner, min(radius, width / 2, height / 2)
    if not radius:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    centres = [
        (x + width - radius, y + height - radius),
        (x + radius, y + height - radius),
        (x + radius, y + radius),
        (x + width - radius, y + radius),
    ]
    points = []
    for quarter, (cx, cy) in enumerate(centres):
        for step in range(STEPS + 1):
            angle = math.pi / 2 * (quarter + step / STEPS)
            points.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return points


def dashed(points: list[Point], dashes: list[float]) -> list[list[Point]]:
    """A line cut into dashes; `dashes` are the lengths of strokes and gaps in turn."""
    pieces: list[list[Point]] = [[points[0]]]
    number, left = 0, dashes[0]
    for start, end in pairwise(points):
        length, gone = math.dist(start, end), 0.0
        while length - gone > left:
            gone += left
            share = gone / length
            cut = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            number += 1
            left = dashes[number % len(dashes)]
            if number % 2:
                pieces[-1].append(cut)
            else:
                pieces.append([cut])
        left -= length - gone
        if number % 2 == 0:
            pieces[-1].append(end)
    return [piece for piece in pieces if len(piece) > 1]
