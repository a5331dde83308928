package dev.pando.cli;

import static dev.pando.cli.ChaosNamesText.times;
import static dev.pando.cli.ChaosText.line;
import static dev.pando.cli.ChaosText.show;

import java.io.PrintWriter;

/// The report of a run with children, for people.
final class ChaosChildrenText {

    static void print(ChaosChildrenReport report, PrintWriter out) {
        line(
                out,
                "%5s %-17s %5s %8s %7s %5s %6s %6s %9s %13s %11s %12s %6s %5s",
                "cycle",
                "fault",
                "nodes",
                "children",
                "started",
                "ended",
                "calls",
                "failed",
                "conflicts",
                "taken over ms",
                "re-merge ms",
                "converged ms",
                "error",
                "wrong");
        for (ChaosChildrenReport.Cycle cycle : report.cycles()) {
            line(
                    out,
                    "%5d %-17s %5d %8d %7d %5d %6d %6d %9d %13s %11s %12s %6s %5d",
                    cycle.number(),
                    cycle.what(),
                    cycle.nodes(),
                    cycle.children(),
                    cycle.started(),
                    cycle.ended(),
                    cycle.calls(),
                    cycle.failed(),
                    cycle.conflicts(),
                    show(cycle.takenOver()),
                    show(cycle.remerge()),
                    ChaosNamesText.converged(cycle.busy(), cycle),
                    show(cycle.took().error()),
                    cycle.wrong());
        }
        out.println();
        kinds(report, out);
        out.println();
        ChaosNamesText.timesHead(out);
        times(out, "one cluster again", report.remerge());
        times(out, "then until children are right", report.converged());
        times(out, "all back after a kill", report.killed());
        times(out, "all on each side of a cut", report.cut());
        report.error()
                .ifPresent(error -> line(
                        out, "a node looks at its children every few ms, and did so here after up to %.0f ms", error));
        report.leftOut().forEach(what -> out.println("left out: " + what));
        line(out, "seed %d, %d conflicts, %.0f s", report.seed(), report.conflicts(), report.seconds());
        ChaosNamesText.verdict(out, report.wrong(), report.faults());
    }

    private static void kinds(ChaosChildrenReport report, PrintWriter out) {
        line(
                out,
                "%-10s %6s %23s %23s %23s %9s %5s",
                "kind",
                "cycles",
                "taken over median / max",
                "re-merge",
                "converged",
                "conflicts",
                "wrong");
        for (ChaosChildrenReport.Kind kind : report.kinds()) {
            line(
                    out,
                    "%-10s %6d %23s %23s %23s %9d %5d",
                    kind.fault(),
                    kind.cycles(),
                    both(kind.takenOver()),
                    both(kind.remerge()),
                    both(kind.converged()),
                    kind.conflicts(),
                    kind.wrong());
        }
    }

    private static String both(ChaosReport.Times times) {
        return show(times.median()) + " / " + show(times.max());
    }

    private ChaosChildrenText() {}
}
