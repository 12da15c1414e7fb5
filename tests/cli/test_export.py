"""`export` and `check`: each format is read by what it is meant for, where that is there."""

import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

from support import COMPARISON_FAILED, OK, USAGE, CliTest, firmware


class WithReport(CliTest):
    def setUp(self):
        super().setUp()
        self.elf = firmware("patch_m4")
        self.expect(OK, "run", self.elf, "--board", "mps2-an386", "--report", "r.json", "--quiet")
        self.report = json.loads((self.directory / "r.json").read_text())

    def exported(self, name):
        return self.expect(OK, "export", "r.json", "--format", name).out


class Export(WithReport):
    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.exported("csv"))))
        self.assertEqual(len(self.report["layers"]) + 2, len(rows))
        total = rows[-1]
        self.assertEqual(str(self.report["total"]["cycles"]), total["cycles"])
        self.assertEqual(str(self.report["memory"]["live_peak_bytes"]), total["live_peak_bytes"])

    def test_markdown(self):
        lines = [line for line in self.exported("markdown").splitlines() if line.startswith("|")]
        self.assertEqual(len(self.report["layers"]) + 4, len(lines))
        self.assertEqual({8}, {line.count("|") for line in lines})

    def test_perfetto(self):
        events = json.loads(self.exported("perfetto"))["traceEvents"]
        slices = [e for e in events if e["ph"] == "X"]
        counters = [e for e in events if e["ph"] == "C"]
        self.assertEqual(len(self.report["executions"]), len(slices))
        self.assertTrue(all(e["dur"] >= 0 and e["ts"] >= 0 for e in slices))
        self.assertEqual(self.report["memory"]["live_peak_bytes"], max(sum(e["args"].values()) for e in counters))
        for before, after in zip(counters, counters[1:]):
            self.assertLessEqual(before["ts"], after["ts"])
            self.assertNotEqual(before["args"], after["args"])

    def test_speedscope(self):
        done = json.loads(self.exported("speedscope"))
        profile = done["profiles"][0]
        self.assertEqual(len(profile["samples"]), len(profile["weights"]))
        self.assertEqual(self.report["total"]["cycles"], sum(profile["weights"]))
        frames = len(done["shared"]["frames"])
        self.assertTrue(all(0 <= i < frames for sample in profile["samples"] for i in sample))

    def test_callgrind(self):
        text = self.exported("callgrind")
        self.assertIn("events: Cycles Instr Read Write Stall\n", text)
        tool = shutil.which("callgrind_annotate")
        if tool is None:
            self.skipTest("callgrind_annotate (Debian: valgrind) is not installed")
        (self.directory / "callgrind.out.1").write_text(text)
        done = subprocess.run([tool, "--threshold=100", "callgrind.out.1"], cwd=self.directory, capture_output=True, text=True,
                              check=True)
        totals = re.search(r"^ *([\d,]+).*PROGRAM TOTALS", done.stdout, re.M)
        self.assertIsNotNone(totals, done.stdout + done.stderr)
        self.assertEqual(self.report["total"]["cycles"], int(totals.group(1).replace(",", "")))

    def test_folded(self):
        lines = self.exported("folded").splitlines()
        self.assertEqual(self.report["total"]["cycles"], sum(int(line.rsplit(" ", 1)[1]) for line in lines))

    def test_svg(self):
        for name in ("svg-blocks", "svg-timeline", "svg-map"):
            root = xml.fromstring(self.exported(name))
            self.assertEqual("{http://www.w3.org/2000/svg}svg", root.tag)
            self.assertGreater(len(root), 8)

    def test_output_file_and_errors(self):
        self.expect(OK, "export", "r.json", "--format", "junit", "-o", "j.xml")
        root = xml.fromstring((self.directory / "j.xml").read_text())
        self.assertEqual("testsuites", root.tag)
        self.expect(USAGE, "export", "r.json", "--format", "pdf", err=["pdf"])
        self.expect(USAGE, "export", self.elf, "--format", "csv", err=["an ELF file; export takes a report"])


class Check(WithReport):
    def test_budgets(self):
        peak = self.report["memory"]["live_peak_bytes"]
        self.expect(OK, "check", "r.json", "--max-sram", peak, out=[r"^ok    peak SRAM"])
        done = self.expect(COMPARISON_FAILED, "check", "r.json", "--max-sram", peak - 1, "--junit", "j.xml",
                           out=[r"^FAIL  peak SRAM .* exceeds the budget of .* by 1 B \(layer \d+ "])
        self.assertEqual(1, len(done.out.splitlines()))
        root = xml.fromstring((self.directory / "j.xml").read_text())
        self.assertEqual("1", root.get("failures"))

    def test_an_elf_has_a_flash_size(self):
        self.expect(OK, "check", self.elf, "--board", "mps2-an386", "--max-flash", "1M", "--max-stack", "4K", out=["ok    flash"])
        self.expect(COMPARISON_FAILED, "check", self.elf, "--board", "mps2-an386", "--max-flash", "1K", out=["FAIL  flash"])
        self.expect(COMPARISON_FAILED, "check", "r.json", "--max-flash", "1M", out=["a report does not tell"])

    def test_baseline(self):
        self.expect(OK, "check", "r.json", "--baseline", "r.json", out=[r"0 %"])
        worse = json.loads(json.dumps(self.report))
        worse["memory"]["live_peak_bytes"] = worse["memory"]["live_peak_bytes"] * 103 // 100
        self.write("worse.json", json.dumps(worse))
        self.expect(COMPARISON_FAILED, "check", "worse.json", "--baseline", "r.json", "--tolerance", "2%", out=["FAIL  peak SRAM"])
        self.expect(OK, "check", "worse.json", "--baseline", "r.json", "--tolerance", "5%")

    def test_bad_use(self):
        self.expect(USAGE, "check", "r.json", err=["nothing to check"])
        self.expect(USAGE, "check", "r.json", "--max-sram", "lots", err=["--max-sram"])
        self.expect(USAGE, "check", "r.json", "--baseline", "r.json", "--tolerance", "some", err=["percentage"])
