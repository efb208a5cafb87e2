import contextlib
import io
import unittest

import support  # noqa: F401
from mlx_headroom_reporter import complaint, settings


class Settings(unittest.TestCase):
    def setUp(self):
        complaint._complained = False

    def test_sizes_are_bytes_or_have_a_binary_unit(self):
        for text, size in {
            "0": 0,
            "4096": 4096,
            " 512MiB ": 512 * 1024**2,
            "1.5 GiB": 3 * 1024**3 // 2,
            "2TiB": 2 * 1024**4,
            "9007199254740993": 9007199254740993,
            "7KiB": 7168,
            "8B": 8,
        }.items():
            self.assertEqual(settings.parse_bytes(text), size, text)

    def test_what_is_no_size_is_refused(self):
        for text in ("", "-1", "1e9", "4GB", "4 gib", "GiB", "0x10", "nan", "1..5GiB", "١", "1" * 30):
            with self.assertRaises(ValueError, msg=text):
                settings.parse_bytes(text)

    def test_a_limit_that_means_nothing_is_left_out_and_told_once(self):
        environment = {"MLX_HEADROOM_MEMORY_LIMIT": "lots", "MLX_HEADROOM_CACHE_LIMIT": "none"}
        with contextlib.redirect_stderr(io.StringIO()) as stderr:
            self.assertIsNone(settings.wanted_limit("memory", environment))
            self.assertIsNone(settings.wanted_limit("cache", environment))
        self.assertEqual(stderr.getvalue().count("\n"), 1)
        self.assertIn("MLX_HEADROOM_MEMORY_LIMIT", stderr.getvalue())

    def test_a_limit_that_is_not_set_is_none(self):
        self.assertIsNone(settings.wanted_limit("memory", {}))
        self.assertIsNone(settings.wanted_limit("memory", {"MLX_HEADROOM_MEMORY_LIMIT": ""}))

    def test_the_interval_stays_between_a_second_and_an_hour(self):
        for text, seconds in {"": 5.0, "2.5": 2.5, "0.001": 1.0, "1e9": 3600.0, "inf": 3600.0}.items():
            given = settings.interval_seconds({"MLX_HEADROOM_REPORT_INTERVAL": text})
            self.assertEqual(given, seconds, text)
        with contextlib.redirect_stderr(io.StringIO()):
            for text in ("nan", "0", "-3", "soon"):
                given = settings.interval_seconds({"MLX_HEADROOM_REPORT_INTERVAL": text})
                self.assertEqual(given, 5.0, text)


if __name__ == "__main__":
    unittest.main()
