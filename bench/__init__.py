"""Measured figures of the whole program, each in an installation of its own that is thrown away."""
