"""Puts off packages that Lightning and the optimizers import for a name or two, until more of them is used.

torchmetrics imports all its metrics, torchvision, transformers and matplotlib; Lightning asks for its
version and two base classes. ``torch._dynamo`` is PyTorch's compiler: Lightning asks for the class of
compiled modules, optimizers mark what must not be compiled. Together they take longer than all else that a
sketch imports.
"""

import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any, cast

_DYNAMO = "torch._dynamo"
_FLOPS = "torch.utils.flop_counter"
_PLOT = "torchmetrics.utilities.plot"
_lock = RLock()
_not_compiled: list[Any] = []


def defer_imports() -> None:
    """Puts modules in place that are run when more is asked of them than Lightning asks for.

    To be called before Lightning is imported. What is imported already is left alone.
    """
    for name in _ANSWERS:
        parent, _, child = name.rpartition(".")
        if name in sys.modules or (spec := find_spec(name)) is None:
            continue
        module = module_from_spec(spec)
        module.__class__ = _Deferred
        sys.modules[name] = module
        if parent:
            setattr(sys.modules[parent], child, module)
    if not any(isinstance(finder, _DynamoFirst) for finder in sys.meta_path):
        sys.meta_path.insert(0, _DynamoFirst())


class _Deferred(ModuleType):
    """A module of which nothing has been run; answers what can be answered without."""

    def __getattr__(self, name: str) -> Any:
        answer = _ANSWERS[self.__name__].get(name)
        if answer is not None:
            return answer()
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        _run(self)
        return getattr(self, name)


def _run(module: ModuleType) -> ModuleType:
    """The module, run if it was not yet."""
    spec = module.__spec__
    with _lock:
        if type(module) is _Deferred and spec is not None and spec.loader is not None:
            cast(Any, module).__class__ = ModuleType
            spec.loader.exec_module(module)
            if module.__name__ == _DYNAMO:
                for function in _not_compiled:
                    function.__dict__.pop("__dynamo_disable", None)  # where PyTorch keeps what disable gave
    return module


class _DynamoFirst(MetaPathFinder, Loader):
    """Runs ``torch._dynamo`` before one of its submodules is imported; they can't be run in another order."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Nothing, unless running the package has imported the submodule itself."""
        dynamo = sys.modules.get(_DYNAMO)
        if not (fullname.startswith(f"{_DYNAMO}.") and type(dynamo) is _Deferred):
            return None
        _run(dynamo)
        found = sys.modules.get(fullname)
        return None if found is None else ModuleSpec(fullname, self, loader_state=found.__spec__)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The submodule as it is."""
        return sys.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Gives the submodule its own spec back; it has been run."""
        if module.__spec__ is not None:
            module.__spec__ = module.__spec__.loader_state


def _metric_class(name: str, home: str) -> Any:
    """A base class of metrics, without matplotlib, with which metrics can plot themselves."""
    with _lock:
        absent = _PLOT not in sys.modules
        if absent:
            sys.modules[_PLOT] = _PlotsLater(_PLOT)
        try:
            importlib.import_module("torchmetrics.utilities")  # which is in a circle with torchmetrics.metric
            return getattr(importlib.import_module(home), name)
        finally:
            if absent:
                del sys.modules[_PLOT]


class _PlotsLater(ModuleType):
    """Stands in for the module of plots: its types are any object, its functions call the real ones."""

    def __getattr__(self, name: str) -> Any:
        return object if name.startswith("_") else _later(_PLOT, name)


def _later(module: str, name: str) -> Callable[..., Any]:
    """Calls a function, or makes an object, of a module that is run only then."""
    return lambda *args, **kwargs: getattr(_run(importlib.import_module(module)), name)(*args, **kwargs)


def _left_alone(function: Any, *_: Any, **__: Any) -> Any:
    """Stands in for ``disable``: without a compiler the function is left alone as it is."""
    _not_compiled.append(function)
    return function


class _CompiledModules(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        dynamo = sys.modules[_DYNAMO]
        return type(dynamo) is not _Deferred and isinstance(instance, cast(Any, dynamo).OptimizedModule)


class _OptimizedModule(metaclass=_CompiledModules):
    """Stands in for the class of compiled modules: before the compiler is run, nothing is one."""


_ANSWERS: dict[str, dict[str, Callable[[], Any]]] = {
    _DYNAMO: {
        "OptimizedModule": lambda: _OptimizedModule,
        "disable": lambda: _left_alone,
        "graph_break": lambda: lambda *_, **__: None,
    },
    _FLOPS: {"FlopCounterMode": lambda: _later(_FLOPS, "FlopCounterMode")},
    "torchmetrics": {
        "__version__": lambda: version("torchmetrics"),
        "_logger": lambda: logging.getLogger("torchmetrics"),
        "Metric": lambda: _metric_class("Metric", "torchmetrics.metric"),
        "MetricCollection": lambda: _metric_class("MetricCollection", "torchmetrics.collections"),
    },
    "torchmetrics.functional": {},
    "torchmetrics.functional.image": {},
}
