"""What takes its time to be measured: every module but the helpers' is a command of its own.

`python3 -m tests.benchmarks.tiled_vae`, `long_form`, `denoising` and `ui`, with any Python, as
`python3 -m tests` is started.
"""

from importlib.util import find_spec

from app.bootstrap import launcher

if find_spec("torch") is None:  # a Python outside of the environment
    launcher.prepare_tests()
