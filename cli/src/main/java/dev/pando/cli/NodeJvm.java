package dev.pando.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How to start another process of this command: small, with the JDK and the class path of this one.
final class NodeJvm {

    /// The command line.
    ///
    /// @param process what its log calls it
    static List<String> command(String process, String logLevel, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djdk.serialFilter=!*",
                "-Dstderr.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dpando.process=" + process,
                "-Dpando.log=" + logLevel,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private NodeJvm() {}
}
