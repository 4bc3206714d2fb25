"""The process that makes one PDF: reads an order (JSON) from its input, writes the PDF to its output, and ends.

Run by common/typesetting.py as a file of its own, so that a crash or an endless loop of typst takes no request along.
Before it looks at the source it gives up opening anything: with no number of a file left, a source can neither read
a file nor fetch a package. It imports nothing of ours.
"""

import json
import resource
import sys
from typing import Any

import typst

SECONDS = 15
MEMORY = 1_500_000_000
"""Bytes of address space: a fault of typst must not take the memory of the server."""


def main() -> int:
    """Make the PDF that the order asks for; return 1 with typst's words on the error output where it cannot be made."""
    order = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    try:
        made: Any = typst.Compiler(
            order["source"].encode(), root="/proc", font_paths=fonts, ignore_system_fonts=True,
            sys_inputs=order["inputs"],
        ).compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=order["timestamp"])  # fmt: skip
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic or error.message)
        return 1
    sys.stdout.buffer.write(bytes(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
