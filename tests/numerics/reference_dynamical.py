"""Slow, independent computation of the dynamical model's losses: mpmath only, dense sums, the equations as published.

Nothing here is shared with the library: R_1 and R_3 come from kappa found by marching along the ray of s, the
correlation functions from the linear system for (C_0, C_2), and the losses from the double inverse transform on shifted
parabolas, the training loss (of C_1) included, which the library gets from a single one.

`REFERENCE` holds 30 digits, (test, train) for each time; `python tests/numerics/reference_dynamical.py` recomputes them
(40 digits inside, about ten minutes in all).
"""

from __future__ import annotations

import mpmath as mp

PARAMETERS: dict[str, dict] = {
    "wide": {"a": "1.5", "b": "1.5", "width": "20", "data": "12", "noise": "0.3", "modes": 40},
    "tall": {"a": "3", "b": "1.2", "width": "8", "data": "15.5", "noise": "0", "modes": 30},
    "tie": {"a": "1.3", "b": "0.8", "width": "10", "data": "10", "noise": "0.5", "modes": 30},
    "small": {"a": "2", "b": "1.1", "width": "30", "data": "40", "noise": "0.2", "modes": 20},
}
TIMES = ("0.1", "10", "1000")
DIGITS = 40


class Dense:
    """The model mode by mode."""

    def __init__(self, a: str, b: str, width: str, data: str, noise: str, modes: int) -> None:
        self.lam = [mp.mpf(k) ** -mp.mpf(b) for k in range(1, modes + 1)]
        self.power = [mp.mpf(k) ** -mp.mpf(a) for k in range(1, modes + 1)]
        self.width, self.data, self.noise = mp.mpf(width), mp.mpf(data), mp.mpf(noise) ** 2

    def kappa(self, s: mp.mpc) -> mp.mpc:
        """Marching in along the ray of s, every step finished by Newton's iteration."""
        far = 4 * max(4 * sum(self.lam), abs(s)) / abs(s)
        scale, kappa = far, s * far
        while True:
            kappa = self._newton(s * scale, kappa)
            if scale == 1:
                return kappa
            scale = max(mp.mpf(1), scale / mp.mpf("1.2"))

    def _newton(self, s: mp.mpc, kappa: mp.mpc) -> mp.mpc:
        for _ in range(60):
            total = sum(x / (x + kappa) for x in self.lam)
            slope = -sum(x / (x + kappa) ** 2 for x in self.lam)
            r1, r3 = 1 - total / self.data, 1 - total / self.width
            step = (kappa * r1 * r3 - s) / (r1 * r3 - kappa * slope * (r1 / self.width + r3 / self.data))
            kappa -= step
            if abs(step) < abs(kappa) * mp.eps * 100:
                return kappa
        raise ArithmeticError(f"Newton's iteration at s = {s} did not end.")

    def response(self, s: mp.mpc) -> tuple[mp.mpc, mp.mpc, list[mp.mpc]]:
        """R_1, R_3 and all H_k at s."""
        kappa = self.kappa(s)
        total = sum(x / (x + kappa) for x in self.lam)
        r1, r3 = 1 - total / self.data, 1 - total / self.width
        assert abs(kappa * r1 * r3 / s - 1) < mp.eps * 10**6 / abs(r1 * r3)
        assert (r1 / s).imag * s.imag < 0
        assert (r3 / s).imag * s.imag < 0
        return r1, r3, [1 / (s + x * r1 * r3) for x in self.lam]

    def losses(self, time: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
        """Test and training loss by C_0 and C_1 from their linear system."""
        nodes = parabola(time)
        left = [(s, w, *self.response(s)) for s, w in nodes]
        right = [(*(mp.conj(x) for x in n[:4]), [mp.conj(h) for h in n[4]]) for n in left]
        test = train = mp.mpf(0)
        for s, w, r1, r3, h in left:
            weighted = [
                [x * y for x, y in zip(h, self._weights(p), strict=True)] for p in ((1, 0), (2, 0), (0, 1), (1, 1))
            ]
            for s2, w2, q1, q3, h2 in right:
                lam1, lam2, at, bt = (mp.fdot(row, h2) for row in weighted)
                c0, c1 = self._system(s * s2, r1 * q1, r3 * q3, lam1, lam2, at, bt)
                test += (w * w2 * c0).real
                train += (w * w2 * c1).real
        return test + self.noise, train

    def _weights(self, powers: tuple[int, int]) -> list[mp.mpf]:
        """lambda^i (lambda w^2)^j for each mode."""
        i, j = powers
        return [x**i * y**j for x, y in zip(self.lam, self.power, strict=True)]

    def _system(self, ss, rr1, rr3, lam1, lam2, at, bt):
        """C_0 and C_1 from C_0 = at + (C_3/N) lam1 + rr3 (C_1/P) lam2, and so on (see the model's section 2)."""
        # C_1 = rr1 (C_0 + sigma^2/ss), C_3 = rr3 C_2,
        # C_0 = sum lam H H' [w^2 + C_3/N + rr3 lam C_1/P],
        # C_2 = sum H H' [ss lam C_1/P + lam^2 rr1 (w^2 + C_3/N)]
        n, p = self.width, self.data
        # unknowns (C_0, C_2): coefficients
        a00, a01 = 1 - lam2 * rr3 * rr1 / p, -lam1 * rr3 / n
        a10, a11 = -ss * lam1 * rr1 / p, 1 - lam2 * rr1 * rr3 / n
        extra = rr1 * self.noise / ss / p
        b0, b1 = at + rr3 * lam2 * extra, ss * lam1 * extra + rr1 * bt
        c0 = (b0 * a11 - a01 * b1) / (a00 * a11 - a01 * a10)
        return c0, rr1 * (c0 + self.noise / ss)


def parabola(time: mp.mpf) -> list[tuple[mp.mpc, mp.mpc]]:
    """Nodes and weights of one contour, shifted by a quarter step so that no node meets a conjugate one."""
    size = mp.log(mp.mpf(10) ** (mp.mp.dps - 4))
    h, mu = 2 * mp.pi / size, size / 8
    nodes = []
    for j in range(-int(mp.ceil(3 / h)) - 1, int(mp.ceil(3 / h)) + 2):
        z = 1 + mp.mpc(0, 1) * (j + mp.mpf(3) / 4) * h
        nodes.append((mu / time * z**2, h * mu * z * mp.exp(mu * z**2) / (mp.pi * time)))
    return nodes


REFERENCE: dict[str, dict[str, tuple[str, str]]] = {
    "wide": {
        "0.1": ("2.1742913737361230858157509675", "2.09330638580841942129254245256"),
        "10": ("0.97570249163504224384651417266", "0.274158610138381330648117862086"),
        "1000": ("1.57997964062156738311159441537", "0.000131228893955532015249498857118"),
    },
    "tall": {
        "0.1": ("1.01689632409595508639754386523", "0.977469776049985944973709104502"),
        "10": ("0.318894890621336922621491283752", "0.129375752047577742764367289393"),
        "1000": ("0.433280016402776197347890148764", "0.101444394925278650848801255562"),
    },
    "tie": {
        "0.1": ("2.73441008993604306719083483348", "2.45803591859639323760271071622"),
        "10": ("2.87863498699601906090422893044", "0.327346425459500087694512898714"),
        "1000": ("16.65333962410860245257362642", "0.0326223336710297543588783745267"),
    },
    "small": {
        "0.1": ("1.42329821719218956322131471826", "1.40062980203502111985672298189"),
        "10": ("0.189392166815459595434740884922", "0.108061367284391766298816518399"),
        "1000": ("0.0786824479512308314361178741225", "0.0202201270955065107257586676978"),
    },
}


def main() -> None:
    """Recompute `REFERENCE` and print it."""
    with mp.workdps(DIGITS + 12):
        for name, parameters in PARAMETERS.items():
            model = Dense(**parameters)
            print(f'    "{name}": {{')
            for time in TIMES:
                test, train = model.losses(mp.mpf(time))
                print(f'        "{time}": ("{mp.nstr(test, 30)}", "{mp.nstr(train, 30)}"),', flush=True)
            print("    },")


if __name__ == "__main__":
    main()
