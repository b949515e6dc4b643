"""The one numeric type of the kernel: a float or an array of draws."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Num: TypeAlias = "float | FloatArray"
"""A number or a one-dimensional array of draws; functions broadcast over either."""
