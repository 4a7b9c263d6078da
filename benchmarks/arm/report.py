"""Called by arm.sh: report.py FOLDER, where environment and counts lie, writes arm.json and arm.txt there."""
import glob
import json
import os
import platform
import re
import subprocess
import sys

import loops

# Instruction counts show that look-ups pay if they need at most this part of sgemm's.
WANTED = 5.0


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def processor():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"^model name\s*: (.*)$", info.read(), re.MULTILINE)
    return "%s, %d cores" % (model.group(1) if model else platform.machine(), os.cpu_count())


def read_layers(folder):
    """Counts lie in LAYER.WAY.VARIANT.count, what the program printed beside it in .out."""
    layers = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.count"))):
        layer, way, variant = os.path.basename(path)[:-len(".count")].split(".")
        with open(path) as file:
            counts = [(int(n), name) for n, name in (line.split() for line in file)]
        with open(path[:-len("count")] + "out") as file:
            kernels, checksum = file.read().split()
        parts = sorted(((n, name) for n, name in counts if name not in ("all", "?")), reverse=True)
        layers.setdefault(layer, []).append({
            "way": way, "emulated": variant, "kernels": kernels, "checksum": float(checksum),
            "instructions": dict((name, n) for n, name in counts)["all"],
            "functions": {name: n for n, name in parts[:6]},
        })
    return layers


def ratios(runs):
    """Of the leanest sgemm to each look-up run."""
    least = min(r["instructions"] for r in runs if r["way"] == "sgemm")
    for run in runs:
        run["sgemm_instructions_per_own"] = round(least / run["instructions"], 2)


def table(rows):
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    left = 4
    return ["  ".join(c.ljust(w) if i < left else c.rjust(w)
                      for i, (c, w) in enumerate(zip(row, widths))).rstrip() for row in rows]


def loop_title(loop):
    if "table_bits" in loop:
        return "%s, %d-bit tables" % (loop["kernel"], loop["table_bits"])
    if "table_registers" in loop:
        return "%s, %s%d registers" % (loop["kernel"], "each further " if loop["per_64_entries"] else "",
                                       loop["table_registers"])
    return loop["kernel"]


def loop_lines(results):
    rows = [["compiler", "kernel", "function", "per iteration"] + loops.CORES]
    for result in results:
        for loop in result["loops"]:
            if loop["hot"]:
                rows.append([result["compiler"].split()[0], loop_title(loop), loop["function"],
                             "%d %s, %d instructions" % (loop["work"], loop["unit"], loop["instructions"])]
                            + ["%.1f = %.1f" % (loop["work_per_cycle"][c], loop["macs_per_cycle"][c])
                               for c in loops.CORES])
    return table(rows) + [
        "%s: NO LOOP FOUND of %s, see KERNELS in benchmarks/arm/loops.py" % (
            r["compiler"].split()[0], ", ".join(r["kernels_without_loop"]))
        for r in results if r["kernels_without_loop"]]


def layer_lines(layers):
    rows = [["layer", "way", "kernels", "emulated core", "M instructions", "sgemm / this", "wanted"]]
    for layer, runs in sorted(layers.items()):
        for run in runs:
            wanted = ""
            if run["way"] == "lookup8":
                wanted = "%.0f: %s" % (WANTED, "yes" if run["sgemm_instructions_per_own"] >= WANTED else "NO")
            rows.append([layer, run["way"], run["kernels"], run["emulated"],
                         "%.1f" % (run["instructions"] / 1e6),
                         "%.2f" % run["sgemm_instructions_per_own"], wanted])
    lines = table(rows)
    for layer, runs in sorted(layers.items()):
        for run in runs:
            if run["way"].startswith("lookup"):
                lines.append("%s on %s: %s" % (layer, run["emulated"], ", ".join(
                    "%s %.1f M" % (name, n / 1e6) for name, n in run["functions"].items() if n > 1e5)))
    return lines


def main():
    folder = sys.argv[1]
    setting = os.environ
    results = []
    for name in setting["COMPILERS"].split():
        objects = os.path.join(folder, "build-" + name, "CMakeFiles/qcnn_objects.dir/src/kernels")
        found, others, absent = loops.analyze(objects, setting["OBJDUMP"], setting["MCA"])
        compiler = setting["COMPILER_" + name]
        results.append({"compiler": name + " " + output(compiler, "--version").splitlines()[0],
                        "loops": found, "other_functions": others, "kernels_without_loop": absent})
    layers = read_layers(os.path.join(folder, "counts"))
    for runs in layers.values():
        ratios(runs)
    report = {
        "command": setting["COMMAND"],
        "commit": setting["COMMIT"],
        "machine": processor(),
        "system": platform.platform(),
        "tools": {
            "llvm-mca": re.search(r"version \S+", output(setting["MCA"], "--version")).group(0),
            "qemu": output(setting["QEMU"], "--version").splitlines()[0],
            "openblas": setting["OPENBLAS"],
            "compilers": [r["compiler"] for r in results],
        },
        "sub_codeword_size": loops.SUB_CODEWORD_SIZE,
        "loops": results,
        "layers": layers,
    }
    with open(os.path.join(folder, "arm.json"), "w") as file:
        json.dump(report, file, indent=1)
        file.write("\n")
    lines = [
        "Inner loops, llvm-mca: work per cycle = multiply-accumulates per cycle (a look-up is worth %d)."
        % loops.SUB_CODEWORD_SIZE,
        "A model: every load hits the first cache, aligned or not, and every branch is foreseen; widest strip.",
        ""] + loop_lines(results) + [
        "",
        "Other functions with vector loops: " + ", ".join(sorted(set(sum((r["other_functions"] for r in results), [])))),
        "",
        "Instructions of one layer, one image, one thread, counted exactly by qemu; %s." % setting["OPENBLAS"],
        ""] + layer_lines(layers) + [
        "",
        "%s; %s, qemu %s; %s; commit %s" % (
            report["machine"], report["tools"]["llvm-mca"].replace("version", "llvm-mca"),
            report["tools"]["qemu"].split()[2], ", ".join(report["tools"]["compilers"]), report["commit"])]
    text = "\n".join(lines) + "\n"
    with open(os.path.join(folder, "arm.txt"), "w") as file:
        file.write(text)
    print(text, end="")


main()
