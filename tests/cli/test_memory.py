"""What a report says about memory: kinds, buffers, timeline, definitions of the peak, findings."""

import json

from support import BOARD, COMPARISON_FAILED, OK, USAGE, CliTest, firmware


class MemoryTest(CliTest):
    def report_of(self, name):
        done = self.expect(OK, "run", firmware(name), "--board", BOARD, "--json")
        return json.loads(done.out)

    def uses(self, report, layer):
        """Role and figures of each buffer that a layer uses, by name."""
        index = [i for i, l in enumerate(report["layers"]) if l["name"] == layer][0]
        return {b["name"]: b for b in report["layer_buffers"] if b["layer"] == index}


class Figures(MemoryTest):
    def test_everything_adds_up(self):
        for name in ("layer_m4", "patch_m4", "small/known_buffers", "small/hello"):
            report = self.report_of(name)
            memory = report["memory"]
            peak = memory["live_peak_bytes"]
            self.assertEqual(peak, sum(memory["live_by_kind_bytes"]))
            self.assertEqual(memory["touched_bytes"], sum(memory["touched_by_kind_bytes"]))
            self.assertEqual(memory["reserved_bytes"], sum(memory["reserved_by_kind_bytes"]))
            self.assertEqual(peak, sum(i["live_bytes"] for i in report["peak_items"]))
            self.assertEqual(peak, max(p["live_bytes"] for p in report["timeline"]))
            for point in report["timeline"]:
                self.assertEqual(point["live_bytes"], sum(point["by_kind_bytes"]))
            for layer in report["layers"]:
                self.assertEqual(layer["memory"]["live_peak_bytes"], sum(layer["memory"].get("live_by_kind_bytes", [0])))
            self.assertEqual(("live", peak), (report["peak_definitions"][0]["name"], report["peak_definitions"][0]["bytes"]))
            for definition in report["peak_definitions"]:
                self.assertEqual(definition["bytes"], peak + sum(t["bytes"] for t in definition["terms"]), definition)

    def test_the_map_shows_no_more_than_there_is(self):
        report = self.report_of("layer_m4")
        memory_map = report["memory_map"]
        for row in memory_map["rows"]:
            self.assertEqual(memory_map["columns"], sum(columns for columns, _ in row["runs"]))
            self.assertTrue(all(live <= row["size_bytes"] for _, live in row["runs"]))
        widest = max(sum(columns) for columns in zip(*([live for n, live in row["runs"] for _ in range(n)]
                                                       for row in memory_map["rows"])))
        self.assertGreaterEqual(widest, report["memory"]["live_peak_bytes"] * 0.99)

    def test_explain_peak(self):
        done = self.expect(OK, "run", firmware("layer_m4"), "--board", BOARD, "--explain-peak",
                           out=[r"\(in place [\d.]+ kB", "by other definitions: touched", r"alive at the peak", r"linker total: [\d,]+ B"])
        self.assertIn("live peak", done.out)


class Buffers(MemoryTest):
    def test_known_buffers(self):
        report = self.report_of("small/known_buffers")
        role = lambda layer, name: self.uses(report, layer)[name]["role"]
        self.assertEqual("input", role("initialised", "initialised"))
        self.assertEqual("scratch", role("write_then_read", "thousand"))
        self.assertEqual("scratch", role("never_read", "unread"))
        self.assertEqual("output", role("fill", "in_place"))
        self.assertEqual("in place", role("in_place", "in_place"))
        self.assertEqual("input", role("drain", "in_place"))
        self.assertEqual("output", role("producer", "six_hundred"))
        consumer = self.uses(report, "consumer")
        self.assertEqual(("input", 600), (consumer["six_hundred"]["role"], consumer["six_hundred"]["read_bytes"]))
        self.assertEqual(("output", 300), (consumer["three_hundred"]["role"], consumer["three_hundred"]["written_bytes"]))
        buffer = [b for b in report["buffers"] if b["name"] == "six_hundred"][0]
        # Start-up code clears it, then the producer writes it.
        self.assertEqual((600, 600, 1200), (buffer["size_bytes"], buffer["live_peak_bytes"], buffer["written_bytes"]))
        self.assertLess(buffer["born_cycle"], buffer["died_cycle"])

    def test_a_network_in_one_arena(self):
        report = self.report_of("layer_m4")
        uses = {b["role"]: b for b in self.uses(report, "conv3x3").values() if report["buffers"][b["buffer"]]["kind"] == "arena"}
        self.assertEqual(89888, uses["output"]["written_bytes"])


class Findings(MemoryTest):
    def test_one_of_each(self):
        report = self.report_of("small/memory_findings")
        name = lambda f: report["layers"][f["layer"]]["name"] if f["layer"] >= 0 else ""
        found = {(f["kind"], f["symbol"]): (f["size_bytes"], name(f)) for f in report["findings"]}
        self.assertEqual(64, found["uninitialised-read", "never_written"][0])
        self.assertEqual((300, "writes_only"), found["dead-store", "log_buffer"])
        self.assertEqual((32, "leaves_arena"), found["outside-arena", "tensor_arena"])
        self.assertGreaterEqual(found["never-touched", "spare"][0], 2048 - 32)
        self.assertLess(found["stack-near-data", "never_written"][0], 256)
        self.assertEqual({"uninitialised-read", "dead-store", "outside-arena", "never-touched", "stack-near-data"},
                         {kind for kind, _ in found})

    def test_fail_on(self):
        elf = firmware("small/memory_findings")
        self.expect(COMPARISON_FAILED, "run", elf, "--board", BOARD, "--fail-on", "dead-store,outside-arena",
                    err=["error: dead-store: 300 B of log_buffer", r"outside-arena: 32 B .*layer \d+ 'leaves_arena'"])
        self.expect(OK, "run", elf, "--board", BOARD, "--fail-on", "stack-overrun")
        self.expect(COMPARISON_FAILED, "run", elf, "--board", BOARD, "--fail-on", "any")
        self.expect(USAGE, "run", elf, "--board", BOARD, "--fail-on", "everything", err=["everything"])
