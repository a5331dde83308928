package dev.pando.cli;

import static dev.pando.cli.ChaosText.line;
import static dev.pando.cli.ChaosText.show;

import java.io.PrintWriter;
import java.util.List;

/// The report of a run with names, for people.
final class ChaosNamesText {

    static void print(ChaosNamesReport report, PrintWriter out) {
        line(
                out,
                "%5s %-19s %5s %6s %8s %9s %12s %13s %6s %6s",
                "cycle",
                "fault",
                "nodes",
                "names",
                "granted",
                "conflicts",
                "re-merge ms",
                "converged ms",
                "error",
                "wrong");
        for (ChaosNamesReport.Cycle cycle : report.cycles()) {
            line(
                    out,
                    "%5d %-19s %5d %6d %8d %9d %12s %13s %6s %6d",
                    cycle.number(),
                    cycle.what(),
                    cycle.nodes(),
                    cycle.names(),
                    cycle.granted(),
                    cycle.conflicts(),
                    show(cycle.remerge()),
                    converged(cycle.busy(), cycle),
                    show(cycle.took().error()),
                    cycle.wrong());
        }
        out.println();
        timesHead(out);
        times(out, "one cluster again", report.remerge());
        times(out, "then until names are right", report.converged());
        report.error()
                .ifPresent(error -> line(
                        out, "a node looks at its names every few ms, and did so here after up to %.0f ms", error));
        report.leftOut().forEach(what -> out.println("left out: " + what));
        line(out, "seed %d, %d conflicts, %.0f s", report.seed(), report.conflicts(), report.seconds());
        verdict(out, report.wrong(), report.faults());
    }

    static String converged(boolean busy, ChaosAgreed cycle) {
        return busy ? "busy" : show(cycle.took().converged());
    }

    static void verdict(PrintWriter out, long wrong, List<String> faults) {
        out.println(wrong == 0 ? "No wrong state." : "WRONG STATES: " + wrong);
        faults.forEach(fault -> out.println("  " + fault));
    }

    static void timesHead(PrintWriter out) {
        line(out, "%-30s %6s %9s %9s %9s", "milliseconds", "times", "median", "p99", "max");
    }

    static void times(PrintWriter out, String what, ChaosReport.Times times) {
        line(
                out,
                "%-30s %6d %9s %9s %9s",
                what,
                times.count(),
                show(times.median()),
                show(times.p99()),
                show(times.max()));
    }

    private ChaosNamesText() {}
}
