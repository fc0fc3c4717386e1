"""What every test run shares: one thread a process, and hypothesis settled.

Two workers share two cores, so a library that starts a thread a core only slows the other worker down. This file is at
the top so that doctests under `src/` get the same settings, and it is loaded before anything imports NumPy or torch.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # tests need no network
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import HealthCheck, settings

# No deadline: the cores are shared, a time says nothing. Derandomized: a red run is red again on the next machine.
_QUIET = [HealthCheck.too_slow, HealthCheck.differing_executors]
settings.register_profile("test", deadline=None, derandomize=True, max_examples=50, suppress_health_check=_QUIET)
settings.register_profile("prove", deadline=None, max_examples=2000, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("LENGTHWISE_HYPOTHESIS", "test"))
