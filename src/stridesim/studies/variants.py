"""Who is compared: runner files, a file of variants, and `--variant`, to named runners.

runner = "me.toml"              # of every variant that names none; relative to this file
[set]                           # holds for all
task.speed = "12 km/h"
[[variant]]
name = "as measured"
[[variant]]
name = "stiffer tendons"
set = { tendon.stiffness_scale = 1.2 }
[[variant]]
name = "a friend"
runner = "friend.toml"
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stridesim.economy.compared import Variant
from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.toml import SHIPPED, flatten, read_toml

_PATH: Final = r"[A-Za-z_][\w.]*\s*="
_NAMED: Final = re.compile(rf"(?:(?P<name>[^=]*?):)?\s*(?P<rest>{_PATH}.*)", re.DOTALL)
_BETWEEN: Final = re.compile(rf",\s*(?={_PATH})")
_KEYS: Final = ("runner", "set", "variant")
_VARIANT_KEYS: Final = ("name", "runner", "set")
MOST: Final = 12
"""Variants side by side; more are a sweep."""


def parse_variant(text: str) -> tuple[str, dict[str, str]]:
    """`"stiff: tendon.stiffness_scale=1.2, leg.loss=0.1"` to its name and settings.

    Without a name the settings are the name. Raises `InputError`.
    """
    matched = _NAMED.fullmatch(text.strip())
    if matched is None:
        raise InputError(
            f"variant = {text!r}: expected 'NAME: PATH=VALUE, PATH=VALUE', such as "
            "'stiffer tendons: tendon.stiffness_scale=1.2'"
        )
    settings: dict[str, str] = {}
    for part in _BETWEEN.split(matched["rest"]):
        path, _, value = part.partition("=")
        if not value.strip():
            raise InputError(f"variant = {text!r}: {path.strip()} has no value")
        settings[path.strip()] = value.strip()
    return (matched["name"] or "").strip() or matched["rest"].strip(), settings


def variants_of(
    files: Sequence[Path], settings: Mapping[str, str], written: Sequence[str]
) -> list[Variant]:
    """Everybody who is compared, the reference first. Raises `InputError` for less than two.

    `settings` hold for all; what a variant sets itself wins.
    """
    found = everybody_of(files, settings, written)
    check_number(found)
    return found


def everybody_of(
    files: Sequence[Path], settings: Mapping[str, str], written: Sequence[str]
) -> list[Variant]:
    """As `variants_of`, of any number; nobody where neither a file nor a variant is given."""
    found: list[Variant] = []
    for file in files or ([None] if written else []):
        found += _of_file(file, settings)
    for text in written:
        name, own = parse_variant(text)
        runner = _set(found[0].runner, own, f"variant {name!r}")
        found.append(Variant(name, runner, own, found[0].file))
    return _with_names_of_their_own(found)


def check_number(found: Sequence[Variant]) -> None:
    """`InputError` for less than two variants, or more than can stand side by side."""
    if len(found) < 2:
        raise InputError(
            "compare: two are needed; give two runner files, a --variant 'NAME: PATH=VALUE', or a "
            "file with tables [[variant]]"
        )
    if len(found) > MOST:
        raise InputError(f"compare: {len(found)} variants; at most {MOST} are permitted, more are "
                         "a sweep ('stridesim sweep run')")  # fmt: skip


def _of_file(file: Path | None, settings: Mapping[str, str]) -> list[Variant]:
    """One runner, or the variants of a file that lists them."""
    shipped = file is None or str(file) == SHIPPED
    if file is not None and not shipped and file.suffix.lower() == ".toml":
        tables = read_toml(file)
        if "variant" in tables:
            return _of_variants_file(file, tables, settings)
    runner = Runner.load(file)
    changed = _set(runner, settings, "set")
    return [Variant(runner.name, changed, {}, None if shipped else str(file))]


def _of_variants_file(
    file: Path, tables: Mapping[str, Any], settings: Mapping[str, str]
) -> list[Variant]:
    _check_keys(tables, _KEYS, str(file))
    shared = _settings(tables.get("set", {}), f"{file}: set")
    listed = tables["variant"]
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise InputError(f"{file}: variant: expected tables [[variant]]")
    found = []
    for i, one in enumerate(listed):
        place = f"{file}: variant[{i}]"
        _check_keys(one, _VARIANT_KEYS, place)
        named = one.get("runner", tables.get("runner", SHIPPED))
        if not isinstance(named, str):
            raise InputError(f"{place}: runner = {named!r}: expected the name of a runner file")
        own = _settings(one.get("set", {}), f"{place}: set")
        source = None if named == SHIPPED else file.parent / named
        runner = Runner.load(source)
        name = one.get("name", ", ".join(f"{k} = {v}" for k, v in own.items()) or runner.name)
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"{place}: name = {name!r}: expected text")
        runner = _set(runner, {**shared, **settings, **own}, place)
        found.append(Variant(name.strip(), runner, own, None if source is None else str(source)))
    return found


def _check_keys(table: Mapping[str, Any], permitted: Sequence[str], place: str) -> None:
    unknown = [key for key in table if key not in permitted]
    if unknown:
        raise InputError(f"{place}: unknown key {unknown[0]!r}; permitted: {', '.join(permitted)}")


def _settings(table: Any, place: str) -> dict[str, str]:
    if not isinstance(table, Mapping):
        raise InputError(f"{place} = {table!r}: expected a table, such as {{ hip.strength = 0.9 }}")
    return {path: str(value) for path, value in flatten(table).items()}


def _set(runner: Any, settings: Mapping[str, str], place: str) -> Any:
    try:
        return apply_overrides(runner, settings)
    except InputError as error:
        raise InputError(str(error) if place == "set" else f"{place}: {error}") from None


def _with_names_of_their_own(found: list[Variant]) -> list[Variant]:
    """Two runners of one name are told apart by their files, and else by their number."""
    counts = Counter(one.name for one in found)
    named = [
        one._replace(name=Path(one.file).stem) if counts[one.name] > 1 and one.file else one
        for one in found
    ]
    seen: Counter[str] = Counter()
    told = []
    for one in named:
        seen[one.name] += 1
        again = seen[one.name] > 1
        told.append(one._replace(name=f"{one.name} ({seen[one.name]})") if again else one)
    return told
