"""Files that are no firmware, or not one for this board: exit code 2, and a message that says what is wrong."""

import pathlib
import struct

from support import BINARY, BOARD, OK, USAGE, CliTest, firmware

HEADER = 52  # bytes of an ELF32 header
E_MACHINE, E_PHOFF, E_PHENTSIZE, E_PHNUM = 18, 28, 42, 44


def patched(data, offset, layout, value):
    out = bytearray(data)
    struct.pack_into(layout, out, offset, value)
    return bytes(out)


def program_header(data, index, field):
    """Offset in the file of a field of a program header."""
    (table,) = struct.unpack_from("<I", data, E_PHOFF)
    (size,) = struct.unpack_from("<H", data, E_PHENTSIZE)
    return table + index * size + {"offset": 4, "paddr": 12, "filesz": 16, "memsz": 20}[field]


class BadElf(CliTest):
    def setUp(self):
        super().setUp()
        self.good = pathlib.Path(firmware("small/hello")).read_bytes()

    def refuse(self, content, *fragments, name="fw.elf"):
        self.write(name, content)
        done = self.expect(USAGE, "run", name, "--board", BOARD, err=[f"^error: {name}", *fragments])
        self.assertEqual("", done.out)

    def test_empty_and_text(self):
        self.refuse(b"", "empty|not .*ELF")
        self.refuse(b"#!/bin/sh\n", "not .*ELF")

    def test_truncated_anywhere(self):
        for size in (4, 16, HEADER - 1, HEADER, HEADER + 10):
            self.refuse(self.good[:size], "truncated|not .*ELF|past the end|beyond")
        (offset,) = struct.unpack_from("<I", self.good, program_header(self.good, 0, "offset"))
        self.refuse(self.good[:offset + 100], "truncated|past the end|beyond")

    def test_x86(self):
        self.refuse(pathlib.Path(BINARY).read_bytes(), "not a 32-bit little-endian Arm ELF", "x86-64")

    def test_other_machine(self):
        self.refuse(patched(self.good, E_MACHINE, "<H", 8), "not a 32-bit little-endian Arm ELF")

    def test_big_endian(self):
        out = bytearray(self.good)
        out[5] = 2  # EI_DATA
        for offset, size in [(16, 2), (18, 2), (20, 4), (24, 4), (28, 4), (32, 4), (36, 4)] + [
                (o, 2) for o in range(40, HEADER, 2)]:
            out[offset:offset + size] = bytes(reversed(out[offset:offset + size]))
        self.refuse(bytes(out), "not a 32-bit little-endian Arm ELF", "big-endian")

    def test_object_file_without_segments(self):
        self.refuse(patched(self.good, E_PHNUM, "<H", 0), "PT_LOAD|segment|nothing to load")

    def test_segment_reaching_past_the_file(self):
        self.refuse(patched(self.good, program_header(self.good, 0, "filesz"), "<I", 0x7fffffff), "truncated|past the end|beyond")

    def test_every_byte_of_the_header_may_be_wrong(self):
        """No crash, whatever is in the header: an error or a limit, never a signal."""
        for offset in range(HEADER):
            for value in (0x00, 0x7f, 0xff):
                out = bytearray(self.good)
                out[offset] = value
                self.write("fw.elf", bytes(out))
                done = self.run_cli("run", "fw.elf", "--board", BOARD, "--max-instructions", "100k")
                self.assertIn(done.code, (0, 2, 3, 4), f"offset {offset} value {value}: {done.err}")

    def test_too_big_for_the_board(self):
        self.expect(USAGE, "run", firmware("layer_m7_mps2"), "--board", "stm32f407g-disc1",
                    err=["does not fit stm32f407g-disc1", r"\d+ bytes|no memory"])

    def test_from_standard_input(self):
        self.expect(OK, "run", "-", "--board", BOARD, stdin=self.good, out=["hello, world"])
        self.expect(USAGE, "run", "-", "--board", BOARD, stdin=self.good[:100], err=["^error: <stdin>"])
        self.expect(USAGE, "run", "-", "--board", "-", stdin=self.good, err=["cannot both"])
