"""`view` without a display: pictures of reports, and what is refused."""

import json
import os
import signal
import struct
import subprocess
import time

from support import BINARY, BOARD, OK, USAGE, CliTest, firmware

NO_DISPLAY = {"SDL_VIDEODRIVER": "x11", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


def png_size(data):
    """Width and height of a PNG file."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    return struct.unpack(">II", data[16:24])


class Picture(CliTest):
    def setUp(self):
        super().setUp()
        self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--report", "r.json", "--quiet")

    def picture(self, *arguments):
        self.expect(OK, "view", *arguments, "--screenshot", "out.png")
        return (self.directory / "out.png").read_bytes()

    def test_has_the_size_that_was_asked_for(self):
        self.assertEqual((1440, 900), png_size(self.picture("r.json")))
        self.assertEqual((800, 600), png_size(self.picture("r.json", "--size", "800x600", "--panel", "timeline")))

    def test_of_two_reports_from_standard_input_too(self):
        report = (self.directory / "r.json").read_bytes()
        self.expect(OK, "view", "-", "r.json", "--screenshot", "out.png", stdin=report)

    def test_themes_and_panels_differ(self):
        pictures = {self.picture("r.json", *options) for options in
                    ([], ["--theme", "dark"], ["--panel", "timeline"], ["--scale", "2"])}
        self.assertEqual(4, len(pictures))

    def test_same_report_same_picture(self):
        self.assertEqual(self.picture("r.json"), self.picture("r.json"))

    def test_a_missing_display_names_the_way_out(self):
        self.expect(USAGE, "view", "r.json", environment=NO_DISPLAY, err=["display", "--screenshot out.png"])


class Live(CliTest):
    def test_run_view_shows_the_run_and_ends_with_the_window(self):
        environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "XDG_CONFIG_HOME": str(self.directory)}
        for name, board, code in (("small/hello", BOARD, OK), ("layer_m7", "stm32f746g-disco", OK)):
            run = subprocess.Popen([BINARY, "run", firmware(name), "--board", board, "--view", "--report", "r.json"],
                                   cwd=self.directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(run.kill)
            report = self.directory / "r.json"
            deadline = time.monotonic() + 60
            while not (report.exists() and report.stat().st_size) and time.monotonic() < deadline:
                time.sleep(0.1)
            time.sleep(0.5)
            run.send_signal(signal.SIGINT)  # SDL takes it as closing the window
            out, err = run.communicate(timeout=60)
            self.assertEqual(code, run.returncode, err.decode())
            self.assertFalse(json.loads(report.read_text())["partial"])
            report.unlink()
            self.assertTrue(out, "the table is printed as always")
        self.assertIn("window 1440 900", (self.directory / "sramscope" / "viewer.conf").read_text())

    def test_without_a_display_the_run_ends(self):
        self.expect(USAGE, "run", firmware("layer_m7"), "--board", "stm32f746g-disco", "--view", environment=NO_DISPLAY,
                    err=["cannot open a display"])


class Refused(CliTest):
    def test_reports(self):
        self.write("broken.json", '{"schema_version": 1, "provenance": ')
        self.write("newer.json", '{"schema_version": 999}')
        self.expect(USAGE, "view", "none.json", "--screenshot", "o.png", err=["error: none.json: "])
        self.expect(USAGE, "view", "broken.json", "--screenshot", "o.png", err=["error: broken.json: "])
        self.expect(USAGE, "view", "newer.json", "--screenshot", "o.png", err=["error: newer.json: .*999"])
        self.expect(USAGE, "view", firmware("small/hello"), "--screenshot", "o.png", err=["an ELF file.*sramscope run"])
        self.assertFalse((self.directory / "o.png").exists())

    def test_options(self):
        self.expect(USAGE, "view", "r.json", "--panel", "nonsense", err=["overview, timeline"])
        self.expect(USAGE, "view", "r.json", "--size", "800", err=["WIDTHxHEIGHT"])
        self.expect(USAGE, "view", "r.json", "--size", "0x600", err=["WIDTHxHEIGHT"])
        self.expect(USAGE, "view", "a.json", "b.json", "c.json", err=["2 required"])

    def test_a_picture_that_cannot_be_written(self):
        self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--report", "r.json", "--quiet")
        self.expect(USAGE, "view", "r.json", "--screenshot", "no/such/out.png", err=["cannot write no/such/out.png"])
