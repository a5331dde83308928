package dev.pando.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// The main class of a JVM that is at one of several places.
final class PlaceJvm {

    /// A million names fit.
    private static final String HEAP = "-Xmx2g";

    /// In place of a contender.
    private static final String NEWCOMER = "NEWCOMER";

    private static final int FAILED = 1;

    /// How to start one, with the JDK and the class path of this one.
    static List<String> command(Contender contender, int place, Places places, Order order, OptionalInt parallelism) {
        return command(List.of(contender.name(), String.valueOf(place), places.argument()), order, parallelism);
    }

    /// How to start the one in which nodes come and go.
    private static AutoCloseable newcomer(Places places, int generation, Order order) throws IOException {
        List<String> arguments = List.of(NEWCOMER, String.valueOf(generation), places.argument());
        return MeasuredProcess.beside(command(arguments, order, Jvm.parallelism()));
    }

    private static List<String> command(List<String> arguments, Order order, OptionalInt parallelism) {
        return Jvm.command(
                PlaceJvm.class,
                HEAP,
                Stream.concat(arguments.stream(), order.arguments().stream()).toList(),
                parallelism);
    }

    public static void main(String[] args) {
        Thread.ofPlatform().daemon().start(RemoteJvm::endWithWhoStartedIt);
        Places places = Places.parse(args[2]);
        int number = Integer.parseInt(args[1]);
        Order order = Order.parse(Arrays.asList(args).subList(3, args.length));
        int status = 0;
        try {
            if (args[0].equals(NEWCOMER)) {
                PandoPlace.comeAndGo(places, number);
            } else if (number == Places.NEAR) {
                measure(Contender.valueOf(args[0]), places, order);
            } else {
                serve(Contender.valueOf(args[0]), number, places, order.work().stage());
            }
        } catch (Throwable failure) {
            // A full heap as well: no figure comes of it.
            failure.printStackTrace();
            status = FAILED;
        }
        // Whatever threads are left.
        System.exit(status);
    }

    private static void serve(Contender contender, int place, Places places, Stage stage) throws Exception {
        try (AutoCloseable _ = far(contender, place, places, stage)) {
            System.out.println(Wire.READY);
            new CountDownLatch(1).await();
        }
    }

    private static AutoCloseable far(Contender contender, int place, Places places, Stage stage)
            throws InterruptedException {
        if (stage == Stage.FAILOVER) {
            int nodes = place == places.newcomer() ? places.nodes() + 1 : place;
            return contender == Contender.PANDO
                    ? PandoWorkplace.join(place, places, nodes)
                    : PekkoWorkplace.join(place, places, nodes);
        }
        return contender == Contender.PANDO
                ? PandoPlace.join(place, places)
                : PekkoPlace.join(place, places, book(contender));
    }

    private static void measure(Contender contender, Places places, Order order) throws Exception {
        switch (order.work().stage()) {
            case REGISTRY -> {
                try (NamesSubject subject = names(contender, places, order)) {
                    Jvm.print(subject.about(), new NamesMeter(subject, order.effort()).measure(order.work()));
                }
            }
            case FAILOVER -> {
                try (FailoverSubject subject = workers(contender, places, () -> victim(contender, places, order))) {
                    Jvm.print(subject.about(), new FailoverMeter(subject, order.effort()).measure(order.work()));
                }
            }
            case LOCAL, CLUSTER -> throw new IllegalArgumentException(order.work() + " takes one node or two");
        }
    }

    private static NamesSubject names(Contender contender, Places places, Order order) throws Exception {
        return contender == Contender.PANDO
                ? new PandoNames(places, generation -> newcomer(places, generation, order))
                : new PekkoNames(places, book(contender));
    }

    private static FailoverSubject workers(Contender contender, Places places, Victims victims) throws Exception {
        return contender == Contender.PANDO ? new PandoWorkers(places, victims) : new PekkoWorkers(places, victims);
    }

    /// The last node, which is there to be killed.
    private static AutoCloseable victim(Contender contender, Places places, Order order) throws IOException {
        return MeasuredProcess.ready(command(contender, places.newcomer(), places, order, Jvm.parallelism()));
    }

    private static PekkoBook book(Contender contender) {
        return switch (contender) {
            case PEKKO_RECEPTIONIST -> new PekkoReceptionist();
            case PEKKO_DDATA -> new PekkoDdata();
            case PANDO,
                    PEKKO_SHARDING,
                    PEKKO,
                    PEKKO_PROCESSORS,
                    PEKKO_VIRTUAL,
                    PEKKO_ASK,
                    PEKKO_VIRTUAL_ASK,
                    PEKKO_UNPACED,
                    BEAM,
                    JDK -> throw new IllegalArgumentException(contender + " is no registry on a JVM beside Pando");
        };
    }

    private PlaceJvm() {}
}
