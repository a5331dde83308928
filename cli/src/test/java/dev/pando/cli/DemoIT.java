package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The demonstration with real processes: this one, and each node in its own.
class DemoIT {

    private static final String DONATIONS = "3000";

    @TempDir
    Path folder;

    private record Outcome(int exit, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    private static Outcome pando(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exit = commandLine.execute(arguments);
        return new Outcome(exit, out.toString(), err.toString());
    }

    @Test
    void nothingIsLostWhenTheCoordinatorIsKilled() throws IOException {
        Outcome outcome = pando("demo", "--json", "--count", DONATIONS, "--victim", "coordinator");

        assertSound(outcome);
        assertThat(outcome.json().at("/kill/coordinator").asBoolean()).isTrue();
    }

    @Test
    void nothingIsLostWhenAnotherNodeIsKilled() throws IOException {
        Outcome outcome = pando("demo", "--json", "--count", DONATIONS, "--victim", "other");

        assertSound(outcome);
        assertThat(outcome.json().at("/kill/coordinator").asBoolean()).isFalse();
    }

    private static void assertSound(Outcome outcome) throws IOException {
        assertThat(outcome.exit()).as(outcome.err() + outcome.out()).isZero();
        JsonNode report = outcome.json();
        assertThat(report.get("in").asLong()).isEqualTo(3000);
        assertThat(report.get("recorded").asLong()).isEqualTo(3000);
        assertThat(report.get("lost").asLong()).isZero();
        assertThat(report.get("doubled").asLong()).isZero();
        assertThat(report.at("/workers/expected").asLong()).isEqualTo(3000);
        assertThat(report.at("/workers/missing").asLong()).isZero();
        assertThat(report.at("/workers/doubled").asLong()).isZero();
        assertThat(report.at("/kill/detectedMillis").isNumber()).isTrue();
        assertThat(report.at("/kill/recoveredMillis").isNumber()).isTrue();
        long killed = 0;
        for (JsonNode node : report.get("nodes")) {
            killed += node.get("killed").asBoolean() ? 1 : 0;
            assertThat(node.get("workersBefore").asLong()).isPositive();
        }
        assertThat(killed).isEqualTo(1);
    }

    @Test
    void theDemonstrationFailsWhenNobodyTakesOver() throws IOException {
        Outcome outcome = pando("demo", "--json", "--count", "600", "--patience", "5", "--no-take-over");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.json().at("/workers/missing").asLong()).isPositive();
        assertThat(outcome.json().get("faults").toString()).contains("have no live worker");
    }

    @Test
    void anImportIsRecordedOnceWhateverItsFileIsCalled() throws IOException {
        Path first = folder.resolve("gifts.csv");
        Path second = folder.resolve("هدايا 二.csv");
        String rows = """
            donor,amount,currency,region
            Ada Lovelace,"1,000.50",GBP,eu-west
            محمد العتيبي,12.500,KWD,me-central
            佐藤 さくら,1000,JPY,ap-southeast
            佐藤 さくら,1000,JPY,ap-southeast
            """;
        Files.writeString(first, rows);
        Files.writeString(second, rows);
        String ledger = folder.resolve("ledger").toString();

        Outcome once = pando("demo", "--json", "--input", first.toString(), "--source", "gifts", "--ledger", ledger);
        Outcome again = pando("demo", "--json", "--input", second.toString(), "--source", "gifts", "--ledger", ledger);

        assertThat(once.exit()).as(once.err() + once.out()).isZero();
        assertThat(once.json().get("recorded").asLong()).isEqualTo(4);
        assertThat(again.exit()).as(again.err() + again.out()).isZero();
        assertThat(again.json().get("recorded").asLong()).isZero();
        assertThat(again.json().get("refusedDuplicates").asLong()).isGreaterThanOrEqualTo(4);
        assertThat(totalOf(again, "JPY")).isEqualByComparingTo("2000");
    }

    @Test
    void badRowsAreReportedAndStopNothingElse() throws IOException {
        Path file = folder.resolve("gifts.csv");
        Files.writeString(file, """
            donor,amount,currency,region
            Ada,10,USD,us-east
            Bob,ten,USD,us-east
            Cy,10,XYZ,us-east
            "Dee,10,USD,us-east
            Eve,20,USD,us-east
            """);

        Outcome outcome = pando("demo", "--json", "--input", file.toString(), "--source", "gifts");

        assertThat(outcome.exit()).as(outcome.err() + outcome.out()).isZero();
        assertThat(outcome.json().get("in").asLong()).isEqualTo(2);
        assertThat(outcome.json().get("recorded").asLong()).isEqualTo(2);
        assertThat(outcome.json().get("rejected").asLong()).isEqualTo(3);
        assertThat(outcome.err())
                .contains(file + ":3: ")
                .contains(file + ":4: ")
                .contains(file + ":5: ");
    }

    @Test
    void theRealReceiptsAreRecorded() throws IOException {
        Path receipts = Path.of("..", "..", "shared", "data", "australian-party-receipts-2017-18.csv");
        assumeTrue(Files.exists(receipts), receipts + " is not here");

        Outcome outcome = pando(
                "demo",
                "--json",
                "--input",
                receipts.toString(),
                "--source",
                "aec-2017-18",
                "--donor",
                "Name",
                "--amount",
                "Value",
                "--currency",
                "AUD",
                "--region-column",
                "Party");

        assertThat(outcome.exit()).as(outcome.err() + outcome.out()).isZero();
        assertThat(outcome.json().get("recorded").asLong()).isEqualTo(615);
        assertThat(totalOf(outcome, "AUD")).isEqualByComparingTo("20208587.00");
    }

    @Test
    void whatCannotBeUsedIsOneLine() throws IOException {
        Path file = folder.resolve("gifts.csv");
        Files.writeString(file, "who,amount\nAda,1\n");
        Path broken = folder.resolve("latin1.csv");
        Files.write(broken, new byte[] {'d', 'o', 'n', 'o', 'r', ',', 'a', '\n', (byte) 0xE9, ',', '1', '\n'});

        assertOneLine(pando("demo", "--input", folder.resolve("no.csv").toString(), "--source", "s"), "no.csv");
        assertOneLine(pando("demo", "--input", file.toString()), "--source");
        assertOneLine(pando("demo", "--input", file.toString(), "--source", "s"), "donor");
        assertOneLine(
                pando(
                        "demo",
                        "--input",
                        broken.toString(),
                        "--source",
                        "s",
                        "--amount",
                        "a",
                        "--currency",
                        "EUR",
                        "--region",
                        "r"),
                "--charset");
        assertOneLine(pando("demo", "--nodes", "1"), "--nodes");
    }

    private static void assertOneLine(Outcome outcome, String named) {
        assertThat(outcome.exit()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains(named));
    }

    @Test
    void everyProcessEndsWithTheOneThatStartedIt() throws Exception {
        Process demo = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "demo"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<ProcessHandle> nodes = new ArrayList<>();
        try {
            // Says so on standard error when the nodes are up.
            assertThat(demo.errorReader().readLine()).contains("nodes are up");
            demo.children().forEach(nodes::add);
            assertThat(nodes).hasSize(3);

            demo.destroyForcibly();

            for (ProcessHandle node : nodes) {
                node.onExit().get(20, java.util.concurrent.TimeUnit.SECONDS);
            }
        } finally {
            demo.destroyForcibly();
            nodes.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static BigDecimal totalOf(Outcome outcome, String currency) throws IOException {
        for (JsonNode total : outcome.json().get("totals")) {
            if (total.get("currency").asText().equals(currency)) {
                return new BigDecimal(total.get("amount").asText());
            }
        }
        throw new AssertionError("no total in " + currency);
    }
}
