package dev.pando.bench;

import java.util.ArrayList;
import java.util.List;

/// What a virtual machine has printed.
///
/// @param about its name and version
record Findings(String about, List<Sample> samples) {

    static final String ABOUT = "about ";

    /// Other lines, such as log messages, are passed over.
    ///
    /// @throws IllegalArgumentException when something is missing or damaged
    static Findings parse(List<String> lines) {
        String about = "";
        List<Sample> samples = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(ABOUT)) {
                about = line.substring(ABOUT.length()).strip();
            }
            Sample.parse(line).ifPresent(samples::add);
        }
        if (about.isEmpty() || samples.isEmpty()) {
            throw new IllegalArgumentException("no figures in: " + lines);
        }
        return new Findings(about, List.copyOf(samples));
    }
}
