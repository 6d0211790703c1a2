"""What arrays of samples, log-mel and latents are everywhere outside of the networks."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
