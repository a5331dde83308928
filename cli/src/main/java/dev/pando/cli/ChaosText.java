package dev.pando.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/// The report for people.
final class ChaosText {

    static void print(ChaosReport report, PrintWriter out) {
        line(
                out,
                "%5s %-16s %5s %15s %12s %11s %8s %7s %6s",
                "cycle",
                "fault",
                "nodes",
                "noticed ms",
                "re-merge ms",
                "round trip",
                "hiccup",
                "events",
                "faults");
        for (ChaosReport.Cycle cycle : report.cycles()) {
            ChaosReport.Times noticed = ChaosReport.Times.of(cycle.noticed());
            line(
                    out,
                    "%5d %-16s %5d %15s %12s %11s %8s %7d %6d",
                    cycle.number(),
                    cycle.what(),
                    cycle.nodes(),
                    show(noticed.median()) + " / " + show(noticed.max()),
                    show(cycle.remerge()),
                    show(cycle.roundTrip()),
                    show(cycle.hiccup()),
                    cycle.events(),
                    cycle.faults().size());
        }
        out.println();
        line(out, "%-40s %6s %9s %9s", "milliseconds", "times", "median", "max");
        times(out, "a cut is noticed", report.detection());
        times(out, "one cluster again", report.remerge());
        times(out, "a kill is noticed", report.killNoticed());
        times(out, "a stopped process is noticed", report.hungNoticed());
        times(out, "worst round trip beside it", report.hungRoundTrip());
        if (report.unmeasurable() > 0) {
            line(out, "%-40s %6d", "not measurable, for the hiccup", report.unmeasurable());
        }
        report.leftOut().forEach(what -> out.println("left out: " + what));
        line(out, "seed %d, %.0f s", report.seed(), report.seconds());
        out.println(report.isSound() ? "All promises held." : "NOT SOUND:");
        report.faults().forEach(fault -> out.println("  " + fault));
    }

    private static void times(PrintWriter out, String what, ChaosReport.Times times) {
        line(out, "%-40s %6d %9s %9s", what, times.count(), show(times.median()), show(times.max()));
    }

    static String show(Optional<Double> millis) {
        return millis.map(value -> String.format(Locale.ROOT, "%,.0f", value)).orElse("-");
    }

    @SuppressWarnings("AnnotateFormatMethod") // each caller passes a literal
    static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private ChaosText() {}
}
