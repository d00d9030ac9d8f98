"""Runtime interface clients of our own: programs that run beside a handler, in its interpreter, and import nothing of this package."""
