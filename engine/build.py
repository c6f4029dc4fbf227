"""Builds the engine when the package is built: with the C compiler there is, or with Zig's.

Where neither is to be had the package is pure Python, which gives the same answers and says once
how to get the engine. For hatchling; ``python engine/build.py`` builds it into ``src`` for work on
the engine itself.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "src" / "netralitas_nlp"
MISSING = (
    "netralitas_nlp: no C compiler found, so texts are read in Python (the same answers, slower). "
    "For the engine install gcc or clang, or run: pip install ziglang; then install again."
)
# What ziglang has wheels for.
_ZIG = "x86_64 AMD64 aarch64 arm64 ARM64 i686 armv7l ppc64le riscv64 s390x".split()
_FLAGS = ["-std=c11", "-O2", "-ffp-contract=off", "-DNDEBUG", "-fPIC", "-shared"]
_SECONDS = 300


def file_name() -> str:
    """Return the name of the built module: one for every version of Python from 3.11."""
    return "_engine.pyd" if os.name == "nt" else "_engine.abi3.so"


def compilers() -> list[list[str]]:
    """Return the commands that may compile C here, the wanted one first."""
    named = [shlex.split(os.environ["CC"])] if os.environ.get("CC") else []
    found = [[name] for name in ("cc", "gcc", "clang") if shutil.which(name)]
    zig = [[sys.executable, "-m", "ziglang", "cc"]] if importlib.util.find_spec("ziglang") else []
    return named + found + zig


def compile_with(command: list[str], out: Path) -> str:
    """Compile the engine and load it; return what went wrong, ``""`` if nothing."""
    sources = sorted(str(path) for path in HERE.glob("*.c"))
    more = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
    if os.name == "nt":
        more = [str(Path(sys.base_prefix, "libs", "python3.lib"))]
    elif sys.platform != "darwin":
        more = ["-lm"]
    include = f"-I{sysconfig.get_path('include')}"
    call = [*command, *_FLAGS, include, *sources, *more, "-o", str(out)]
    load = (
        "import importlib.util as u, sys; s = u.spec_from_file_location('_engine', sys.argv[1]); "
        "s.loader.exec_module(u.module_from_spec(s))"
    )
    for step in (call, [sys.executable, "-c", load, str(out)]):
        try:
            done = subprocess.run(
                step, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode:
            return done.stderr.strip() or f"{step[0]} ended with {done.returncode}"
    return ""


def build(out: Path) -> list[str]:
    """Build the engine into a folder; return what went wrong with each compiler, the last good."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / file_name()
        for command in compilers():
            problem = compile_with(command, made)
            if not problem:
                out.mkdir(parents=True, exist_ok=True)
                # Not in place: a process may have the old one loaded.
                temporary = out / f".{file_name()}.{os.getpid()}"
                shutil.copyfile(made, temporary)
                temporary.replace(out / file_name())
                return []
            problems.append(f"{command[0]}: {problem.splitlines()[0]}")
    return problems or [MISSING]


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script
    pass
else:

    class EngineHook(BuildHookInterface):  # type: ignore[type-arg]
        """Puts the engine into the wheel where it can be built."""

        def dependencies(self) -> list[str]:
            """Ask for Zig's compiler where there is no other."""
            if compilers() or platform.machine() not in _ZIG:
                return []
            return ["ziglang"]

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Build; the package is pure where that fails."""
            editable = version == "editable"
            out = PACKAGE if editable else Path(tempfile.mkdtemp(prefix="netralitas-engine-"))
            problems = build(out)
            if problems:
                print(problems[-1], file=sys.stderr)
                return
            if not editable:
                build_data["force_include"][str(out / file_name())] = (
                    f"netralitas_nlp/{file_name()}"
                )
            build_data["pure_python"] = False
            import packaging.tags

            build_data["tag"] = f"cp311-abi3-{next(packaging.tags.platform_tags())}"


if __name__ == "__main__":
    failed = build(PACKAGE)
    if failed:
        sys.exit("\n".join(failed))
    print(PACKAGE / file_name())
