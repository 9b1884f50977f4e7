"""The learning curve mode by mode in mpmath, by the formulas as published, with all their subtractions; 40 digits."""

from __future__ import annotations

import mpmath as mp

DIGITS = 60


class Dense:
    """Sums over a finite spectrum at the effective ridge of (D, P, delta), found by bisection."""

    def __init__(self, lam, power, data, features, ridge):
        self.lam, self.power = [mp.mpf(x) for x in lam], [mp.mpf(x) for x in power]
        self.data, self.features, self.ridge = mp.mpf(data), mp.mpf(features), mp.mpf(ridge)
        self.kappa = self._kappa()
        self.z, self.q = self.mass(1), self.mass(2)
        shares = [x / (x + self.kappa) for x in self.lam]
        self.T0 = mp.fsum(v * (1 - s) ** 2 for v, s in zip(self.power, shares, strict=True))
        self.T1 = mp.fsum(v * (1 - s) for v, s in zip(self.power, shares, strict=True))
        self.T2 = mp.fsum(v * (1 - s) * s for v, s in zip(self.power, shares, strict=True))

    def mass(self, order, kappa=None):
        kappa = self.kappa if kappa is None else kappa
        return mp.fsum((x / (x + kappa)) ** order for x in self.lam)

    def _kappa(self):
        """The root with z < min(D, P) of delta = kappa (D - z)(1 - z/P)."""
        low, high = mp.mpf(10) ** -250, mp.mpf(10) ** 250
        while high / low > 1 + mp.mpf(10) ** (5 - DIGITS):
            middle = mp.sqrt(low * high)
            z = self.mass(1, middle)
            free = 1 - z / self.features
            beyond = z < min(self.data, self.features) and middle * (self.data - z) * free >= self.ridge
            low, high = (low, middle) if beyond else (middle, high)
        return high

    def loss(self, noise):
        """pre (T1 - T2 (P-z)/(P-q) + s2) - s2 with pre = 1/(1 - [q (P-2z) + z^2]/[D (P-q)])."""
        z, q, d, p, s2 = self.z, self.q, self.data, self.features, mp.mpf(noise) ** 2
        if mp.isinf(p):
            return (d * self.T0 + s2 * q) / (d - q)
        pre = 1 / (1 - (q * (p - 2 * z) + z * z) / (d * (p - q)))
        return pre * (self.T1 - self.T2 * (p - z) / (p - q) + s2) - s2

    def train(self, noise):
        """(1 - z/D)^2 (L + s2)."""
        return (1 - self.z / self.data) ** 2 * (self.loss(noise) + mp.mpf(noise) ** 2)
