"""How the example jobs show what they measured: a block for each section, the table at the end, the JSON report."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from measuring import Measured, Outcome

WIDTH = 100
LEGEND = (
    "shuffle, tasks and slow/med: before > after. slow/med: the time of the slowest task over that of the median one, "
    "in the stage of the slowest task; - where no stage had three tasks. spill: of the worse of the two."
)


def size(count: float) -> str:
    """Bytes in decimal units, three digits at most before the unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.5 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def speed_up(ratio: float) -> str:
    """Two decimals where one would hide whether there is any."""
    return f"{ratio:.2f}x" if ratio < 2 else f"{ratio:.1f}x"


def times(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}x"


def print_section(outcome: Outcome) -> None:
    """Every variant of one section, the first of its lines for the figures and the next for its joins."""
    section = outcome.section
    if section is None:
        print(f"skipped: {outcome.statement}", flush=True)
        return
    print(
        f"{'':<29}{'median':>8}{'min to max':>16}{'speed-up':>10}{'shuffle':>10}{'broadcast':>11}"
        f"{'tasks':>7}{'slow/med':>9}"
    )
    base = outcome.measured[section.before].median
    for name, one in outcome.measured.items():
        mark = {section.before: "before", section.after: "after"}.get(name, "")
        spread = f"{min(one.seconds):.2f} to {max(one.seconds):.2f}"
        print(
            f"  {mark:<7}{name:<20}{one.median:>6.2f} s{spread:>16}{speed_up(base / one.median):>10}"
            f"{size(one.figures.shuffle_bytes):>10}{size(one.figures.broadcast_bytes):>11}"
            f"{one.figures.tasks:>7}{times(one.figures.slowest_over_median_task):>9}"
        )
        joins = [f"{count} x {join}" if count > 1 else join for join, count in Counter(one.figures.joins).items()]
        if joins:
            print(textwrap.fill(", ".join(joins), WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9))
    for note in outcome.notes:
        print(textwrap.fill(note, WIDTH, initial_indent="  ", subsequent_indent="  "))
    print(end="", flush=True)


def print_table(outcomes: list[Outcome]) -> None:
    """The last thing a job prints: the pair of every section, beside what people promise of it."""
    print("\n" + "=" * WIDTH)
    print(
        f"{'section':<17}{'before':>8}{'after':>9}{'speed-up':>10}{'shuffle':>21}{'tasks':>11}{'slow/med':>14}"
        f"{'spill':>10}"
    )
    for outcome in outcomes:
        section = outcome.section
        print("-" * WIDTH)
        if section is None:
            print(textwrap.fill(f"{outcome.name:<17} skipped: {outcome.statement}", WIDTH, subsequent_indent=" " * 18))
            continue
        before, after = outcome.measured[section.before], outcome.measured[section.after]
        old, new = before.figures, after.figures
        shuffle = f"{size(old.shuffle_bytes)} > {size(new.shuffle_bytes)}"
        skew = f"{times(old.slowest_over_median_task)} > {times(new.slowest_over_median_task)}"
        gain = speed_up(before.median / after.median)
        print(
            f"{outcome.name:<17}{before.median:>6.2f} s{after.median:>7.2f} s{gain:>10}"
            f"{shuffle:>21}{f'{old.tasks} > {new.tasks}':>11}{skew:>14}"
            f"{size(max(old.spill_bytes, new.spill_bytes)):>10}"
        )
        print_labelled("compared", f"{section.before} (before) with {section.after} (after)")
        print_labelled("rule of thumb", str(section.claim or "none"))
        print_labelled("measured", outcome.statement)
        print_labelled("takeaway", section.takeaway)
    print("=" * WIDTH)
    print(textwrap.fill(LEGEND, WIDTH), flush=True)


def print_labelled(label: str, text: str) -> None:
    print(textwrap.fill(text, WIDTH, initial_indent=f"  {label:<16}", subsequent_indent=" " * 18))


def write_report(
    path: str, job: str, environment: dict[str, Any], options: dict[str, Any], outcomes: list[Outcome], seconds: float
) -> None:
    """Writes the same as JSON, in the form of report.schema.json."""
    report = {
        "schema": 1,
        "job": job,
        "ok": all(outcome.verdict != "disagrees" for outcome in outcomes),
        "seconds": round(seconds, 3),
        "environment": environment,
        "options": options,
        "sections": [section_report(outcome) for outcome in outcomes],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")


def section_report(outcome: Outcome) -> dict[str, Any]:
    section = outcome.section
    if section is None:
        return {"name": outcome.name, "verdict": outcome.verdict, "statement": outcome.statement}
    before, after = outcome.measured[section.before], outcome.measured[section.after]
    return {
        "name": outcome.name,
        "verdict": outcome.verdict,
        "statement": outcome.statement,
        "question": section.question,
        "takeaway": section.takeaway,
        "rule_of_thumb": asdict(section.claim) if section.claim else None,
        "before": section.before,
        "after": section.after,
        "speed_up": round(before.median / after.median, 3),
        "variants": [variant_report(name, one) for name, one in outcome.measured.items()],
        "notes": outcome.notes,
    }


def variant_report(name: str, one: Measured) -> dict[str, Any]:
    return {
        "name": name,
        "seconds": [round(value, 4) for value in one.seconds],
        "median_seconds": round(one.median, 4),
        "checksums": sorted(one.checksums),
        "figures": asdict(one.figures),
    }
