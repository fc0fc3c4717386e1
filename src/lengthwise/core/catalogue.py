"""The folder is the registry: `tasks/arithmetic/addition.py` is the task `arithmetic/addition`, or `addition`.

Nothing registers itself. A name is looked up among file names, and only the file that answers is imported, so that a
look at the tasks never imports a model. People's own things work by file (`my_task.py` or `my_task.py:MyTask`) and
through entry points of the group `lengthwise.<axis>`; a file of rows (`data.jsonl`, `data.csv`) is a task. Views of a
task (`hinted(task=addition)`) live with the pages they serve, and are found by name but not listed as tasks.

>>> find("numberings", "RandomStart").__name__, find("numberings", "random_start").__name__
('RandomStart', 'RandomStart')
>>> find("tasks", "additoin")
Traceback (most recent call last):
    ...
lengthwise.core.errors.UnknownName: no task is called 'additoin'; did you mean 'addition'...
"""

import ast
import difflib
import importlib
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lengthwise.core.errors import ConfigError, MissingExtra, UnknownName
from lengthwise.core.own import name_of, path_of

PACKAGE = Path(__file__).parents[1]
# What brings a package that may be missing.
EXTRA_OF = {
    "torch": "torch",
    "safetensors": "torch",
    "jaxtyping": "torch",
    "transformers": "hf",
    "pyarrow": "data",
    "datasets": "data",
    "matplotlib": "plot",
    "tensorboard": "track",
}


class Axis(NamedTuple):
    """One axis: what one of its things is called, its folder, and a method without which a class is not one of them.

    `beside` are files of other rooms that hold one of its things each, made of another thing; `rows` is the file whose
    class a file of rows is.
    """

    word: str
    folder: str
    method: str = ""
    beside: tuple[str, ...] = ()
    rows: str = ""


AXES = {
    "tasks": Axis(
        "task",
        "tasks",
        beside=("lines/hinted.py", "lines/coupling/automatic.py"),
        rows="evaluation/datafile.py",
    ),
    "traces": Axis("trace", "lines/traces"),
    "layouts": Axis("layout", "lines/layouts"),
    "numberings": Axis("numbering", "lines/numberings"),
    "promptings": Axis("prompting", "prompting"),
    "solvers": Axis("solver", "solvers"),
    "models": Axis("model", "models", method="build"),
    "encodings": Axis("encoding", "models/positions"),
    "attention": Axis("attention", "models/attention"),
    "recipes": Axis("recipe", "training/recipes"),
    "studies": Axis("study", "studies"),
}


def find(axis: str, name: str) -> Any:
    """The class (or function, or study) that `name` stands for on this axis.

    The name is a file's (`addition`, `arithmetic/addition`), its class's (`Addition`, `RoPE`), an entry point's, or a
    path `my_task.py:MyTask`; for the path of a file of rows it is the task of these rows. A name that nothing answers
    to raises UnknownName with near ones.
    """
    kind = axis_named(axis)
    if _is_file(name):
        return _from_file(name)
    if kind.rows and is_rows(name):
        return _in_file(kind.rows)(name)
    wanted = _plain(name)
    built_in = [full for full in _files(axis) if _plain(full) == wanted or _plain(full).endswith(f"/{wanted}")]
    exact = [full for full in built_in if _plain(full) == wanted]
    outside = [entry for entry in _entries(axis) if entry.name == name]
    found = exact or built_in
    if len(found) + len(outside) > 1:
        both = ", ".join([*found, *(f"{entry.name} ({entry.value})" for entry in outside)])
        raise UnknownName(f"{name!r} is more than one {kind.word}: {both}; write the whole name")
    if found:
        return _public(_imported(_files(axis)[found[0]]), found[0].rsplit("/", 1)[-1])
    if outside:
        return _loaded(outside[0])
    beside = {_plain(Path(file).stem): file for file in kind.beside}
    if wanted in beside:
        return _in_file(beside[wanted])
    stems = [Path(file).stem for file in kind.beside]
    raise unknown(kind.word, name, [*(short(axis, full) for full in names(axis)), *stems])


def names(axis: str) -> tuple[str, ...]:
    """All full names on this axis, in order; nothing is imported."""
    axis_named(axis)
    return tuple(sorted({*_files(axis), *(entry.name for entry in _entries(axis))}))


def is_rows(name: str) -> bool:
    """Whether a name is the path of a file of rows, which is a task as it is."""
    return name.endswith((".jsonl", ".csv"))


def short(axis: str, full: str) -> str:
    """The last part of a full name where that is unique on the axis, else the full name."""
    last = full.rsplit("/", 1)[-1]
    return last if sum(other.rsplit("/", 1)[-1] == last for other in names(axis)) == 1 else full


def reference(thing: Any) -> str | None:
    """The text under which `resolve` gives this class or function back (`tasks/arithmetic/addition`), or None.

    >>> reference(find("tasks", "addition"))
    'tasks/arithmetic/addition'
    """
    module, own = getattr(thing, "__module__", ""), getattr(thing, "__name__", "")
    file = path_of(module)
    if file is not None:
        return f"{file.as_posix()}:{own}"
    for axis, kind in AXES.items():
        prefix = f"lengthwise.{kind.folder.replace('/', '.')}."
        full = module.removeprefix(prefix).replace(".", "/")
        if module.startswith(prefix) and full in _files(axis) and _plain(own) == _plain(full.rsplit("/", 1)[-1]):
            return f"{axis}/{full}"
        for entry in _entries(axis):
            if entry.value == f"{module}:{own}":
                return f"{axis}/{entry.name}"
    return None


def resolve(text: str) -> Any:
    """The class or function that a `reference` stands for."""
    if _is_file(text):
        return _from_file(text)
    axis, _, name = text.partition("/")
    return find(axis, name)


def axis_named(axis: str) -> Axis:
    """The axis of this name, or UnknownName."""
    if axis not in AXES:
        raise unknown("axis", axis, AXES)
    return AXES[axis]


def unknown(word: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error for a misspelt name: what was given, what is near, and the list."""
    known = list(known)
    by_plain = {_plain(candidate): candidate for candidate in known}
    wanted = _plain(name.rsplit("/", 1)[-1])
    near = [by_plain[plain] for plain in difflib.get_close_matches(wanted, by_plain, n=3, cutoff=0.6)]
    guess = f"; did you mean {' or '.join(map(repr, near))}?" if near else ";"
    return UnknownName(f"no {word} is called {name!r}{guess} there are: {', '.join(known) or 'none'}")


# -- the package's own files ------------------------------------------------------------------------------------------


@cache
def _files(axis: str) -> dict[str, str]:
    """Full name -> module, for every file of the axis's folder that defines what it is named after."""
    kind = AXES[axis]
    root = PACKAGE / kind.folder
    found = {}
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        is_model_file = len(parts) == 1 or not kind.method
        if not any(part.startswith("_") for part in parts) and is_model_file and _defines(file, kind.method):
            found["/".join(parts)] = ".".join(("lengthwise", *kind.folder.split("/"), *parts))
    return found


def _defines(file: Path, method: str) -> bool:
    """Whether a file holds something public of its own name (a helper beside the tasks does not), by its text alone.

    A Protocol, which says what the others have, is none of them.
    """
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and _plain(node.name) == _plain(file.stem):
            return not method or (
                any(isinstance(part, ast.FunctionDef) and part.name == method for part in node.body)
                and not any(isinstance(base, ast.Name) and base.id == "Protocol" for base in _bases(node))
            )
        if _plain(file.stem) in {_plain(name) for name in _assigned(node)}:
            return not method
    return False


def _bases(node: ast.ClassDef | ast.FunctionDef) -> list[ast.expr]:
    return node.bases if isinstance(node, ast.ClassDef) else []


def _assigned(node: ast.stmt) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return (target.id for target in targets if isinstance(target, ast.Name))


def _plain(name: str) -> str:
    """RandomStart, random_start and random-start are one name; so are RoPE and rope."""
    return name.lower().replace("_", "").replace("-", "")


def _imported(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        top = (error.name or "").split(".")[0]
        if top in EXTRA_OF:
            raise MissingExtra(top, EXTRA_OF[top]) from error
        raise


def _public(module: ModuleType, stem: str) -> Any:
    """What the file is named after: the class, function or value whose name is the file's."""
    return next(
        value for name, value in vars(module).items() if not name.startswith("_") and _plain(name) == _plain(stem)
    )


def _in_file(file: str) -> Any:
    """What a file of the package is named after."""
    path = Path(file).with_suffix("")
    return _public(_imported(".".join(("lengthwise", *path.parts))), path.name)


# -- entry points and people's own files ------------------------------------------------------------------------------


@cache
def _entries(axis: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=f"lengthwise.{axis}"))


def _loaded(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:
        raise ConfigError(
            f"the entry point {entry.name!r} ({entry.value}) cannot be loaded: {type(error).__name__}: {error}; "
            "mend or uninstall the package that brings it"
        ) from error


def _is_file(name: str) -> bool:
    return name.endswith(".py") or ".py:" in name


def _from_file(name: str) -> Any:
    """`path.py`, if it has one public class, or `path.py:Class`. The file is imported: it is code that runs."""
    path_text, _, wanted = name.partition(".py")
    path, wanted = Path(f"{path_text}.py"), wanted.removeprefix(":")
    if not path.is_file():
        raise UnknownName(f"there is no file {path} (looked in {Path.cwd()}); give a path to a .py file, or a name")
    module = _module_at(path)
    own = {key: value for key, value in vars(module).items() if isinstance(value, type) and _is_own(value, module)}
    if wanted:
        if wanted not in own:
            raise unknown(f"class in {path}", wanted, own)
        return own[wanted]
    named = [value for key, value in own.items() if _plain(key) == _plain(path.stem)] or list(own.values())
    if len(named) != 1:
        raise UnknownName(f"{path} has {len(own)} public classes ({', '.join(own) or 'none'}); name one: {path}:Class")
    return named[0]


def _is_own(value: type, module: ModuleType) -> bool:
    return value.__module__ == module.__name__ and not value.__name__.startswith("_")


def _module_at(path: Path) -> ModuleType:
    """Import a file once; again only if it has changed since."""
    where = path.resolve()
    mark = blake2b(f"{where}:{where.stat().st_mtime_ns}".encode(), digest_size=6).hexdigest()
    name = name_of(path, mark)
    if name in sys.modules:
        return sys.modules[name]
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # a script that calls sys.exit would end this program without a word
        raise ConfigError(f"{path} cannot be imported: {type(error).__name__}: {error}; mend the file") from error
