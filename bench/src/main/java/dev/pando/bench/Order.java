package dev.pando.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What one virtual machine is told to do. Travels as command-line arguments, since not every machine is a JVM.
record Order(Work work, Effort effort) {

    List<String> arguments() {
        Stream<Long> numbers = Stream.of(
                effort.warmUp().toMillis(),
                (long) effort.batches(),
                effort.batch().toMillis(),
                (long) effort.population(),
                (long) effort.names(),
                (long) effort.runs(),
                work.operationsMax());
        return Stream.concat(Stream.of(work.id()), numbers.map(String::valueOf)).toList();
    }

    static Order parse(List<String> arguments) {
        Effort effort = new Effort(
                Duration.ofMillis(Long.parseLong(arguments.get(1))),
                Integer.parseInt(arguments.get(2)),
                Duration.ofMillis(Long.parseLong(arguments.get(3))),
                Integer.parseInt(arguments.get(4)),
                Integer.parseInt(arguments.get(5)),
                Integer.parseInt(arguments.get(6)));
        return new Order(Work.of(arguments.getFirst()), effort);
    }
}
