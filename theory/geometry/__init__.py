"""Spectra derived from geometry, and what resolution alone allows.

`sphere` and `torus` have exact eigenvalues, `decay` reads off their power law, `learning` passes it through the zeta
function to the learning curve, `neighbours` are regression by nearest neighbours and by interpolation.
"""

from .decay import Decay
from .learning import LearningLaw, learning_law
from .sphere import Sphere
from .torus import Torus

__all__ = ["Decay", "LearningLaw", "Sphere", "Torus", "learning_law"]
