"""What a Python program costs before it holds a model: imports MLX, evaluates once, and stays to be measured.

`mlx-headroom record WORKLOAD --scenario import` runs it. It ends by itself if nobody ends it.
"""

import time

import mlx.core as mx

mx.eval(mx.ones(1) + 1)
time.sleep(3600)
