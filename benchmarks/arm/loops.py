"""Finds inner loops in compiled Arm kernels and asks llvm-mca what they cost. Python 3, nothing else.

A loop is the code between a backward branch and its target; it is innermost if no other backward
branch lies inside. What an iteration does is counted from its instructions, so that nothing here
knows a kernel's signature or source: see KERNELS and the functions it names.
"""
import collections
import json
import os
import re
import subprocess
import sys

CORES = ["neoverse-n1", "cortex-a72", "cortex-a55", "cortex-a53"]

# Multiply-accumulates that one look-up stands for: the size of a sub-codeword, Cs'.
SUB_CODEWORD_SIZE = 8


def accumulated(loop):
    """Look-ups: entries of the table that are added. Sums that come from memory also go back to it."""
    count = loop.memory_bytes(loads=True) - loop.memory_bytes(loads=False)
    return count // (1 if loop.adds_bytes() else 2)


def gathered(loop):
    """Look-ups: results of table instructions, of which a 16-bit entry takes two."""
    steps = "tbl" if "tbl" in loop.mnemonics else "tbx"
    joined = any(mnemonic.startswith("zip") for mnemonic in loop.function_mnemonics)
    return loop.lanes("^%s$" % steps) // (2 if joined else 1)


def multiplied(loop):
    """Multiply-accumulates of integers."""
    return loop.lanes(r"^([su]?(ml[as]|mull?)[l2]*|sqr?dm[lu][als]h)$") + 4 * loop.lanes(r"^(s|u|us|su)dot$")


def fused(loop):
    """Multiply-accumulates of floats."""
    return loop.lanes(r"^fml[as]$")


# What is looked for: kernel, object file, symbols, what an iteration does, multiply-accumulates of each.
Kernel = collections.namedtuple("Kernel", "name file symbol work unit worth")
KERNELS = [
    Kernel("accumulate 8 bits", r"^lookup_bytes_neon\.", r"accumulate", accumulated, "look-ups", SUB_CODEWORD_SIZE),
    Kernel("build tables of 8-bit operands, dot product", r"^lookup_bytes_neon_dotprod", r"build", multiplied, "MACs", 1),
    Kernel("build tables of 8-bit operands", r"^lookup_bytes_build_neon", r"build", multiplied, "MACs", 1),
    Kernel("accumulate 16 bits", r"^lookup_neon", r"accumulate", accumulated, "look-ups", SUB_CODEWORD_SIZE),
    Kernel("build tables of 16-bit operands", r"^lookup_neon", r"build_table", multiplied, "MACs", 1),
    Kernel("gather", r"^lookup_neon", r"gather", gathered, "look-ups", SUB_CODEWORD_SIZE),
    Kernel("dense fp32", r"^dense_neon", r"multiply", fused, "MACs", 1),
]

LABEL = re.compile(r"^[0-9a-f]+ <([^>]+)>:")
LINE = re.compile(r"^\s*([0-9a-f]+):\s+([a-z][\w.]*)\s*(.*?)\s*(?://.*)?$")
TARGET = re.compile(r"(0x[0-9a-f]+)(?: <[^>]*>)?$")
BRANCH = re.compile(r"^(b|b\.\w+|cbz|cbnz|tbz|tbnz)$")
BYTES = {"q": 16, "d": 8, "s": 4, "h": 2, "b": 1}


def disassemble(objdump, path):
    """Symbol -> list of (address, mnemonic, operands)."""
    text = subprocess.run([objdump, "-d", "--no-show-raw-insn", path], check=True,
                          capture_output=True, text=True).stdout
    functions, current = {}, None
    for line in text.splitlines():
        label = LABEL.match(line)
        instruction = LINE.match(line)
        if label:
            current = functions.setdefault(label.group(1), [])
        elif instruction and current is not None:
            address, mnemonic, operands = instruction.groups()
            current.append((int(address, 16), mnemonic, " ".join(operands.split())))
    return functions


def split_operands(operands):
    return [o.strip() for o in re.split(r",(?![^\[{]*[\]}])", operands)]


def lanes_of(operand):
    """(lanes, bytes) of a vector register or a list of them; (0, 0) for anything else."""
    vector = re.search(r"v\d+\.(\d+)([bhsd])", operand)
    if vector:
        lanes = int(vector.group(1))
        return lanes, lanes * BYTES[vector.group(2)] * registers_of(operand)
    scalar = re.match(r"^([qdshb])\d+$", operand)
    return (1, BYTES[scalar.group(1)]) if scalar else (0, 0)


def registers_of(operand):
    numbers = [int(n) for n in re.findall(r"v(\d+)", operand)]
    if "-" in operand:
        return (numbers[1] - numbers[0]) % 32 + 1
    return len(numbers)


class Loop:
    def __init__(self, function, function_code, first, last):
        self.function = function
        self.function_mnemonics = [mnemonic for _, mnemonic, _ in function_code]
        self.code = function_code[first:last + 1]
        self.mnemonics = self.function_mnemonics[first:last + 1]

    def matching(self, pattern):
        return [(mnemonic, split_operands(operands)) for _, mnemonic, operands in self.code
                if re.match(pattern, mnemonic)]

    def vector_instructions(self):
        return sum(1 for _, _, operands in self.code if re.search(r"\b(v\d+\.|[qd]\d+\b)", operands))

    def memory_bytes(self, loads):
        """Of vectors, other than what the compiler spills to the stack."""
        pattern = r"^(ldp|ldr|ldur|ldnp|ld[1-4]r?)$" if loads else r"^(stp|str|stur|stnp|st[1-4])$"
        return sum(lanes_of(operand)[1] for _, operands in self.matching(pattern)
                   for operand in operands if not operand.startswith("[")
                   and not any(o.startswith("[sp") for o in operands))

    def lanes(self, pattern):
        """Lanes of the results of all instructions like `pattern`."""
        return sum(lanes_of(operands[0])[0] for _, operands in self.matching(pattern))

    def adds_bytes(self):
        """Whether table entries are bytes: they are widened while they are added, or added as bytes."""
        return bool(self.matching(r"^[su](add[wl]p?2?|adalp)$")) or any(
            ".16b" in operands[0] for _, operands in self.matching(r"^([su]q|[su]r?h)?add$"))

    def table_registers(self):
        return max([registers_of(operands[1]) for _, operands in self.matching(r"^tb[lx]$")] or [0])

    def text(self):
        """For the assembler; the branch at the end is taken, others leave the loop."""
        lines = [".Ltop:"]
        for address, mnemonic, operands in self.code:
            if BRANCH.match(mnemonic):
                label = ".Ltop" if address == self.code[-1][0] else ".Lend"
                operands = TARGET.sub(label, operands)
            lines.append("\t%s\t%s" % (mnemonic, operands))
        return "\n".join(lines + [".Lend:", ""])


def innermost(name, code):
    index = {address: i for i, (address, _, _) in enumerate(code)}
    spans = set()
    for last, (_, mnemonic, operands) in enumerate(code):
        target = TARGET.search(operands) if BRANCH.match(mnemonic) else None
        first = index.get(int(target.group(1), 16)) if target else None
        if first is not None and first <= last:
            spans.add((first, last))
    return [Loop(name, code, first, last) for first, last in sorted(spans)
            if not any(o != (first, last) and first <= o[0] and o[1] <= last for o in spans)]


def cycles(mca, loop, core, iterations=1000):
    """Cycles per iteration; every load hits the first cache, every branch is foreseen."""
    run = subprocess.run([mca, "-mtriple=aarch64-linux-gnu", "-mcpu=" + core, "-mattr=+dotprod",
                          "-json", "-iterations=%d" % iterations],
                         input=loop.text(), capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit("llvm-mca cannot read a loop of %s:\n%s\n%s" % (loop.function, run.stderr, loop.text()))
    summary = json.loads(run.stdout[run.stdout.index("{"):])["CodeRegions"][0]["SummaryView"]
    return summary["TotalCycles"] / iterations


def describe(kernel, loop, mca):
    work = kernel.work(loop)
    cost = {core: cycles(mca, loop, core) for core in CORES}
    entry = {
        "function": loop.function,
        "instructions": len(loop.code),
        "vector_instructions": loop.vector_instructions(),
        "work": work,
        "unit": kernel.unit,
        "cycles": cost,
        "work_per_cycle": {core: round(work / cost[core], 3) for core in CORES},
        "macs_per_cycle": {core: round(work * kernel.worth / cost[core], 2) for core in CORES},
        "assembly": [" ".join(line.split()) for line in loop.text().splitlines()],
    }
    if kernel.work is accumulated:
        entry["table_bits"] = 8 if loop.adds_bytes() else 16
    if kernel.work is gathered:
        entry["table_registers"] = loop.table_registers()
        entry["per_64_entries"] = "tbl" not in loop.mnemonics
    return entry


def analyze(folder, objdump, mca):
    """All loops of KERNELS in the objects of a folder, names of other functions with vector loops, and
    names of kernels without a loop.

    `hot` marks a function's loop with the most vector instructions: the widest strip, the most
    unrolled; of look-ups in rows, the one with the most of them. A gather kernel has loops for
    several sizes of tables: there it marks all.
    """
    found, others = [], set()
    for file in sorted(os.listdir(folder)):
        if not re.match(r"^\w+_neon.*\.(o|obj)$", file):
            continue
        functions = disassemble(objdump, os.path.join(folder, file))
        known = [k for k in KERNELS if re.match(k.file, file)]
        for name, code in functions.items():
            loops = [l for l in innermost(name, code) if l.vector_instructions() > 0]
            kernel = next((k for k in known if re.search(k.symbol, name)), None)
            if kernel is None:
                if loops:
                    others.add(name)
                continue
            loops = [l for l in loops if kernel.work(l) > 0]
            # What follows the taps of a filter is a loop of its own where there is one tap only.
            size = kernel.work if kernel.work is accumulated else Loop.vector_instructions
            hottest = max(loops, key=size, default=None)
            for loop in loops:
                found.append({"kernel": kernel.name, "object": file,
                              "hot": loop is hottest or kernel.work is gathered,
                              **describe(kernel, loop, mca)})
    absent = [k.name for k in KERNELS if not any(f["kernel"] == k.name for f in found)]
    return found, sorted(others), absent
