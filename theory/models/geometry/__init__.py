"""Spectra derived from geometry, and what resolution alone allows.

`sphere` and `torus` have exact eigenvalues, `decay` reads off their power law, `learning` passes it through the zeta
function to the learning curve, `neighbours` are regression by nearest neighbours and by interpolation.
"""

from ...spectra.decay import Decay
from ...spectra.sphere import Sphere
from ...spectra.torus import Torus
from .learning import LearningLaw, learning_law

__all__ = ["Decay", "LearningLaw", "Sphere", "Torus", "learning_law"]
