"""Hooks that leave no trace on the stack."""


class Before:
    """
    A method that runs `hook(instance)` whenever it is looked up on an instance, which is right before it is called.
    When the method then runs, and when it raises, no frame of ours is on the stack.
    """

    def __init__(self, method, hook):
        self.method = method
        self.hook = hook

    def __get__(self, instance, owner=None):
        if instance is None:
            return self.method
        self.hook(instance)
        return self.method.__get__(instance, owner)
