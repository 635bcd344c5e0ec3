import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from inkwright.compiled_kernels import lanes
from inkwright.compiled_kernels.lanes import LANES, load, store, store_first

KINDS = [np.float32, np.float64]


def numbers(kind, seed=0):
    """[2, 3 LANES] of either sign, of which some are zero and some whole."""
    found = np.random.default_rng(seed).normal(0, 3, (2, 3 * LANES))
    found[:, ::5], found[:, 1::5] = 0.0, np.round(found[:, 1::5])
    return found.astype(kind)


def by_lanes(function):
    """A kernel that writes a function of the lanes at [0, 3] and [1, 8] of an array to [1, 2] of another."""
    compiled = numba.njit(function)

    @numba.njit
    def kernel(array, result):
        store(result, (1, 2), compiled(load(array, (0, 3)), load(array, (1, 8))))

    return kernel


FUNCTIONS = [
    (lambda a, b: a + b, lambda a, b: a + b),
    (lambda a, b: a - b, lambda a, b: a - b),
    (lambda a, b: a * b, lambda a, b: a * b),
    (lambda a, b: a / (b * b + 1.0), lambda a, b: a / (b * b + 1)),
    (lambda a, b: 2 - a, lambda a, b: 2 - a),
    (lambda a, b: a - np.float32(0.5), lambda a, b: a - 0.5),
    (lambda a, b: lanes.smaller(a, b), np.minimum),
    (lambda a, b: lanes.larger(0.0, b), lambda a, b: np.maximum(0, b)),
    (lambda a, b: lanes.magnitude(a), lambda a, b: np.abs(a)),
    (lambda a, b: lanes.square_root(a * a), lambda a, b: np.abs(a)),
    (lambda a, b: lanes.floor(a), lambda a, b: np.floor(a)),
    (lambda a, b: lanes.ceiling(a), lambda a, b: np.ceil(a)),
    (lambda a, b: lanes.where_positive(a, b, -1.0), lambda a, b: np.where(a > 0, b, -1)),
    (lambda a, b: lanes.where_positive(a, 1.0, b), lambda a, b: np.where(a > 0, 1, b)),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("function", "wanted"), FUNCTIONS)
def test_lanes_are_as_numpy_has_them(function, wanted, kind):
    array, result = numbers(kind), numbers(kind, 1)
    expected = result.copy()
    expected[1, 2 : 2 + LANES] = wanted(array[0, 3 : 3 + LANES], array[1, 8 : 8 + LANES])
    by_lanes(function)(array, result)
    np.testing.assert_allclose(result, expected, rtol=4 * np.finfo(kind).eps)


def test_sums_in_place():
    @numba.njit
    def kernel(array):
        a = load(array, (0, 0))
        a += 1.0
        a -= load(array, (1, 0))
        a *= a
        store(array, (0, 0), a)

    array = numbers(np.float64)
    expected = (array[0, :LANES] + 1 - array[1, :LANES]) ** 2
    kernel(array)
    np.testing.assert_allclose(array[0, :LANES], expected, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [-3, 0, 1, 5, 8, 11])
def test_the_first_lanes(count, kind):
    @numba.njit
    def kernel(array, count, result):
        few = lanes.first(count, load(array, 2))
        store_first(result, (0,), count, few - 1.0)
        return lanes.total(few), lanes.are_positive(count, few)

    array, result = np.arange(1.0, 17.0).astype(kind), np.full(10, 9, kind)
    kept = max(min(count, LANES), 0)
    sum_, positive = kernel(array, count, result)
    assert sum_ == array[2 : 2 + kept].sum()
    assert positive
    np.testing.assert_array_equal(result[:kept], array[2 : 2 + kept] - 1)
    assert (result[kept:] == 9).all()


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("at", [0, 3, 7])
def test_one_that_is_not_positive_is_found(at, bad):
    @numba.njit
    def kernel(array, count):
        return lanes.are_positive(count, load(array, 0))

    array = np.ones(LANES)
    array[at] = bad
    assert not kernel(array, at + 1)
    assert kernel(array, at)


@pytest.mark.parametrize(("kind", "number"), [(np.float32, 0.25), (np.float64, 0.25), (np.int32, 7)])
def test_one_number_in_all_lanes_and_its_followers(kind, number):
    @numba.njit
    def kernel(number, start, same, ramp):
        store(same, 0, lanes.spread(number))
        store(ramp, 0, lanes.ramp(start))

    same, ramp = np.zeros(LANES, kind), np.zeros(LANES, np.float32)
    kernel(kind(number), 1.5, same, ramp)
    assert (same == number).all()
    np.testing.assert_array_equal(ramp, 1.5 + np.arange(LANES))


@pytest.mark.slow
def test_a_processor_without_wide_registers_does_the_same():
    plain = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "not slow", __file__]
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
