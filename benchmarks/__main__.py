"""Runs the benchmarks: `python -m benchmarks [NAME ...]`; without names, all but the fuzz campaign.

A single one may be given options of its own: `python -m benchmarks fuzz --inputs 10000`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import platform
import sys

import benchmarks


def main(words: list[str]) -> int:
    """Runs each benchmark's `run()` and prints its table; 1 when a campaign failed, 2 for a name that is none."""
    modules = pkgutil.iter_modules(benchmarks.__path__)
    benchmark_names = sorted(info.name for info in modules if not info.name.startswith("_"))
    first = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    names, options = words[:first], words[first:]
    if not names and {"-h", "--help"} & set(options):
        print(__doc__.strip(), "", *(f"{name:<16} {_purpose(name)}" for name in benchmark_names), sep="\n")
        return 0
    unknown = set(names) - set(benchmark_names)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(benchmark_names)}")
        return 2
    print(
        f"{platform.processor() or platform.machine()}, {benchmarks.cores()} cores, Python {platform.python_version()}"
    )
    failed = 0
    for name in names or benchmark_names:
        module = importlib.import_module(f"benchmarks.{name}")
        if options and not inspect.signature(module.run).parameters:
            print(f"{name} takes no options; its size is set as its first lines say: benchmarks/{name}.py")
            return 2
        if not names and hasattr(module, "BY_NAME_ONLY"):
            continue
        print(f"\n{name}: {_purpose(name)}", flush=True)
        try:
            for what, value, target in module.run(options) if options else module.run():
                print(f"  {what:<58} {value:>14}   {target}", flush=True)
        except benchmarks.CampaignFailedError as error:
            print(f"  failed: {error}", flush=True)
            failed = 1
    return failed


def _purpose(name: str) -> str:
    return (importlib.import_module(f"benchmarks.{name}").__doc__ or "").splitlines()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
