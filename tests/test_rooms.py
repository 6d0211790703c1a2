"""Folders, modules and README's map of them keep the bars that make the sources easy to find."""

import ast
import re
import statistics
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / ".github" / "ARCHITECTURE.md").read_text(encoding="utf-8")
DOCUMENTS = [
    "README.md",
    ".github/ARCHITECTURE.md",
    ".github/CONTRIBUTING.md",
    "packaging/README.md",
    "packaging/bundled_model/README.md",
    "tests/benchmarks/README.md",
]
FOREIGN_NAMES = {"NumPy", "PortAudio"}
FILES = sorted(file for name in ("app", "core") for file in (ROOT / name).rglob("*.py"))
PACKAGES = [file.parent for file in FILES if file.name == "__init__.py"]
MODULES = [file for file in FILES if file.name != "__init__.py"]
LONGEST_README = 160
MOST_MODULES = 15
LONGEST_MODULE, LONGEST_FUNCTION = 350, 50
SHORT_MODULE, MOST_SHORT_MODULES = 40, 30
MEDIAN_LINES = (80, 160)


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def mapped_paths() -> list[str]:
    """Paths that README's map names, in its order; folders may share a line with their parent."""
    block = README.partition("## How it is built")[2].split("```")[1]
    parents: list[str] = []
    paths: list[str] = []
    for line in filter(None, block.splitlines()):
        name, _, text = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip())) // 2
        del parents[depth:]
        paths.append("/".join([*parents, name.rstrip("/")]))
        parents.append(name.rstrip("/"))
        if parents[0] in ("app", "core"):
            paths += ["/".join([*parents, inner]) for inner in re.findall(r"\b(\w+)/(?!\w)", text)]
    return paths


def layer_orders() -> list[list[set[str]]]:
    """Layers of every import contract, upper ones first, as sets of paths."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = [one for one in config["tool"]["importlinter"]["contracts"] if "layers" in one]
    return [
        [
            {
                f"{container}.{part.strip()}".strip(".").replace(".", "/")
                for part in layer.split("|")
            }
            for layer in contract["layers"]
        ]
        for contract in contracts
        for container in contract.get("containers", [""])
    ]


def names_of_classes() -> dict[str, set[str]]:
    """Methods and attributes of every class in app and core, by the class's name."""
    names: dict[str, set[str]] = {}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                inner = names.setdefault(node.name, set())
                inner |= {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
                inner |= {
                    target.id
                    for part in node.body
                    if isinstance(part, ast.Assign)
                    for target in part.targets
                    if isinstance(target, ast.Name)
                }
    return names


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= LONGEST_README


def test_paths_in_readmes_map_exist() -> None:
    paths = mapped_paths()

    assert len(paths) > len(PACKAGES)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_readmes_map_names_every_package() -> None:
    assert {relative(package) for package in PACKAGES} - set(mapped_paths()) == set()


def test_readmes_map_follows_the_import_contracts() -> None:
    paths = mapped_paths()
    for layers in layer_orders():
        level = {path: number for number, layer in enumerate(layers) for path in layer}
        found = [
            level[path.removesuffix(".py")] for path in paths if path.removesuffix(".py") in level
        ]
        assert found == sorted(found), layers


@pytest.mark.parametrize("document", DOCUMENTS)
def test_linked_files_exist(document: str) -> None:
    file = ROOT / document
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))

    assert [link for link in links if not (file.parent / link).exists()] == []


def test_architecture_names_classes_and_methods_that_exist() -> None:
    classes = names_of_classes()
    dotted = re.findall(r"\b([A-Z][a-z]\w*)\.(\w+)", ARCHITECTURE)
    compound = set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", ARCHITECTURE)) - FOREIGN_NAMES

    assert compound - classes.keys() == set()
    assert [f"{name}.{inner}" for name, inner in dotted if inner not in classes.get(name, ())] == []


def test_architecture_names_functions_and_files_that_exist() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    names = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", sources)) | {file.stem for file in FILES}
    known = [relative(path) for path in (*FILES, *PACKAGES)]
    mentioned = re.findall(r"(?<![\w/.])(?:\w+/)+\w+(?:\.py)?\b", ARCHITECTURE)
    mentioned = [path for path in mentioned if not (ROOT / path).exists()]

    assert set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", ARCHITECTURE)) - names <= {"test_rooms"}
    assert [path for path in mentioned if not any(one.endswith(f"/{path}") for one in known)] == []


def test_folders_hold_at_most_15_modules() -> None:
    held = Counter(relative(module.parent) for module in MODULES)

    assert {folder: count for folder, count in held.items() if count > MOST_MODULES} == {}


def test_modules_are_neither_long_nor_crumbs() -> None:
    lengths = {relative(module): lines(module) for module in MODULES}
    short = [name for name, length in lengths.items() if length < SHORT_MODULE]

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}
    assert len(short) <= MOST_SHORT_MODULES, short
    assert MEDIAN_LINES[0] <= statistics.median(lengths.values()) <= MEDIAN_LINES[1]


def test_functions_are_short() -> None:
    found = [(relative(file), *function) for file in FILES for function in functions(file)]

    assert [one for one in found if one[2] > LONGEST_FUNCTION] == []


def test_no_two_modules_share_a_name() -> None:
    counts = Counter(module.name for module in MODULES)

    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("package", PACKAGES, ids=relative)
def test_a_package_says_in_one_sentence_what_it_is(package: Path) -> None:
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))

    assert text
    assert len(re.findall(r"[.!?](?:\s|$)", text)) == 1, text
    assert text.endswith(".")
