package dev.pando.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.util.Locale;

/// The report for people.
final class DemoText {

    static void print(DemoReport report, PrintWriter out) {
        line(out, "donations in        %,12d", report.in());
        line(out, "recorded            %,12d", report.recorded());
        line(out, "refused duplicates  %,12d", report.refusedDuplicates());
        line(out, "rejected rows       %,12d", report.rejected());
        line(out, "lost                %,12d", report.lost());
        line(out, "doubled             %,12d", report.doubled());
        out.println();
        line(out, "%-8s %12s %24s %24s", "currency", "rows", "amount", "zakat");
        for (DemoReport.Total total : report.totals()) {
            total(out, total);
        }
        out.println();
        line(out, "%-20s %14s %14s %14s %14s", "node", "workers before", "workers after", "rows before", "rows after");
        for (DemoReport.OfNode node : report.nodes()) {
            line(
                    out,
                    "%-20s %,14d %,14d %,14d %,14d",
                    node.killed() ? node.node() + " killed" : node.node(),
                    node.workersBefore(),
                    node.workersAfter(),
                    node.rowsBefore(),
                    node.rowsAfter());
        }
        line(
                out,
                "workers: %,d expected, %,d missing, %,d doubled",
                report.workers().expected(),
                report.workers().missing(),
                report.workers().doubled());
        report.kill()
                .ifPresent(kill -> line(
                        out,
                        "%s was killed after %,d donations; noticed after %s ms, all workers back after %s ms",
                        kill.coordinator() ? kill.node() + " (coordinator)" : kill.node(),
                        kill.atDone(),
                        kill.detectedMillis().map(Object::toString).orElse("?"),
                        kill.recoveredMillis().map(Object::toString).orElse("?")));
        line(out, "%s s", report.seconds());
        out.println(report.isSound() ? "Nothing was lost, nothing recorded twice." : "NOT SOUND:");
        report.faults().forEach(fault -> out.println("  " + fault));
    }

    private static void total(PrintWriter out, DemoReport.Total total) {
        line(
                out,
                "%-8s %,12d %24s %24s",
                total.currency(),
                total.rows(),
                grouped(total.amount()),
                grouped(total.zakat()));
    }

    private static String grouped(BigDecimal amount) {
        NumberFormat format = NumberFormat.getInstance(Locale.ROOT);
        format.setMinimumFractionDigits(amount.scale());
        format.setMaximumFractionDigits(amount.scale());
        return format.format(amount);
    }

    @SuppressWarnings("AnnotateFormatMethod") // private, and each caller passes a literal
    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private DemoText() {}
}
