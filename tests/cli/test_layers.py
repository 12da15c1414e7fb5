"""Layers of firmware that knows nothing of sramscope: rules, the generic rule, schedules."""

import json

from support import BOARD, OK, USAGE, CliTest, firmware

COUNTERS = ("cycles", "instructions", "loads", "stores", "load_bytes", "store_bytes", "flash_load_bytes")


class Layers(CliTest):
    def report(self, name, *options):
        done = self.expect(OK, "run", firmware(f"layers/{name}"), "--board", BOARD, "--json", *options)
        report = json.loads(done.out)
        for counter in COUNTERS:  # conservation
            total = report["outside"][counter] + sum(l["inclusive"][counter] for l in report["layers"] if l["parent"] < 0)
            self.assertEqual(report["total"][counter], total, counter)
        return report

    def check(self, name, rule, layers, *options):
        """Names and executions of the layers that a rule finds."""
        report = self.report(name, *options)
        self.assertEqual(rule, report["layer_source"]["rule"])
        self.assertEqual(layers, [(l["name"], l["executions"]) for l in report["layers"]])
        return report

    def test_tflite_micro(self):
        report = self.check("tflm", "tflm", [("CONV_2D", 3), ("CONV_2D", 3), ("MY_DETECTOR", 3), ("SOFTMAX", 3)])
        self.assertEqual("TensorFlow Lite Micro", report["layer_source"]["engine"])
        self.assertEqual("3 runs of the network, 4 layers in each", report["schedule"]["sentence"])
        # Two operators of one kind are two layers, each with its own half.
        self.assertEqual(report["layers"][0]["inclusive"]["cycles"], report["layers"][1]["inclusive"]["cycles"])

    def test_tinyengine(self):
        report = self.check("tinyengine", "tinyengine", [
            ("convolve_1x1_s8", 1), ("depthwise_kernel3x3_stride1_inplace_CHW", 1), ("convolve_1x1_s8", 1), ("add_fpreq", 1),
            ("convolve_1x1_s8", 1)])
        inside = sum(l["inclusive"]["instructions"] for l in report["layers"])
        self.assertGreater(inside, 0.99 * report["total"]["instructions"])

    def test_patches(self):
        report = self.check("tinyengine_patched", "tinyengine", [
            ("convolve_s8_kernel3", 6), ("depthwise_kernel3x3_stride1_inplace_CHW", 6), ("convolve_1x1_s8", 1),
            ("add_fpreq", 1), ("convolve_1x1_s8", 1)])
        self.assertEqual("layers 0-1 ran 6 times: 3x2 patches, then 3 layers once", report["schedule"]["sentence"])
        first, second = report["schedule"]["steps"]
        self.assertEqual((0, 1, 6, 3, 2), tuple(first[k] for k in ("first_layer", "last_layer", "repeats", "patch_rows",
                                                                 "patch_columns")))
        self.assertEqual((2, 4, 1), tuple(second[k] for k in ("first_layer", "last_layer", "repeats")))
        self.expect(OK, "run", firmware("layers/tinyengine_patched"), "--board", BOARD,
                    out=[r"engine: TinyEngine \(rule tinyengine, 5 layers, 99\.\d % of\s+cycles\)",
                         r"schedule: layers 0-1 ran 6 times: 3x2 patches", r"layers 0-1 .* = 6 x "])

    def test_tinymaix_counts_the_calls_of_a_run(self):
        self.check("tinymaix", "tinymaix", [("conv2d_dwconv2d", 2)] * 3 + [("fc", 2)])

    def test_cmsis_nn_called_directly(self):
        # The call inside the library and the buffer sizes are no layers; the last layer is a tail call.
        self.check("cmsis_nn", "cmsis-nn", [("convolve_wrapper_s8", 2), ("convolve_wrapper_s8", 2), ("softmax_s8", 2)])

    def test_other_engines(self):
        self.check("microtvm", "microtvm", [("nn_conv2d_add", 1), ("nn_conv2d_add", 1), ("nn_softmax", 1)])
        self.check("onnc", "onnc", [("conv_float", 1), ("relu_float", 1), ("conv_float", 1)])
        self.check("x_cube_ai", "x-cube-ai", [("conv2d", 1), ("conv2d", 1), ("dense", 1)])
        self.check("cmix_nn", "cmix-nn", [("convolve_HWC_u4_u8_u4_PACT", 1), ("depthwise_separable_conv_HWC_u8_u4_i2", 1),
                                          ("convolve_HWC_u4_u8_u4_PACT", 1)])
        self.check("triggers", "triggers", [("measured part", 1)])

    def test_unknown_engine(self):
        # note_progress is too small for a layer; longjmp leaves layer_exit, which ends all the same.
        report = self.check("own_engine", "generic", [("layer_stem", 1), ("layer_body", 1), ("layer_exit", 1),
                                                      ("layer_head", 1)])
        self.assertTrue(all(l["parent"] == -1 for l in report["layers"]))
        self.assertEqual([], report["warnings"])
        self.assertIn("my_inference", report["layer_source"]["reason"])

    def test_stripped(self):
        whole, stripped = self.report("tinyengine"), self.report("tinyengine_stripped")
        self.assertEqual("generic", stripped["layer_source"]["rule"])
        self.assertIn("stripped", stripped["layer_source"]["reason"])
        self.assertEqual([l["inclusive"] for l in whole["layers"]], [l["inclusive"] for l in stripped["layers"]])

    def test_same_figures_with_and_without_rules(self):
        with_rule, without = self.report("tflm"), self.report("tflm", "--layers", "none")
        self.assertEqual(with_rule["total"], without["total"])
        self.assertEqual(with_rule["memory"]["live_peak_bytes"], without["memory"]["live_peak_bytes"])
        self.assertEqual([], without["layers"])

    def test_same_run_same_report(self):
        self.assertEqual(self.report("tinyengine_patched"), self.report("tinyengine_patched"))


class Choice(CliTest):
    def test_what_would_be_found(self):
        self.expect(OK, "layers", firmware("layers/tinyengine_patched"),
                    out=["engine: TinyEngine", "why: 5 calls in invoke, invoke_1patch|why: 5 calls in invoke_1patch, invoke",
                         "invoke_1patch.*convolve_s8_kernel3", "patches: counted by the calls of invoke_1patch",
                         "rules that do not fit:", "tflm +no function is named"])
        self.expect(OK, "layers", firmware("small/hello"), out=["layers: none; no markers, no rule fits"])
        self.expect(OK, "layers", firmware("layer_m4"), out=["layers: markers"])

    def test_a_rule_by_name(self):
        self.expect(OK, "run", firmware("layers/tflm"), "--board", BOARD, "--layers", "tflm", out=["rule tflm"])
        self.expect(USAGE, "run", firmware("layers/tflm"), "--board", BOARD, "--layers", "tinymaix",
                    err=["the layer rule tinymaix does not fit: no function is named tml_"])
        self.expect(USAGE, "run", firmware("layers/tflm"), "--board", BOARD, "--layers", "tflite",
                    err=['no layer rule is named "tflite"; there are auto, .*tflm'])

    def test_own_rule_file(self):
        self.write("mine.json", json.dumps({"engine": "my engine", "container": "my_inference", "callee": "layer_*",
                                            "strip": ["layer_"]}))
        done = self.expect(OK, "run", firmware("layers/own_engine"), "--board", BOARD, "--layers", "mine.json", "--json")
        report = json.loads(done.out)
        self.assertEqual(["stem", "body", "exit", "head"], [l["name"] for l in report["layers"]])
        self.assertEqual(("mine", "my engine"), (report["layer_source"]["rule"], report["layer_source"]["engine"]))

    def test_a_bad_rule_file_says_where(self):
        for text, reason in (('{"engine": 1}', "engine: expected a string"), ("{", "not JSON"),
                             ('{"engine": "x", "callee": "a", "key": "r9"}', "key: expected an argument register"),
                             ('{"engine": "x", "calee": "a"}', 'unknown key "calee"'),
                             ('{"engine": "x"}', "container or callee")):
            self.write("bad.json", text)
            self.expect(USAGE, "layers", firmware("layers/tflm"), "--layers", "bad.json",
                        err=[f"layer rule bad.json: .*{reason}"])
        self.expect(USAGE, "layers", firmware("layers/tflm"), "--layers", "none.json", err=["cannot read"])


class Call(CliTest):
    def call(self, *options, code=OK, **expected):
        return self.expect(code, "run", firmware("layers/no_hardware"), "--board", BOARD, *options, **expected)

    def test_main_needs_hardware(self):
        self.call(code=3, err=["0x40020000"])

    def test_one_function(self):
        import struct
        self.write("image.bin", bytes(range(64)))
        self.call("--call", "invoke", "--call-arg", "10", "--input", "image=image.bin", "--output", "scores=scores.bin",
                  "--output", "scores", err=["stopped: invoke returned 1 after"], out=[r"scores \(8 bytes at 0x20"])
        total = sum(range(64))
        self.assertEqual((total * 3 * 0.5 + 10, total * -2 * 0.5),
                         struct.unpack("<2f", (self.directory / "scores.bin").read_bytes()))

    def test_stack(self):
        done = self.call("--call", "invoke", "--stack", "0x20300000", "--json")
        self.assertGreater(json.loads(done.out)["memory"]["stack_bytes"], 0)

    def test_mistakes(self):
        self.call("--call", "invok", code=USAGE, err=["no function of that name; did you mean invoke"])
        self.call("--call", "invoke", "--output", "score", code=USAGE, err=["no object of that name; did you mean scores"])
        self.call("--output", "scores", code=USAGE, err=["--output needs --call"])
        self.write("large.bin", bytes(65))
        self.call("--call", "invoke", "--input", "image=large.bin", code=USAGE, err=["large.bin has 65 bytes, the object 64"])
        self.call("--call", "invoke", "--input", "image", code=USAGE, err=["expected SYMBOL=FILE"])
        self.call("--call", "invoke", "--call-arg", "ten", code=USAGE, err=["expected a 32-bit number"])
