"""Hypothesis runs the same examples everywhere, without a clock; more of them with ``HYPOTHESIS_PROFILE=all``."""

import os

from hypothesis import HealthCheck, settings

_common = {"derandomize": True, "deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("ci", max_examples=40, **_common)
settings.register_profile("all", max_examples=400, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
