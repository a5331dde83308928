package dev.pando.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What threads do at the same time with a mailbox, the table of processes and a link looks as if done in a row.
public final class ProcessLincheckTest {

    @Test
    void aMailboxHasTheMessagesInAnOrderThatAllAgreeOn() {
        Interleavings.check(
                Letters.class,
                LettersModel.class,
                Interleavings.program().thread("put 1").thread("put 2").after("take", "take", "take"),
                Interleavings.program()
                        .thread("put 1", "put 2")
                        .thread("take", "take")
                        .after("take", "take"),
                // A search takes out of the middle while something is put behind it.
                Interleavings.program()
                        .before("put 2")
                        .thread("put 1", "put 3")
                        .thread("pollOdd", "take")
                        .after("take", "take"),
                Interleavings.program()
                        .before("put 2", "put 1")
                        .thread("put 3")
                        .thread("pollOdd", "pollOdd")
                        .after("take", "take"),
                // Whoever finds nothing and sleeps is woken by what comes.
                Interleavings.program().thread("put 1").thread("takeOrSleep").after("isStuck", "take"),
                Interleavings.program()
                        .thread("put 1", "put 2")
                        .thread("takeOrSleep", "takeOrSleep")
                        .after("isStuck", "take"),
                Interleavings.program()
                        .before("put 2")
                        .thread("put 1")
                        .thread("pollOdd", "takeOrSleep", "takeOrSleep")
                        .after("isStuck", "take"));
    }

    @Test
    void aTableLosesNobodyWhenItDropsEmptyPages() {
        Interleavings.check(
                Table.class,
                TableModel.class,
                Interleavings.program().thread("put 1").thread("put 2").after("has 1", "has 2"),
                Interleavings.program()
                        .before("fill")
                        .thread("put 1", "has 1")
                        .thread("put 2", "has 2")
                        .after("has 1", "has 2"),
                // The page of 1 is empty and about to be dropped when its neighbour comes.
                Interleavings.program()
                        .before("fill", "put 1", "remove 1")
                        .thread("put 2")
                        .thread("putNextTo 1", "hasNextTo 1")
                        .after("hasNextTo 1", "has 2"),
                Interleavings.program()
                        .before("fill", "put 1")
                        .thread("put 2")
                        .thread("remove 1", "has 1", "putNextTo 1")
                        .after("has 1", "hasNextTo 1", "has 2"));
    }

    @Test
    void aLinkTellsOfAnEndOnceAndNotAfterItIsTakenBack() {
        Interleavings.check(
                Pair.class,
                PairModel.class,
                Interleavings.program().thread("link").thread("end").after("exits"),
                Interleavings.program()
                        .before("link")
                        .thread("unlink")
                        .thread("end")
                        .after("exits"),
                Interleavings.program().thread("link", "unlink").thread("end").after("exits"),
                Interleavings.program()
                        .before("link")
                        .thread("unlink", "link")
                        .thread("end")
                        .after("exits"));
    }

    /// The threads of a server are run by a thread of the program, so that it becomes idle while others wake it.
    @Test
    void aServerThatBecomesIdleMissesNothingAndRunsOnOneThread() {
        Interleavings.check(
                Server.class,
                ServerModel.class,
                Interleavings.program()
                        .before("cast")
                        .thread("run")
                        .thread("cast")
                        .after("settle"),
                Interleavings.program()
                        .before("cast")
                        .thread("run", "run")
                        .thread("cast", "cast")
                        .after("settle"),
                Interleavings.program()
                        .before("cast")
                        .thread("run")
                        .thread("exit")
                        .after("settle"),
                Interleavings.program()
                        .before("cast")
                        .thread("run")
                        .thread("kill")
                        .after("settle"),
                Interleavings.program().thread("exit").thread("kill").after("settle"));
    }

    // ---- what is tested, and the models

    private static int number(@Nullable Object item) {
        return item == null ? 0 : (int) item;
    }

    /// A mailbox of numbers; 0 is none.
    @Param(name = "number", gen = IntGen.class, conf = "1:9")
    public static final class Letters implements Mailbox.Owner {

        private final Mailbox mailbox = new Mailbox();
        private final Thread consumer = new Thread();
        private volatile boolean asleep;

        @Operation
        public void put(@Param(name = "number") int number) {
            mailbox.put(number, this);
        }

        @Override
        public void wake(Object sleeper) {
            asleep = false;
        }

        @Override
        public void grown(int length) {}

        @Operation(nonParallelGroup = "consumer")
        public int take() {
            return number(mailbox.take());
        }

        @Operation(nonParallelGroup = "consumer")
        public int pollOdd() {
            return number(mailbox.poll(item -> (int) item % 2 == 1));
        }

        /// As a process waits: it announces itself, and parks unless there is something new.
        @Operation(nonParallelGroup = "consumer")
        public int takeOrSleep() {
            int taken = number(mailbox.take());
            if (taken != 0) {
                return taken;
            }
            asleep = true;
            if (mailbox.await(consumer)) {
                return 0;
            }
            asleep = false;
            return number(mailbox.take());
        }

        /// Whether the consumer sleeps, unwoken, although something is there.
        @Operation(nonParallelGroup = "consumer")
        public boolean isStuck() {
            return asleep && mailbox.length() > 0;
        }
    }

    public static final class LettersModel {

        private final List<Integer> letters = new ArrayList<>();

        public void put(int number) {
            letters.add(number);
        }

        public int take() {
            return letters.isEmpty() ? 0 : letters.removeFirst();
        }

        public int pollOdd() {
            int odd = letters.stream()
                    .filter(number -> number % 2 == 1)
                    .findFirst()
                    .orElse(0);
            letters.remove(Integer.valueOf(odd));
            return odd;
        }

        public int takeOrSleep() {
            return take();
        }

        public boolean isStuck() {
            return false;
        }
    }

    /// Processes that have a page of their own each, and a neighbour on it.
    @Param(name = "number", gen = IntGen.class, conf = "1:3")
    public static final class Table {

        private static final int PAGE = 64;

        private final Node node = Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), Still.host());
        private final ProcessTable table = new ProcessTable();
        private final List<LocalProcess> processes = new ArrayList<>();

        public Table() {
            for (int number = 0; number < 4; number++) {
                processes.add(process((long) PAGE * number));
                processes.add(process((long) PAGE * number + 1));
            }
        }

        private LocalProcess process(long serial) {
            ProcessBody nothing = () -> {};
            return new LocalProcess(node, new Pid(node.name(), node.incarnation(), serial), Launch.of(nothing), null);
        }

        /// Leaves so many empty pages that, with one more, the next makes the table drop them.
        @Operation(runOnce = true, nonParallelGroup = "fill")
        public void fill() {
            for (int number = 10; number < 17; number++) {
                LocalProcess passing = process((long) PAGE * number);
                table.put(passing);
                table.remove(passing);
            }
        }

        @Operation(nonParallelGroup = "change")
        public void put(@Param(name = "number") int number) {
            table.put(processes.get(2 * number));
        }

        @Operation(nonParallelGroup = "change")
        public void remove(@Param(name = "number") int number) {
            table.remove(processes.get(2 * number));
        }

        @Operation
        public boolean has(@Param(name = "number") int number) {
            return table.get((long) PAGE * number) != null;
        }

        @Operation(nonParallelGroup = "change")
        public void putNextTo(@Param(name = "number") int number) {
            table.put(processes.get(2 * number + 1));
        }

        @Operation
        public boolean hasNextTo(@Param(name = "number") int number) {
            return table.get((long) PAGE * number + 1) != null;
        }
    }

    public static final class TableModel {

        private final TreeSet<Integer> processes = new TreeSet<>();
        private final TreeSet<Integer> neighbours = new TreeSet<>();

        public void fill() {}

        public void put(int number) {
            processes.add(number);
        }

        public void remove(int number) {
            processes.remove(number);
        }

        public boolean has(int number) {
            return processes.contains(number);
        }

        public void putNextTo(int number) {
            neighbours.add(number);
        }

        public boolean hasNextTo(int number) {
            return neighbours.contains(number);
        }
    }

    /// One process, which traps exits, and another that it links and that ends.
    public static final class Pair {

        private final Node node = Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), Still.host());
        private final LocalProcess linking = process();
        private final LocalProcess ending = process();

        private LocalProcess process() {
            LocalProcess process = node.here(node.spawn(() -> {}));
            if (process == null) {
                throw new AssertionError("it ended");
            }
            process.trapExits(true);
            return process;
        }

        @Operation(nonParallelGroup = "linking")
        public void link() {
            node.link(linking, ending.pid);
        }

        @Operation(nonParallelGroup = "linking")
        public void unlink() {
            node.unlink(linking, ending.pid);
        }

        @Operation(runOnce = true)
        public void end() {
            node.exit(ending.pid, ExitReason.killed());
        }

        @Operation(nonParallelGroup = "linking")
        public int exits() {
            List<Object> exits = new ArrayList<>();
            linking.mailbox.forEach(exits::add);
            return exits.size();
        }
    }

    public static final class PairModel {

        private boolean linked;
        private boolean ended;
        private int exits;

        public void link() {
            if (ended) {
                exits++;
            }
            linked = !ended;
        }

        public void unlink() {
            linked = false;
        }

        public void end() {
            if (linked) {
                exits++;
            }
            linked = false;
            ended = true;
        }

        public int exits() {
            return exits;
        }
    }

    /// A server whose threads run only when told to.
    public static final class Server {

        private final Queue<Runnable> threads = new ConcurrentLinkedQueue<>();
        private final Node node =
                Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), Still.host(threads));
        private final Counter counter = new Counter();
        private final Pid pid = node.launch(Launch.of(counter));
        private boolean ended;

        public Server() {
            run();
        }

        @Operation
        public void cast() {
            node.cast(pid, new Add());
        }

        @Operation(runOnce = true)
        public void exit() {
            ended = true;
            node.exit(pid, ExitReason.Other.of("failed"));
        }

        @Operation(runOnce = true)
        public void kill() {
            ended = true;
            node.exit(pid, ExitReason.killed());
        }

        /// Runs the server's thread, if it has one, until it is idle.
        @Operation(nonParallelGroup = "threads")
        public void run() {
            Runnable thread = threads.poll();
            if (thread != null) {
                thread.run();
            }
        }

        /// Lets it come to rest: how many messages it has handled, or -1 when it has been told to end and has.
        @Operation(nonParallelGroup = "threads")
        public int settle() {
            boolean two = threads.size() > 1;
            run();
            boolean over = ended && node.processCount() == 0 && node.leftovers() == 0;
            return two || !threads.isEmpty() ? -2 : over ? -1 : counter.handled;
        }
    }

    public record Add() implements Cast {}

    static final class Counter implements GenServer<Add, Integer> {

        private int handled;

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Add message, Integer state) {
            handled = state + 1;
            return Step.noReply(handled);
        }
    }

    public static final class ServerModel {

        private int handled;
        private boolean ended;

        public void cast() {
            handled++;
        }

        public void exit() {
            ended = true;
        }

        public void kill() {
            ended = true;
        }

        public void run() {}

        public int settle() {
            return ended ? -1 : handled;
        }
    }
}
