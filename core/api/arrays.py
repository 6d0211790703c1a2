"""The type of arrays of samples, log-mel and latents outside the networks: float32."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
