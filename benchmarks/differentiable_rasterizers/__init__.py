"""The benchmark of differentiable rasterisers: exactness, gradients and speed of whatever has an adapter."""
