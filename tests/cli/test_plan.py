"""sramscope plan: where a network's memory goes, searches, and what it refuses."""

import json

from support import COMPARISON_FAILED, OK, USAGE, CliTest

MOBILENET = ("mobilenet_v2", "--width", "0.35", "--resolution", "144")
LAYER_PEAK = 72 * 72 * (8 + 48)  # block2/expand: input and output


class Plan(CliTest):
    def plan(self, *arguments, code=OK):
        return json.loads(self.expect(code, "plan", *arguments, "--json").out)

    def test_layer_by_layer(self):
        plan = self.plan(*MOBILENET)
        self.assertEqual("layer", plan["schedule"])
        self.assertEqual(LAYER_PEAK, plan["lower_bound_bytes"])
        self.assertEqual(plan["layer_by_layer_macs"], plan["macs"])
        self.assertEqual(plan["macs"], sum(block["macs"] for block in plan["blocks"]))
        self.assertEqual(LAYER_PEAK, max(block["planned_bytes"] for block in plan["blocks"]))
        self.assertEqual(LAYER_PEAK, max(layer["analytic_bytes"] for layer in plan["layers"]))

    def test_buffers_fill_the_arena_and_do_not_overlap(self):
        for schedule in ("layer", "patch:4x4@5b", "patch:1x3@5b,rows,fetch"):
            plan = self.plan(*MOBILENET, "--schedule", schedule)
            buffers = plan["buffers"]
            ends = [buffer["offset"] + buffer["bytes"] for buffer in buffers]
            self.assertEqual(plan["arena_bytes"], max(ends))
            for i, a in enumerate(buffers):
                for j, b in enumerate(buffers[:i]):
                    if a["first_slot"] > b["last_slot"] or b["first_slot"] > a["last_slot"]:
                        continue
                    apart = ends[i] <= b["offset"] or ends[j] <= a["offset"]
                    self.assertTrue(apart or a["in_place_of"] == j, f"{schedule}: {a} {b}")

    def test_sram_is_kept_with_the_fewest_macs(self):
        roomy = self.plan(*MOBILENET, "--sram", "1M")
        self.assertEqual("layer", roomy["schedule"])
        plan = self.plan(*MOBILENET, "--sram", "100K", "--no-row-cache")
        self.assertLessEqual(plan["arena_bytes"], 100 * 1024)
        self.assertGreater(plan["macs"], plan["layer_by_layer_macs"])
        cached = self.plan(*MOBILENET, "--sram", "100K")
        self.assertLess(cached["macs"], plan["macs"])

    def test_overhead_is_kept_with_the_least_memory(self):
        tight = self.plan(*MOBILENET, "--max-overhead", "1.02", "--fetch-input")
        loose = self.plan(*MOBILENET, "--max-overhead", "1.5", "--fetch-input")
        self.assertLessEqual(tight["macs"], 1.02 * tight["layer_by_layer_macs"])
        self.assertLess(loose["arena_bytes"], tight["arena_bytes"])

    def test_pareto_trades_memory_for_macs(self):
        frontier = self.plan("mcunet_vww", "--pareto")["frontier"]
        self.assertGreater(len(frontier), 5)
        for a, b in zip(frontier, frontier[1:]):
            self.assertLess(a["bytes"], b["bytes"])
            self.assertGreater(a["macs"], b["macs"])
        self.expect(OK, "plan", "mcunet_vww", "--pareto", out=["peak +bytes +MACs x +calls +flash"])

    def test_text_shows_blocks_stage_and_peak(self):
        self.expect(OK, "plan", *MOBILENET, "--schedule", "patch:4x4@5b", "--sram", "128K", out=[
            "block2 .*72x72x8 .*36x36x8 .*283.5 kB.* !",
            "stage 1: block0/conv to block4/project in 4x4 patches; each sees 59x59 of 144x144x3",
            "halo: .* MACs computed again, \\+\\d+.\\d % of the stage",
            "peak .* in block2/expand: input 60.8 kB", "above the lower bound of",
            "--sram \\(128.0 kB\\): fits; layer by layer 2 of 19 blocks exceed it"])
        self.expect(OK, "plan", "ds_cnn", "--layers", out=["head/softmax +softmax"])

    def test_what_does_not_fit(self):
        self.expect(COMPARISON_FAILED, "plan", *MOBILENET, "--sram", "2K",
                    err=["does not fit 2048 bytes: the least that any schedule needs is \\d+ bytes"],
                    out=["does not fit; layer by layer 19 of 19 blocks exceed it"])

    def test_own_networks(self):
        self.write("n.json", json.dumps({
            "format": "sramscope-network", "version": 1, "name": "mine",
            "input": {"name": "x", "shape": [16, 16, 3]},
            "layers": [{"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 8, "kernel": [3, 3],
                        "padding": "same"},
                       {"name": "b", "op": "mean", "inputs": ["a"]}]}))
        plan = self.plan("n.json")
        self.assertEqual("mine", plan["network"])
        self.assertEqual(16 * 16 * 8 * 27, plan["macs"])
        self.expect(USAGE, "plan", "n.json", "--width", "0.5", err=["parameters of the networks"])

    def test_refused(self):
        self.expect(USAGE, "plan", "mobilenet", err=["unknown network 'mobilenet'; known are mobilenet_v2,"])
        self.expect(USAGE, "plan", "none.tflite", err=["cannot read none.tflite"])
        self.write("bad.tflite", "TFL")
        self.expect(USAGE, "plan", "bad.tflite", err=["bad.tflite: not a TensorFlow Lite file"])
        self.expect(USAGE, "plan", *MOBILENET, "--schedule", "patch:4x4", err=["expected \"layer\" or"])
        self.expect(USAGE, "plan", *MOBILENET, "--schedule", "patch:99x1@5b", err=["at most a patch per pixel"])
        self.expect(USAGE, "plan", *MOBILENET, "--sram", "lots", err=["--sram"])
        self.expect(USAGE, "plan", *MOBILENET, "--board", "nosuch", err=["nosuch"])
        self.expect(USAGE, "plan", *MOBILENET, "--max-overhead", "0.5", err=["--max-overhead 0.5: expected 1 or more"])
