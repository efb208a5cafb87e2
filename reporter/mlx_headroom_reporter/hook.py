"""Notices that a module has been imported, before the program that imports it can use it."""

import sys
from typing import Any, Callable

from .complaint import complain


class _Watch:
    """First in sys.meta_path until the module is there. It finds nothing itself: the other finders do."""

    def __init__(self, name: str, then: Callable[[Any], None]) -> None:
        self._name = name
        self._then = then
        self._looking = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        # A finder may ask for the module again while it looks for it.
        if name != self._name or self._looking:
            return None
        self._looking = True
        try:
            for finder in list(sys.meta_path):
                find = None if finder is self else getattr(finder, "find_spec", None)
                spec = None if find is None else find(name, path, target)
                if spec is not None:
                    self._tell_when_loaded(spec.loader)
                    return spec
            return None
        finally:
            self._looking = False

    def _tell_when_loaded(self, loader: Any) -> None:
        """The loader stays what it is, but for one method until that is called: a failing import shows no loader of ours."""
        try:
            execute = loader.exec_module

            def exec_module(module: Any) -> None:
                del loader.exec_module
                execute(module)
                self._loaded(module)

            loader.exec_module = exec_module
        except Exception as error:
            complain(f"the import of {self._name} cannot be noticed", error)

    def _loaded(self, module: Any) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        _tell(self._then, module)


def when_imported(name: str, then: Callable[[Any], None]) -> None:
    """Calls `then` with the module: now, or right after its import. Errors of it are not the importer's."""
    module = sys.modules.get(name)
    if module is None:
        sys.meta_path.insert(0, _Watch(name, then))
    else:
        _tell(then, module)


def _tell(then: Callable[[Any], None], module: Any) -> None:
    try:
        then(module)
    except Exception as error:
        complain("nothing will be reported", error)
