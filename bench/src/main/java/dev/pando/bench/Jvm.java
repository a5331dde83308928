package dev.pando.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// The main class of a JVM that is measured by itself.
final class Jvm {

    private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

    /// The same for all that run on a JVM. The collector is the JDK's own choice.
    private static final List<String> FLAGS = List.of(
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8",
            // Pekko uses it, and the JDK would warn each time.
            "--sun-misc-unsafe-memory-access=allow");

    private static final String VIRTUAL_THREADS = "pekko.actor.default-dispatcher.executor = virtual-thread-executor";

    /// How to start one, with the JDK and the class path of this one.
    static List<String> command(Contender contender, Order order, OptionalInt parallelism) {
        String heap = order.work() == Work.MILLION ? "-Xmx4g" : "-Xmx2g";
        return command(
                Jvm.class,
                heap,
                Stream.concat(Stream.of(contender.name()), order.arguments().stream())
                        .toList(),
                parallelism);
    }

    static List<String> command(Class<?> main, String heap, List<String> arguments, OptionalInt parallelism) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add(heap);
        parallelism.ifPresent(threads -> command.add("-D" + PARALLELISM + "=" + threads));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    public static void main(String[] args) {
        int status = 0;
        try (Subject subject = subject(Contender.valueOf(args[0]))) {
            Order order = Order.parse(Arrays.asList(args).subList(1, args.length));
            print(subject.about(), new Meter(subject, order.effort()).measure(order.work()));
        } catch (Throwable failure) {
            // A full heap as well: no figure comes of it.
            failure.printStackTrace();
            status = 1;
        }
        // Whatever threads are left.
        System.exit(status);
    }

    static void print(String about, List<Sample> samples) {
        System.out.println(Findings.ABOUT + about);
        samples.forEach(sample -> System.out.println(sample.line()));
    }

    private static Subject subject(Contender contender) {
        return switch (contender) {
            case PANDO -> new PandoSubject();
            case PEKKO -> new PekkoSubject(defaultPool(), PekkoCaller.ACTOR);
            case PEKKO_PROCESSORS -> new PekkoSubject(pool(processors()), PekkoCaller.ACTOR);
            case PEKKO_VIRTUAL -> new PekkoSubject(VIRTUAL_THREADS, PekkoCaller.ACTOR);
            case PEKKO_ASK -> new PekkoSubject(defaultPool(), PekkoCaller.ASK);
            case PEKKO_VIRTUAL_ASK -> new PekkoSubject(VIRTUAL_THREADS, PekkoCaller.ASK);
            case JDK -> new JdkSubject();
            case PEKKO_UNPACED, PEKKO_RECEPTIONIST, PEKKO_DDATA, PEKKO_SHARDING ->
                throw new IllegalArgumentException(contender + " takes several nodes");
            case BEAM -> throw new IllegalArgumentException("the BEAM does not run on a JVM");
        };
    }

    /// As this JVM was told.
    static OptionalInt parallelism() {
        Integer threads = Integer.getInteger(PARALLELISM);
        return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
    }

    /// As Pekko comes, or with as many threads as were asked for.
    static String defaultPool() {
        return Integer.getInteger(PARALLELISM) == null ? "" : pool(processors());
    }

    static int processors() {
        return Integer.getInteger(PARALLELISM, Runtime.getRuntime().availableProcessors());
    }

    static String pool(int threads) {
        return "pekko.actor.default-dispatcher.fork-join-executor { parallelism-min = %1$d, parallelism-max = %1$d }"
                .formatted(threads);
    }

    private Jvm() {}
}
