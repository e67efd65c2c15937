"""GPUs, by CuPy and cublasLt."""
