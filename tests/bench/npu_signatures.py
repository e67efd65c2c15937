"""The signatures of torch_npu that the Ascend backend calls: `python -m tests.bench.npu_signatures WHEEL`.

The wheel is read as a file: torch_npu cannot be imported without the driver of a device.
"""

import ast
import inspect
import json
import re
import sys
import zipfile
from pathlib import Path

RECORD = Path(__file__).with_name("npu_signatures.json")
_FUNCTIONS = {
    "npu/__init__.py": ("device_count", "is_available", "get_device_name", "get_device_properties", "mem_get_info"),
    "npu/utils.py": ("synchronize", "current_stream"),
    "npu/memory.py": ("empty_cache",),
}
_NATIVE = "torch_npu/csrc/aten/npu_native_functions_by_codegen.yaml"


def signatures_of(wheel: Path) -> dict[str, str]:
    """Each call of the backend with its parameters, as Python writes them."""
    with zipfile.ZipFile(wheel) as archive:
        read = {name: archive.read(f"torch_npu/{name}").decode() for name in (*_FUNCTIONS, "npu/streams.py")}
        switches = archive.read("torch_npu/npu/npu_config.py").decode()
        native = archive.read(_NATIVE).decode()
    found = {
        f"npu.{name}": _parameters(_function(ast.parse(read[file]), name))
        for file, names in _FUNCTIONS.items()
        for name in names
    }
    event = next(
        node
        for node in ast.parse(read["npu/streams.py"]).body
        if isinstance(node, ast.ClassDef) and node.name == "Event"
    )
    found["npu.Event"] = _parameters(_function(event, "__new__"))
    found |= {f"npu.Event.{name}": _parameters(_function(event, name)) for name in ("record", "elapsed_time")}
    cast = re.search(r"func: npu_format_cast(\(Tensor self, int acl_format.*?\)) -> Tensor", native)
    assert cast is not None
    found["npu_format_cast"] = re.sub(r"(Tensor|int\??) (?=\w)", "", cast[1])
    for name, owner in (("allow_hf32", "npu.matmul"), ("allow_internal_format", "npu.config")):
        assert f'name == "{name}"' in switches
        found[f"{owner}.{name}"] = "bool"
    return found


def _function(tree: ast.AST, name: str) -> ast.FunctionDef:
    return next(n for n in ast.iter_child_nodes(tree) if isinstance(n, ast.FunctionDef) and n.name == name)


def _parameters(function: ast.FunctionDef) -> str:
    names = [a.arg for a in function.args.args]
    if names[:1] in (["self"], ["cls"]):
        function.args.args.pop(0)
    return f"({ast.unparse(function.args)})"


def signature(text: str) -> inspect.Signature:
    """A recorded text as Python binds arguments to it."""
    tree = ast.parse(f"def recorded{text}: ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    given, kind = tree.args, inspect.Parameter
    first = len(given.args) - len(given.defaults)
    parameters = [
        kind(a.arg, kind.POSITIONAL_OR_KEYWORD, default=None if index >= first else kind.empty)
        for index, a in enumerate(given.args)
    ]
    parameters += [kind(a.arg, kind.KEYWORD_ONLY, default=None) for a in given.kwonlyargs]
    return inspect.Signature(parameters)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    version = path.name.split("-")[1]
    body = {"torch_npu": version, "signatures": signatures_of(path)}
    RECORD.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
