package dev.pando.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/// The main class of a JVM that is one of two nodes.
final class RemoteJvm {

    private static final int FAILED = 1;

    /// How to start one, with the JDK and the class path of this one.
    static List<String> command(Contender contender, End end, Wire wire, Order order, OptionalInt parallelism) {
        List<String> arguments = new ArrayList<>(List.of(contender.name(), end.name()));
        arguments.addAll(wire.arguments());
        arguments.addAll(order.arguments());
        return Jvm.command(RemoteJvm.class, "-Xmx2g", arguments, parallelism);
    }

    public static void main(String[] args) {
        Thread.ofPlatform().daemon().start(RemoteJvm::endWithWhoStartedIt);
        List<String> arguments = Arrays.asList(args);
        Contender contender = Contender.valueOf(args[0]);
        List<String> rest = arguments.subList(2, arguments.size());
        Wire wire = Wire.parse(rest);
        int status = 0;
        try {
            switch (End.valueOf(args[1])) {
                case FAR -> serve(contender, wire);
                case NEAR -> measure(contender, wire, Order.parse(rest.subList(Wire.ARGUMENTS, rest.size())));
            }
        } catch (Throwable failure) {
            // A full heap as well: no figure comes of it.
            failure.printStackTrace();
            status = FAILED;
        }
        // Whatever threads are left.
        System.exit(status);
    }

    /// Standard input has nothing to say but that it ends.
    static void endWithWhoStartedIt() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void serve(Contender contender, Wire wire) throws Exception {
        try (AutoCloseable _ = far(contender, wire)) {
            System.out.println(Wire.READY);
            new CountDownLatch(1).await();
        }
    }

    private static void measure(Contender contender, Wire wire, Order order) throws Exception {
        try (RemoteSubject subject = near(contender, wire)) {
            Jvm.print(subject.about(), new RemoteMeter(subject, order.effort()).measure(order.work()));
        }
    }

    private static AutoCloseable far(Contender contender, Wire wire) {
        return switch (contender.column()) {
            case PANDO -> PandoEnd.far(wire);
            case PEKKO -> PekkoEnd.far(wire, dispatcher(contender));
            case BEAM, JDK -> throw new IllegalArgumentException(contender + " is not two nodes on a JVM");
        };
    }

    private static RemoteSubject near(Contender contender, Wire wire) {
        return switch (contender.column()) {
            case PANDO -> new PandoRemote(wire);
            case PEKKO ->
                new PekkoRemote(
                        wire, dispatcher(contender), contender == Contender.PEKKO_UNPACED ? Pace.NONE : Pace.ACKED);
            case BEAM, JDK -> throw new IllegalArgumentException(contender + " is not two nodes on a JVM");
        };
    }

    private static String dispatcher(Contender contender) {
        return contender == Contender.PEKKO_PROCESSORS ? Jvm.pool(Jvm.processors()) : Jvm.defaultPool();
    }

    private RemoteJvm() {}
}
