"""Ways of running a function behind one interface: as a local process, in a container, at a remote Lambda endpoint."""
