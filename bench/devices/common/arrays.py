"""Types of arrays and of the libraries that make them.

CuPy ships without types, and a backend may use another library without types. These names say what is meant.
"""

from typing import Any, TypeAlias

Array: TypeAlias = Any
"""An array of NumPy or of the device's own library."""
ArrayLibrary: TypeAlias = Any
"""NumPy, or a module with its interface such as CuPy."""
Library: TypeAlias = Any
"""A module or an object of a library without types: CUDA's bindings, NVML, Ray."""
