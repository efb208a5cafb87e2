import os
import types
import unittest

import support
from mlx_headroom_reporter import report


class Report(unittest.TestCase):
    def test_says_who_when_and_what_the_allocator_holds(self):
        mlx = support.fake_mlx()
        facts = report.facts_of(mlx, report.backend_of(mlx))
        text = report.report(mlx, report.identity(), facts, {"memory": 1024}, 5.0)
        moment = text.pop("time")
        self.assertGreater(moment, 1.6e9)
        self.assertEqual(
            text,
            {
                "schema": 1,
                "pid": os.getpid(),
                **({"start_ticks": report.start_ticks()} if os.path.exists("/proc/self/stat") else {}),
                "interval_seconds": 5.0,
                "backend": "cpu",
                "mlx_version": "0.0.1",
                "memory_limit_bytes": 1024,
                "active_bytes": 300,
                "cache_bytes": 20,
                "peak_bytes": 400,
            },
        )

    def test_calls_nothing_that_changes_anything(self):
        def forbidden(*_):
            raise AssertionError("a report changes nothing")

        setters = {f"set_{kind}_limit": forbidden for kind in ("memory", "cache", "wired")}
        others = {name: forbidden for name in ("reset_peak_memory", "clear_cache", "synchronize")}
        mlx = support.fake_mlx(**setters, **others)
        report.report(mlx, {}, report.facts_of(mlx, "cpu"), {}, 5.0)

    def test_a_process_starts_when_the_kernel_says_whatever_its_name_holds(self):
        fields = " ".join(str(number) for number in range(3, 53)).encode()
        self.assertEqual(report.parse_start_ticks(b"42 (a) R (b)) " + fields), 22)

    def test_the_back_end_is_metal_or_cuda_where_that_is_available(self):
        yes, no = (types.SimpleNamespace(is_available=lambda value=value: value) for value in (True, False))
        self.assertEqual(report.backend_of(types.SimpleNamespace(metal=yes, cuda=no)), "metal")
        self.assertEqual(report.backend_of(types.SimpleNamespace(metal=no, cuda=yes)), "cuda")
        self.assertEqual(report.backend_of(types.SimpleNamespace()), "cpu")

    def test_metal_tells_its_recommended_working_set_and_no_other_is_asked(self):
        mlx = support.fake_mlx(device_info=lambda: {"max_recommended_working_set_size": 77})
        self.assertEqual(report.facts_of(mlx, "metal")["max_recommended_working_set_bytes"], 77)
        self.assertNotIn("max_recommended_working_set_bytes", report.facts_of(mlx, "cuda"))

    def test_an_old_mlx_has_its_functions_under_metal(self):
        old = types.SimpleNamespace(
            metal=types.SimpleNamespace(
                get_active_memory=lambda: 1, get_cache_memory=lambda: 2, get_peak_memory=lambda: 3
            )
        )
        self.assertEqual(report.figures(old), {"active_bytes": 1, "cache_bytes": 2, "peak_bytes": 3})


if __name__ == "__main__":
    unittest.main()
