"""Runtime interface clients of our own, for runtimes whose official one is hard to install."""
