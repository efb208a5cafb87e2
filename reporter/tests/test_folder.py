import json
import os
import stat
import unittest
from pathlib import Path
from unittest import mock

import support
from mlx_headroom_reporter import folder


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = support.folder()
        self.addCleanup(temporary.cleanup)
        self.path = Path(temporary.name)

    def choose(self, shared="/nonexistent", platform="linux", **environment):
        return folder.choose(environment, str(shared), platform)

    def test_the_configured_one_comes_first_then_the_shared_one_then_the_users(self):
        runtime = {"XDG_RUNTIME_DIR": str(self.path)}
        configured = self.choose(self.path, MLX_HEADROOM_REPORT_DIR="/x/y", **runtime)
        self.assertEqual(configured, "/x/y")
        self.assertEqual(self.choose(self.path, **runtime), str(self.path))
        self.assertEqual(self.choose(**runtime), str(self.path / "mlx-headroom"))
        self.assertEqual(stat.S_IMODE((self.path / "mlx-headroom").stat().st_mode), 0o700)

    def test_without_any_of_them_nothing_is_reported(self):
        self.assertIsNone(self.choose())
        self.assertIsNone(self.choose(XDG_RUNTIME_DIR=str(self.path / "gone")))
        self.assertIsNone(self.choose(XDG_RUNTIME_DIR="relative"))

    def test_on_macos_the_users_is_among_its_caches_and_its_own_whatever_home_says(self):
        caches = self.path / "Library/Caches"
        caches.mkdir(parents=True)
        user = mock.Mock(pw_dir=str(self.path))
        with mock.patch("pwd.getpwuid", return_value=user) as asked:
            chosen = self.choose(platform="darwin", HOME="/nonexistent", XDG_RUNTIME_DIR="/nonexistent")
            again = self.choose(platform="darwin")
            shared = self.choose(self.path, platform="darwin")
        asked.assert_called_with(os.geteuid())
        self.assertEqual([chosen, again], [str(caches / "mlx-headroom")] * 2)
        self.assertEqual(stat.S_IMODE((caches / "mlx-headroom").stat().st_mode), 0o700)
        self.assertEqual(shared, str(self.path), "a shared one comes first")

    def test_on_macos_nothing_is_reported_without_a_folder_for_caches_or_a_user(self):
        with mock.patch("pwd.getpwuid", return_value=mock.Mock(pw_dir=str(self.path))):
            self.assertIsNone(self.choose(platform="darwin", XDG_RUNTIME_DIR=str(self.path)))
        with mock.patch("pwd.getpwuid", side_effect=KeyError("uid not found")):
            self.assertIsNone(self.choose(platform="darwin"))

    def test_a_report_is_named_by_pid_and_readable_by_its_group_whatever_the_umask(self):
        before = os.umask(0o077)
        try:
            folder.ReportFile(str(self.path)).write({"a": 1})
        finally:
            os.umask(before)
        (file,) = self.path.iterdir()
        self.assertEqual(file.name, f"{os.getpid()}.json")
        self.assertEqual(json.loads(file.read_text()), {"a": 1})
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o640)

    def test_a_report_replaces_the_one_before_under_readers_that_have_it_open(self):
        file = folder.ReportFile(str(self.path))
        file.write({"n": 1})
        with open(file.path) as open_before:
            file.write({"n": 2})
            self.assertEqual(json.load(open_before), {"n": 1})
        self.assertEqual(json.loads(Path(file.path).read_text()), {"n": 2})
        self.assertEqual(len(list(self.path.iterdir())), 1)

    def test_a_link_in_its_place_is_replaced_and_what_it_points_to_is_left_alone(self):
        victim = self.path / "victim"
        victim.write_text("precious")
        file = folder.ReportFile(str(self.path))
        os.symlink(victim, file.path)
        file.write({"n": 1})
        self.assertEqual(victim.read_text(), "precious")
        self.assertFalse(os.path.islink(file.path))

    def test_a_write_that_fails_leaves_nothing_behind(self):
        file = folder.ReportFile(str(self.path))
        os.mkdir(file.path)
        with self.assertRaises(OSError):
            file.write({"n": 1})
        with self.assertRaises(ValueError):
            file.write({"n": float("nan")})
        self.assertEqual([entry.name for entry in self.path.iterdir()], [f"{os.getpid()}.json"])

    def test_removing_one_that_is_gone_is_no_error(self):
        folder.ReportFile(str(self.path)).remove()


if __name__ == "__main__":
    unittest.main()
