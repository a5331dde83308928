package dev.pando.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code pando} command. */
@Command(name = "pando", version = "pando 0.1.0-SNAPSHOT", mixinStandardHelpOptions = true)
final class Main implements Runnable {

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
