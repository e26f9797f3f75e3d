"""What processes that are forked from one share: the more was read before they fork, the less each has of its own."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from importlib import import_module

# Of mallopt(3): how many areas the C library lends memory from. With one for each thread, what one has given back is
# no other’s. And how much may lie free at the end of one: said, it stays; unsaid, it grows with each large piece.
M_ARENA_MAX, ARENAS = -8, 2
M_TRIM_THRESHOLD, SPARE = -1, 128 * 1024
ADDRESSES = ("config.urls", "config.platform_urls", "config.unknown_urls")


def lend_from_few_arenas() -> None:
    """Where the C library is GNU’s; elsewhere nothing."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_ARENA_MAX, ARENAS)
            mallopt(M_TRIM_THRESHOLD, SPARE)


def read_ahead(modules: Iterable[str] = ()) -> None:
    """Read what each process would read for itself: these modules, addresses and translations. Then leave it where it
    is: looking through it for what nobody needs would copy it into each of them. In a process that was forked from one
    that has done so there is nothing left to do."""
    if _done:
        return
    _done.append(True)
    from django.conf import settings
    from django.urls import get_resolver
    from django.utils import translation

    from config.services import made_ahead

    # Where files lie in a bucket, its library is 20 MB.
    storage = settings.STORAGES["default"]["BACKEND"].rpartition(".")[0]
    for module in (*modules, storage, *ADDRESSES):
        import_module(module)
    for language in _languages(settings.LOCALE_PATHS, dict(settings.LANGUAGES)):
        with translation.override(language):
            translation.gettext("Sign in")
            made_ahead.make_formats(language)
            for addresses in ADDRESSES:
                # Asked for, it is made.
                get_resolver(addresses).reverse_dict  # noqa: B018
                made_ahead.make_addresses(get_resolver(addresses))
    made_ahead.make_relations()
    made_ahead.make_pages()
    gc.collect()
    plug_gaps()
    give_back()
    plug_gaps_between_large()
    gc.freeze()
    # Python looks through all that is old once a quarter more has come since it last did. What is frozen is not looked
    # at, and must not be counted: a process would gather 60,000 objects of requests that failed before it lets them go.
    gc.collect()


_done: list[bool] = []


def _languages(folders: Iterable[str | os.PathLike[str]], named: Iterable[str]) -> set[str]:
    """Those that one may choose, and other forms of them that have a catalog of their own."""
    from django.utils.translation import to_language

    return {*named, *(to_language(name) for folder in folders for name in os.listdir(folder))}


# Of pymalloc: objects of up to so many bytes lie in pools of their size.
_SIZES = re.compile(r"^ +\d+ +(\d+) +\d+ +\d+ +(\d+)$", re.M)
_POOLS = re.compile(r"^(\d+) unused pools \* (\d+) bytes", re.M)
_BYTES = sys.getsizeof(b"")
_plugs: list[object] = []


def plug_gaps() -> None:
    """Fill the gaps between small objects. What each process made first would lie in them, all over the memory that it
    shares, and each page so written to is copied; now it lies together, at the end."""
    told = _told_by_the_allocator()
    for size, gaps in _SIZES.findall(told):
        _plugs.append([_object_of(int(size)) for _gap in range(int(gaps))])
    for pools, size in _POOLS.findall(told):
        _plugs.append([_object_of(512) for _gap in range(int(pools) * (int(size) // 512))])


def _object_of(size: int) -> object:
    return object() if size <= 16 else float(size) if size <= 32 else bytes(size - _BYTES)


def _told_by_the_allocator() -> str:
    """It writes to the standard error, and to nothing else."""
    with tempfile.TemporaryFile() as file:
        former = os.dup(2)
        try:
            os.dup2(file.fileno(), 2)
            sys._debugmallocstats()
        finally:
            os.dup2(former, 2)
            os.close(former)
        file.seek(0)
        return file.read().decode()


# Larger ones lie in areas of their own (its M_MMAP_THRESHOLD), and each step is what the C library rounds up to.
_LARGEST, _STEP = 127 * 1024, 16


def plug_gaps_between_large() -> None:
    """The same for objects that are larger, which the C library lends where it has a gap: each of them is taken for
    good, from the largest down. A block that lies past the end of what it has lent so far was none, and goes back.
    Where the C library is not GNU’s, nothing."""
    libc = ctypes.CDLL(None)
    if sys.platform != "linux" or not hasattr(libc, "mallopt"):
        return
    libc.malloc.restype = libc.sbrk.restype = ctypes.c_void_p
    libc.malloc.argtypes, libc.free.argtypes = (ctypes.c_size_t,), (ctypes.c_void_p,)
    end = libc.sbrk(0)
    for size in range(_LARGEST, 0, -_STEP):
        while (block := libc.malloc(size)) and block < end:
            pass
        libc.free(block)


def give_back() -> None:
    """Whole pages that the C library holds free go back to the machine, rather than to each process once more."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
