"""Kernel matrices as files hold them: outputs, round-off of their dtype, other names, labels beside them."""

import numpy as np
import pytest

from tauber.numerics import TauberInputError
from tauber.numerics.data import Kernel, load, load_kernel
from tauber.numerics.data.gram import checked_gram
from tauber.numerics.models.dynamical.training_data import predicted_test

N = 60
POINTS = np.random.default_rng(2).standard_normal((N, 3))
LABELS = np.sin(POINTS[:, 0]) + 0.1
SMOOTH = Kernel("rbf", scale=4.0)(POINTS)  # eigenvalues far below the round-off of float32


def jacobian(outputs=3):
    """Derivatives of an output by the parameters, (N, k, p)."""
    return np.random.default_rng(3).standard_normal((N, outputs, 100))


def save(folder, **arrays):
    np.savez(folder / "k.npz", **arrays)
    return folder / "k.npz"


@pytest.mark.parametrize("wide", [False, True])
def test_the_round_off_of_float32_is_clipped_with_a_flag(tmp_path, wide):
    single = SMOOTH.astype(np.float32)
    lowest = np.linalg.eigvalsh(single.astype(float))[0]
    assert lowest < -1e-13 * N  # float64 would not explain it
    problem = load(save(tmp_path, kernel=single.astype(float) if wide else single, targets=LABELS))

    values = np.linalg.eigvalsh(problem.kernel)
    assert abs(values[0]) < 1e-14 * values[-1]
    assert abs(problem.kernel - single).max() <= -N * lowest  # what was cut off
    assert (problem.kernel == problem.kernel.T).all()
    (flag,) = [flag for flag in problem.reading.flags if "eigenvalues are negative" in flag]
    assert "float32" in flag
    assert f"{lowest:.2g}" in flag


def test_what_round_off_does_not_explain_is_refused(tmp_path):
    low = -3 * np.finfo(np.float32).eps * N
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((N, N)))[0]
    matrix = (basis * np.append(np.ones(N - 1), low)) @ basis.T
    matrix = (matrix + matrix.T) / 2
    with pytest.raises(TauberInputError, match=r"positive semidefinite.*beyond the round-off of float32"):
        load(save(tmp_path, kernel=matrix.astype(np.float32), targets=LABELS))
    matrix = (basis * np.append(np.ones(N - 1), low / 10)) @ basis.T
    with pytest.raises(TauberInputError, match="beyond the round-off of float64"):
        load(save(tmp_path, kernel=(matrix + matrix.T) / 2, targets=LABELS))
    distances = np.linalg.norm(POINTS[:, None] - POINTS, axis=2)
    with pytest.raises(TauberInputError, match="does not hold distances"):
        load(save(tmp_path, kernel=distances, targets=LABELS))


@pytest.mark.parametrize(("size", "dtype"), [(1e-6, np.float32), (1e-15, np.float64)])
def test_symmetry_is_judged_by_the_dtype(tmp_path, size, dtype):
    kernel = Kernel("laplace")(POINTS)
    kernel[3, 5] += size
    problem = load(save(tmp_path, kernel=kernel.astype(dtype), targets=LABELS))
    assert any("symmetrised" in flag for flag in problem.reading.flags) == (dtype == np.float32)
    kernel[3, 5] += 1e-3
    with pytest.raises(TauberInputError, match=r"\[3, 5\] is .* and \[5, 3\] is"):
        load(save(tmp_path, kernel=kernel.astype(dtype), targets=LABELS))


def test_half_precision_is_refused(tmp_path):
    with pytest.raises(TauberInputError, match=r"float16.*save it as float32"):
        load(save(tmp_path, kernel=SMOOTH.astype(np.float16), targets=LABELS))


@pytest.mark.parametrize("layout", ["nmck", "ncmk", "nmc"])
@pytest.mark.parametrize("targets", [LABELS, np.column_stack([LABELS] * 3)])
def test_outputs_of_a_tangent_kernel_are_averaged(tmp_path, layout, targets):
    j = jacobian()
    whole = {"nmck": "ncp,mkp->nmck", "ncmk": "ncp,mkp->ncmk", "nmc": "ncp,mcp->nmc"}[layout]
    problem = load(save(tmp_path, kernel=np.einsum(whole, j, j), targets=targets))
    assert problem.kernel == pytest.approx(np.einsum("ncp,mcp->nm", j, j) / 3, abs=1e-12)
    assert any("mean over the 3 outputs" in flag for flag in problem.reading.flags)


@pytest.mark.parametrize("order", ["ncmk", "cnkm"])
def test_outputs_side_by_side_are_refused_with_the_way_to_go(tmp_path, order):
    """The sentence holds the reshape for either order, and that is tried here."""
    j = jacobian()
    flat = np.einsum(f"ncp,mkp->{order}", j, j).reshape(3 * N, 3 * N)
    with pytest.raises(TauberInputError, match=r"180 x 180 for 60 targets.*3 outputs") as caught:
        load(save(tmp_path, kernel=flat, targets=LABELS))
    recipes = str(caught.value).split("reshape")[1:]
    recipe = recipes[0 if order == "ncmk" else 1].split(" if ")[0]
    reshaped = eval(f"flat.reshape{recipe}", {"flat": flat})
    assert reshaped == pytest.approx(np.einsum("ncp,mkp->nmck", j, j))


@pytest.mark.parametrize("shape", [(N, 5), (N, 5, 4), (2, N, N), (N, N, 2, 3), (N,), (N, N, 2, 2, 2), (0, 0)])
def test_other_shapes_are_refused(tmp_path, shape):
    with pytest.raises(TauberInputError, match="shape"):
        load(save(tmp_path, kernel=np.ones(shape), targets=LABELS))


def test_a_symmetric_matrix_is_never_features(tmp_path):
    np.save(tmp_path / "k.npy", SMOOTH)
    np.savetxt(tmp_path / "k.csv", SMOOTH, delimiter=",")
    np.save(tmp_path / "y.npy", LABELS)
    for name in ("k.npy", "k.csv"):
        with pytest.raises(TauberInputError, match=r"symmetric 60 x 60 matrix.*`labels`"):
            load(tmp_path / name)
        problem = load(tmp_path / name, labels=tmp_path / "y.npy")
        assert problem.features is None
        assert problem.kernel == pytest.approx(SMOOTH, abs=1e-12)
        assert problem.targets[:, 0] == pytest.approx(LABELS - LABELS.mean())
        assert load(tmp_path / name, supervised=False).kernel is not None
        kernel, labels, _, other = load_kernel(tmp_path / name, labels=tmp_path / "y.npy")
        assert kernel == pytest.approx(SMOOTH, abs=1e-12)
        assert labels[:, 0] == pytest.approx(LABELS)
        assert other is None
    flags = load(save(tmp_path, features=SMOOTH, targets=LABELS)).reading.flags
    assert any("symmetric" in flag for flag in flags)


@pytest.mark.parametrize("key", ["kernel", "K", "gram"])
@pytest.mark.parametrize("aim", ["targets", "y", "Y", "labels", "target"])
def test_the_same_names_serve_everywhere(tmp_path, key, aim):
    path = save(tmp_path, **{key: SMOOTH, aim: LABELS})
    assert load(path).targets[:, 0] == pytest.approx(LABELS - LABELS.mean())
    assert load_kernel(path)[1][:, 0] == pytest.approx(LABELS)


def test_two_arrays_of_targets_need_a_name(tmp_path):
    path = save(tmp_path, kernel=SMOOTH, targets=LABELS, labels=2 * LABELS)
    with pytest.raises(TauberInputError, match="several arrays that may be targets"):
        load(path)
    assert load(path, target="labels").targets == pytest.approx(2 * load(path, target="targets").targets)


def test_labels_of_a_kernel_are_numbers_unless_they_are_said_to_be_classes(tmp_path):
    digits = np.arange(N) % 5
    path = save(tmp_path, kernel=SMOOTH, labels=digits)
    _, labels, reading, _ = load_kernel(path)
    assert (labels[:, 0] == digits).all()
    assert any("`classes=True`" in flag for flag in reading.flags)
    assert (load_kernel(path, classes=True)[1].argmax(axis=1) == digits).all()
    words = save(tmp_path, kernel=SMOOTH, labels=np.array(list("ab"))[digits % 2])
    assert load_kernel(words)[1].shape == (N, 2)


def test_several_outputs_add_up():
    """The curves of two outputs are those of each, summed; the standard errors are of the summed squares."""
    other = np.cos(POINTS[:, 1])
    times = [0.5, 3.0, 20.0]
    both = predicted_test(SMOOTH, np.column_stack([LABELS, other]), times)
    first, second = (predicted_test(SMOOTH, y, times) for y in (LABELS, other))
    assert both.test == pytest.approx(first.test + second.test, rel=1e-12)
    assert both.train == pytest.approx(first.train + second.train, rel=1e-12)
    twice = predicted_test(SMOOTH, np.column_stack([LABELS, LABELS]), times)
    assert twice.test_error == pytest.approx(2 * first.test_error, rel=1e-12)
    assert twice.error == pytest.approx(first.error, rel=1e-12)


def test_a_sound_kernel_is_not_touched():
    flags = []
    kernel = Kernel("laplace")(POINTS)
    assert (checked_gram(kernel, flags)[0] == (kernel + kernel.T) / 2).all()
    assert flags == []


def test_another_kernel_within_float32(tmp_path):
    single = SMOOTH.astype(np.float32)
    kernel, _, _, other = load_kernel(save(tmp_path, kernel=single, labels=LABELS))
    apart = abs(kernel - other) / abs(kernel)
    assert 0.1 * np.finfo(np.float32).eps < apart.mean() < np.finfo(np.float32).eps
    assert np.linalg.eigvalsh(other)[0] > -1e-14 * N
