"""Slow, independent computations of the same quantities: mpmath only, dense sums, the textbook formulas.

Nothing here is shared with the library: kappa by Newton on the dense sum, the generating functions by partial fractions
(they subtract numbers of size d, which 80 digits can afford), and the inverse Laplace transform by
`mpmath.invertlaplace` (Talbot).

`REFERENCE` holds 40 digits; `python tests/numerics/reference.py` recomputes them (80 digits inside, 40 s in all).
"""

from __future__ import annotations

import mpmath as mp

PARAMETERS: dict[str, dict] = {
    "Ia": {"alpha": "0.8", "beta": "0.3", "d": 20, "v": 100, "gamma": "0.1", "batch": 1},
    "III": {"alpha": "0.7", "beta": "1.2", "d": 10, "v": 60, "gamma": "0.05", "batch": 4},
    "IVb": {"alpha": "0.27", "beta": "0.7", "d": 15, "v": 60, "gamma": "0.02", "batch": 2},
}
TIMES = (100, 10**4, 10**9)


class Dense:
    """The model as written in the paper, mode by mode."""

    def __init__(self, alpha: str, beta: str, d: int, v: int, gamma: str, batch: int) -> None:
        a, b = mp.mpf(alpha), mp.mpf(beta)
        self.lam = [mp.mpf(j) ** (-2 * a) for j in range(1, v + 1)]
        self.omega = [mp.mpf(j) ** (-2 * a - 2 * b) for j in range(1, v + 1)]
        self.d, self.gamma, self.batch = d, mp.mpf(gamma), batch

    def kappa(self, z: mp.mpc) -> mp.mpc:
        """Newton from -z + sum(lambda)/d; from a wrong branch again from far up, down step by step."""
        kappa = self._newton(z, -z + sum(self.lam) / self.d)
        if mp.im(z) == 0 or mp.im(kappa) * mp.im(z) < 0:
            return kappa
        side = mp.mpc(0, mp.sign(mp.im(z)))
        height = 10 * (abs(z) + sum(self.lam))
        kappa = -(z + side * height)
        for step in range(25):
            kappa = self._newton(z + side * height / mp.mpf(2) ** step, kappa)
        kappa = self._newton(z, kappa)
        assert mp.im(kappa) * mp.im(z) < 0
        return kappa

    def _newton(self, z: mp.mpc, kappa: mp.mpc) -> mp.mpc:
        for _ in range(60):
            share = [x / (x + kappa) for x in self.lam]
            step = (kappa * (1 - sum(share) / self.d) + z) / (1 - sum(s * s for s in share) / self.d)
            kappa -= step
            if abs(step) < abs(kappa) * mp.eps * 100:
                break
        return kappa

    def laplace(self, s: mp.mpc) -> mp.mpc:
        """sum over r of P(r) e^{-s (r+1)} times e^s, by partial fractions in z."""
        w, g, b = mp.exp(s), self.gamma, self.batch
        c1, c2 = 2 * g * b, g * g * b * (b + 1)
        root = mp.sqrt(c1**2 - 4 * c2 * (1 - w))
        z1, z2 = (c1 - root) / (2 * c2), (c1 + root) / (2 * c2)
        k1, k2 = self.kappa(z1), self.kappa(z2)

        def target(z: mp.mpc, k: mp.mpc) -> mp.mpc:
            return sum(o / (x * (-z / k) - z) for o, x in zip(self.omega, self.lam, strict=True))

        forcing = -(target(z1, k1) - target(z2, k2)) / (z1 - z2) / c2
        kernel = -(g * g * b / c2) * (self.d + (z1**2 * self.d / k1 - z2**2 * self.d / k2) / (z1 - z2))
        return w * forcing / (1 - kernel)

    def loss(self, r: int) -> mp.mpf:
        return mp.invertlaplace(self.laplace, r, method="talbot", degree=int(1.7 * mp.mp.dps))


REFERENCE = {
    "Ia": (
        "0.1826398121151529253046340623211158778805",
        "0.1103855267344516079014840264630175141621",
        "0.1103854413814857838644433513601848028425",
    ),
    "III": (
        "0.1198722950712416953313656726264534015679",
        "0.117137945633195037705348791520240615671",
        "0.117137945633195037705348791520240615671",
    ),
    "IVb": (
        "0.8619769922738608974270471646804052331981",
        "0.8518823710139740631514951219431525580716",
        "0.8518823710139740631514951219431525580716",
    ),
}


if __name__ == "__main__":
    mp.mp.dps = 80
    for name, parameters in PARAMETERS.items():
        print(name, [mp.nstr(Dense(**parameters).loss(r), 40) for r in TIMES])
