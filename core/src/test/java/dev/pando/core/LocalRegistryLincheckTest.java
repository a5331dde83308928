package dev.pando.core;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/// What two threads do with one key at the same time looks as if done in a row.
///
/// The node under the registry stands still: its processes, 1 and 2, never run, so all that moves are the threads
/// of the program.
public final class LocalRegistryLincheckTest {

    private static final String KEY = "key";

    @Test
    void whatIsDoneWithAUniqueKeyLooksAsIfDoneInARow() {
        Interleavings.check(
                Unique.class,
                UniqueModel.class,
                // One of two claims wins.
                Interleavings.program().thread("claim 1").thread("claim 2").after("holder"),
                // A claim for a process that ends leaves nothing.
                Interleavings.program().thread("claim 1").thread("end 1").after("holder"),
                // The end of a process frees what it holds, and not what it has passed on.
                Interleavings.program()
                        .before("claim 1")
                        .thread("end 1")
                        .thread("giveUp 1", "claim 2")
                        .after("holder"),
                // Whoever gives up late takes nothing from the next holder.
                Interleavings.program()
                        .before("claim 1")
                        .thread("giveUp 1")
                        .thread("giveUp 1", "claim 2")
                        .after("holder"),
                Interleavings.program()
                        .before("claim 1")
                        .thread("giveUpWhatFits 1")
                        .thread("giveUp 1", "claim 2")
                        .after("holder"),
                // What fits is given up though its value changes.
                Interleavings.program()
                        .before("claim 1")
                        .thread("giveUpWhatFits 1")
                        .thread("count 1")
                        .after("value"),
                // Two changes of a value both count.
                Interleavings.program()
                        .before("claim 1")
                        .thread("count 1")
                        .thread("count 1", "value")
                        .after("value"),
                // A change of a value does not bring its holder back.
                Interleavings.program()
                        .before("claim 1")
                        .thread("count 1")
                        .thread("giveUp 1", "claim 2")
                        .after("value", "holder"));
    }

    @Test
    void whatIsDoneWithADuplicateKeyLooksAsIfDoneInARow() {
        Interleavings.check(
                Duplicate.class,
                DuplicateModel.class,
                // Whoever joins while others look is seen afterwards.
                Interleavings.program()
                        .before("join 1")
                        .thread("members", "members")
                        .thread("join 2")
                        .after("members"),
                // Whoever joins while the last one leaves is in.
                Interleavings.program()
                        .before("join 1")
                        .thread("leave 1")
                        .thread("join 2")
                        .after("members"),
                // Whoever leaves is gone with all its entries at once.
                Interleavings.program()
                        .before("join 1", "join 2", "join 1")
                        .thread("leave 1")
                        .thread("members")
                        .after("members"));
    }

    // ---- what is tested, and the models

    /// Two processes that live until they are ended from outside; 0 is nobody.
    private static final class Herd {
        final Node node = Node.start(NodeName.of("alpha"), Protocols.none(), Resources.none(), Still.host());
        final List<Pid> pids = List.of(node.spawn(() -> {}), node.spawn(() -> {}));

        Pid pid(int process) {
            return pids.get(process - 1);
        }

        int number(Pid pid) {
            return pids.indexOf(pid) + 1;
        }
    }

    @Param(name = "process", gen = IntGen.class, conf = "1:2")
    public static final class Unique {

        private final Herd herd = new Herd();
        private final LocalRegistry registry = LocalRegistry.of(herd.node, "unique");

        /// The holder before; -1 when the process has ended.
        @Operation
        public int claim(@Param(name = "process") int process) {
            try {
                return switch (registry.register(KEY, herd.pid(process), 0)) {
                    case Registration.Registered _ -> 0;
                    case Registration.Taken(Pid holder) -> herd.number(holder);
                };
            } catch (ExitException _) {
                return -1;
            }
        }

        @Operation
        public void giveUp(@Param(name = "process") int process) {
            registry.unregister(KEY, herd.pid(process));
        }

        @Operation
        public int giveUpWhatFits(@Param(name = "process") int process) {
            return registry.unregister(herd.pid(process), entry -> (int) entry.value() < 2);
        }

        /// Never two at once, since a second kill returns before the first has done its work.
        @Operation(nonParallelGroup = "end")
        public void end(@Param(name = "process") int process) {
            herd.node.exit(herd.pid(process), ExitReason.killed());
        }

        @Operation
        public int count(@Param(name = "process") int process) {
            return registry.update(KEY, herd.pid(process), value -> (int) value + 1)
                    .map(updated -> (int) updated.value())
                    .orElse(-1);
        }

        @Operation
        public int holder() {
            return registry.lookup(KEY).map(herd::number).orElse(0);
        }

        @Operation
        public int value() {
            return registry.value(KEY).map(value -> (int) value).orElse(-1);
        }
    }

    public static final class UniqueModel {

        private final TreeSet<Integer> ended = new TreeSet<>();
        private int holder;
        private int value = -1;

        public int claim(int process) {
            int before = holder;
            if (before == 0 && ended.contains(process)) {
                return -1;
            }
            if (before == 0) {
                holder = process;
                value = 0;
            }
            return before;
        }

        public void giveUp(int process) {
            if (holder == process) {
                holder = 0;
                value = -1;
            }
        }

        public int giveUpWhatFits(int process) {
            boolean fits = holder == process && value < 2;
            if (fits) {
                giveUp(process);
            }
            return fits ? 1 : 0;
        }

        public void end(int process) {
            ended.add(process);
            giveUp(process);
        }

        public int count(int process) {
            return holder == process ? ++value : -1;
        }

        public int holder() {
            return holder;
        }

        public int value() {
            return value;
        }
    }

    /// Without ends, since a process that ends leaves its several places under one key one by one.
    @Param(name = "process", gen = IntGen.class, conf = "1:2")
    public static final class Duplicate {

        private final Herd herd = new Herd();
        private final DuplicateRegistry registry = DuplicateRegistry.of(herd.node, "duplicate");

        @Operation
        public void join(@Param(name = "process") int process) {
            registry.register(KEY, herd.pid(process), "");
        }

        @Operation
        public void leave(@Param(name = "process") int process) {
            registry.unregister(KEY, herd.pid(process));
        }

        @Operation
        public List<Integer> members() {
            return registry.lookup(KEY).stream()
                    .map(entry -> herd.number(entry.pid()))
                    .toList();
        }
    }

    public static final class DuplicateModel {

        private final List<Integer> members = new ArrayList<>();

        public void join(int process) {
            members.add(process);
        }

        public void leave(int process) {
            members.removeIf(member -> member == process);
        }

        public List<Integer> members() {
            return List.copyOf(members);
        }
    }
}
