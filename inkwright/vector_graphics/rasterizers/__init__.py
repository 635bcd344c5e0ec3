"""The kernels that paint a drawing: a slow obvious one, one for CPUs, one for GPUs, an adapter for diffvg."""
