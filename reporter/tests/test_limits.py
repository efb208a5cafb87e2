import contextlib
import io
import os
import unittest
from unittest import mock

import support
from mlx_headroom_reporter import complaint, limits


def apply(mlx, backend="cpu", **environment):
    with mock.patch.dict(os.environ, environment):
        return limits.apply_and_watch(mlx, backend)


class Limits(unittest.TestCase):
    def setUp(self):
        complaint._complained = False

    def test_those_of_the_environment_are_set_once_and_known(self):
        mlx = support.fake_mlx()
        known = apply(mlx, MLX_HEADROOM_MEMORY_LIMIT="1KiB", MLX_HEADROOM_CACHE_LIMIT="7")
        self.assertEqual(mlx.calls, [("memory", 1024), ("cache", 7)])
        self.assertEqual(known, {"memory": 1024, "cache": 7})

    def test_nothing_is_set_or_known_when_nobody_asks(self):
        mlx = support.fake_mlx()
        self.assertEqual(apply(mlx), {})
        self.assertEqual(mlx.calls, [])

    def test_those_that_the_program_sets_are_known_and_it_gets_the_old_ones_back(self):
        mlx = support.fake_mlx()
        known = apply(mlx, MLX_HEADROOM_MEMORY_LIMIT="1KiB")
        self.assertEqual(mlx.set_memory_limit(5000), 1024)
        self.assertEqual(mlx.set_cache_limit(limit=9), 32)
        self.assertEqual(known, {"memory": 5000, "cache": 9})
        self.assertEqual(mlx.set_memory_limit.__doc__, "Set the memory limit.")

    def test_one_that_mlx_takes_and_nobody_understands_is_known_no_longer(self):
        mlx = support.fake_mlx()
        known = apply(mlx, MLX_HEADROOM_CACHE_LIMIT="7")
        mlx.set_cache_limit(None)
        self.assertEqual(known, {})

    def test_an_error_is_the_programs_own_and_changes_nothing_that_is_known(self):
        mlx = support.fake_mlx()
        known = apply(mlx, MLX_HEADROOM_MEMORY_LIMIT="1KiB")
        with self.assertRaisesRegex(ValueError, "no such limit"):
            mlx.set_memory_limit(-1)
        with self.assertRaises(TypeError):
            mlx.set_memory_limit()
        self.assertEqual(known, {"memory": 1024})

    def test_a_wired_limit_is_set_and_known_on_metal_alone(self):
        for backend, calls in {"metal": [("wired", 4096)], "cuda": [], "cpu": []}.items():
            mlx = support.fake_mlx()
            known = apply(mlx, backend, MLX_HEADROOM_WIRED_LIMIT="4KiB")
            self.assertEqual((mlx.calls, known), (calls, dict(calls)), backend)

    def test_one_that_mlx_refuses_is_told_and_the_others_are_set(self):
        def refuse(limit):
            raise ValueError("above the recommended size")

        mlx = support.fake_mlx(set_memory_limit=refuse)
        with contextlib.redirect_stderr(io.StringIO()) as stderr:
            known = apply(mlx, MLX_HEADROOM_MEMORY_LIMIT="1", MLX_HEADROOM_CACHE_LIMIT="2")
        self.assertEqual(known, {"cache": 2})
        self.assertIn("above the recommended size", stderr.getvalue())


if __name__ == "__main__":
    unittest.main()
