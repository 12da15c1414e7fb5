"""Functions, calls and lines: examples/layers/functions.c makes calls of every kind, counted here by hand."""

import json

from support import BOARD, OK, CliTest, firmware


class Functions(CliTest):
    def run_report(self, name, board=BOARD):
        report = json.loads(self.expect(OK, "run", firmware(name), "--board", board, "--json", "--exit-status").out)
        self.functions = {f["name"]: f for f in report["functions"]}
        self.edges = {(report["functions"][e["caller"]]["name"], report["functions"][e["callee"]]["name"]): e
                      for e in report["call_edges"]}
        return report

    def check_calls(self, report):
        calls = {name: f["calls"] for name, f in self.functions.items()}
        self.assertEqual(1, calls["main"])
        # 7 from main, 2 through tail, 2 from catch_jump, 3 from the handler
        self.assertEqual(14, calls["leaf"])
        self.assertEqual(25, calls["fibonacci"])
        self.assertEqual(2, calls["tail"])
        self.assertEqual((51, 50), (calls["ping"], calls["pong"]))
        self.assertEqual((2, 10, 2), (calls["catch_jump"], calls["dive"], calls["jump_out"]))
        self.assertEqual(3, calls["SVC_Handler"])
        edges = {pair: e["calls"] for pair, e in self.edges.items()}
        self.assertEqual(7, edges["main", "leaf"])
        self.assertEqual(1, edges["main", "fibonacci"])
        self.assertEqual(24, edges["fibonacci", "fibonacci"])
        self.assertEqual(2, edges["main", "tail"])
        self.assertEqual(2, edges["tail", "leaf"])
        self.assertEqual(2, edges["catch_jump", "leaf"], "after longjmp, catch_jump runs again")
        self.assertEqual(3, edges["SVC_Handler", "leaf"])
        self.assertEqual(3, sum(f["calls"] for n, f in self.functions.items() if n == "SVC_Handler"))
        self.assertNotIn(("interrupted", "SVC_Handler"), edges)

    def check_sums(self, report):
        for counter in ("cycles", "instructions", "loads", "stores", "load_bytes", "store_bytes", "flash_load_bytes"):
            self.assertEqual(report["total"][counter], sum(f["exclusive"][counter] for f in report["functions"]), counter)
        tree = report["call_tree"]
        self.assertEqual(report["total"]["cycles"], sum(n["exclusive_cycles"] for n in tree))
        for i, node in enumerate(tree):
            self.assertLess(node["parent"], i)
            below = sum(n["inclusive_cycles"] for n in tree if n["parent"] == i)
            self.assertEqual(node["inclusive_cycles"], node["exclusive_cycles"] + below)
        for function in report["functions"]:
            self.assertLessEqual(function["exclusive"]["cycles"], function["inclusive"]["cycles"])
            self.assertLessEqual(function["inclusive"]["cycles"], report["total"]["cycles"])

    def test_calls_of_every_kind(self):
        report = self.run_report("layers/functions")
        self.check_calls(report)
        self.check_sums(report)
        # Recursion: the inclusive figure is that of the one call from outside.
        self.assertEqual(self.functions["fibonacci"]["inclusive"], self.edges["main", "fibonacci"]["inclusive"])
        self.assertEqual(self.functions["fibonacci"]["inclusive"]["cycles"], self.functions["fibonacci"]["exclusive"]["cycles"])

    def test_on_a_core_that_returns_by_bx(self):
        self.write("microbit.json", json.dumps({
            "name": "m0", "core": "cortex-m0", "clock_mhz": 16, "interrupts": 32, "priority_bits": 2, "regions": [
                {"name": "FLASH", "kind": "flash", "base": 0, "size": "256K"},
                {"name": "RAM", "kind": "sram", "base": "0x20000000", "size": "16K"}]}))
        report = self.run_report("layers/functions_m0", "microbit.json")
        self.check_calls(report)
        self.check_sums(report)

    def test_a_network(self):
        report = self.run_report("layer_m4")
        self.check_sums(report)
        # All but the C library's functions have lines.
        in_lines = sum(l["exclusive"]["instructions"] for l in report["lines"])
        self.assertLessEqual(in_lines, report["total"]["instructions"])
        self.assertGreater(in_lines, 0.99 * report["total"]["instructions"])
        files = {l["file"] for l in report["lines"]}
        self.assertTrue(any(f.endswith("network/kernels/pointwise.c") for f in files), files)

    def test_the_table(self):
        self.expect(OK, "run", firmware("layers/functions"), "--board", BOARD, "--functions",
                    out=[r"function +own cycles +share +with callees", r"\nfibonacci +[\d.]+", r"\nleaf +"])
        done = self.expect(OK, "run", firmware("layers/functions"), "--board", BOARD)
        self.assertNotIn("own cycles", done.out)
