"""Runs a function on a module right after the program has imported it."""
import importlib.machinery
import sys


def after_import(actions):
    """Calls `actions[name](module)` once the module `name` is imported; at once where it already is."""
    waiting = {}
    for name, action in actions.items():
        if name in sys.modules:
            action(sys.modules[name])
        else:
            waiting[name] = action
    if waiting:
        sys.meta_path.insert(0, _Finder(waiting))


class _Finder:
    def __init__(self, waiting):
        self.waiting = waiting

    def find_spec(self, name, path=None, target=None):
        action = self.waiting.pop(name, None)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if action else None
        if spec is None or spec.loader is None:
            return None
        # Python 3.9 loads from zip files in the older way.
        kind = _Loader if hasattr(spec.loader, "exec_module") else _OldLoader
        spec.loader = kind(spec.loader, action)
        return spec


class _OldLoader:
    """The module's own loader, and then `action`."""

    def __init__(self, loader, action):
        self.loader = loader
        self.action = action

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def load_module(self, name):
        module = self.loader.load_module(name)
        self.action(module)
        return module


class _Loader:
    def __init__(self, loader, action):
        self.loader = loader
        self.action = action

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        # The module must not tell that it was loaded in another way.
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.action(module)
