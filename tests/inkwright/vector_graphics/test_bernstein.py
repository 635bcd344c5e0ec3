from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.compiled_kernels.compilation import compiled_exactly
from inkwright.compiled_kernels.inlining import inlined
from inkwright.vector_graphics.curves.bernstein import cubic_weights, quadratic_weights
from inkwright.vector_graphics.curves.bezier import evaluate
from inkwright.vector_graphics.curves.fitting import bernstein, sample_cubics

T = np.linspace(0.0, 1.0, 9)
FORMULAS = {3: cubic_weights, 2: quadratic_weights}
kernel_weights = inlined(cubic_weights)


@compiled_exactly
def _in_a_kernel(t, weights):
    for i in range(t.size):
        weights[i, 0], weights[i, 1], weights[i, 2], weights[i, 3] = kernel_weights(t[i])


@pytest.mark.parametrize("degree", FORMULAS)
def test_weights_are_the_binomial_shares_of_one(degree):
    weights = np.stack(FORMULAS[degree](T))
    np.testing.assert_allclose(weights.sum(0), 1, rtol=1e-15)
    places = np.arange(degree + 1) / degree
    np.testing.assert_allclose(places @ weights, T, atol=1e-15)
    np.testing.assert_allclose(weights, weights[::-1, ::-1], atol=1e-15)
    assert weights[0, 0] == weights[degree, -1] == 1


def test_numbers_arrays_tensors_and_kernels_get_the_same_bits():
    weights = np.empty((len(T), 4))
    _in_a_kernel(T, weights)
    np.testing.assert_array_equal(weights, bernstein(T))
    np.testing.assert_array_equal(weights, [cubic_weights(float(t)) for t in T])
    np.testing.assert_array_equal(weights, torch.stack(cubic_weights(torch.from_numpy(T)), dim=-1).numpy())


def test_samples_are_points_of_the_curve_from_end_to_end():
    cubics = np.random.default_rng(0).normal(size=(5, 4, 2))
    samples = sample_cubics(cubics, len(T))
    expected = evaluate(torch.from_numpy(cubics)[:, None], torch.from_numpy(T))
    np.testing.assert_allclose(samples, expected.numpy(), atol=1e-12)
    np.testing.assert_array_equal(samples[:, [0, -1]], cubics[:, [0, 3]])


def test_quadratic_weights_give_the_derivative():
    cubics = torch.from_numpy(np.random.default_rng(1).normal(size=(4, 2)))
    t = torch.from_numpy(T).requires_grad_()
    along = [torch.autograd.grad(evaluate(cubics, t)[:, axis].sum(), t)[0] for axis in (0, 1)]
    speed = torch.stack(quadratic_weights(torch.from_numpy(T)), dim=-1) @ (3 * torch.diff(cubics, dim=0))
    torch.testing.assert_close(speed, torch.stack(along, dim=-1))
