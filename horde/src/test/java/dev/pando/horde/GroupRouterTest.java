package dev.pando.horde;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;
import static dev.pando.horde.Supervisors.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.Groups;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Requests to members of process groups.
class GroupRouterTest {

    private static final String GROUP = "clerks";

    /// Answers with its pid, and counts what it is told.
    record Clerk() implements GenServer<Clerk.Message, Integer> {

        sealed interface Message {}

        record Who() implements Message, Call<Pid> {}

        record Note() implements Message, Cast {}

        record Noted() implements Message, Call<Integer> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer noted) {
            return switch (message) {
                case Who who -> reply(who, Self.pid(), noted);
                case Note _ -> noReply(noted + 1);
                case Noted ask -> reply(ask, noted, noted);
            };
        }
    }

    private static final List<String> KEYS =
            IntStream.range(0, 300).mapToObj(i -> "donor-" + i).toList();

    private static List<Groups> groups(Herd herd) {
        return herd.clusters.stream().map(Groups::start).toList();
    }

    /// A clerk on a node, whom all know before this returns.
    private static Pid hire(Herd herd, List<Groups> groups, int i, Object group) {
        Pid clerk = herd.node(i).start(new Clerk());
        groups.get(i).join(group, clerk);
        Eventually.holds(() -> assertThat(herd.alive())
                .allSatisfy(at -> assertThat(groups.get(at).members(group)).contains(clerk)));
        return clerk;
    }

    private static List<GroupRouter<String>> routers(Herd herd, List<Groups> groups) {
        return IntStream.range(0, groups.size())
                .mapToObj(i -> GroupRouter.<String>byHash(herd.node(i), groups.get(i), GROUP))
                .toList();
    }

    private static Map<String, Pid> table(GroupRouter<String> router) {
        Map<String, Pid> table = new HashMap<>();
        KEYS.forEach(key -> table.put(key, router.lookup(key).orElseThrow()));
        return table;
    }

    @Test
    void aKeyGoesToTheSameMemberFromEveryNode() {
        try (Herd herd = new Herd(3, Clerk.class)) {
            List<Groups> groups = groups(herd);
            Set<Pid> clerks = IntStream.range(0, 6)
                    .mapToObj(i -> hire(herd, groups, i % 3, GROUP))
                    .collect(Collectors.toSet());
            List<GroupRouter<String>> routers = routers(herd, groups);
            Map<String, Pid> table = table(routers.getFirst());

            assertThat(routers).allSatisfy(router -> assertThat(table(router)).isEqualTo(table));
            assertThat(new ArrayList<>(table.values())).containsAll(clerks);
            table.forEach((key, clerk) -> assertThat(routers.getLast().call(key, new Clerk.Who(), LIMIT))
                    .isEqualTo(clerk));
        }
    }

    @Test
    void onlyTheKeysOfAMemberThatLeavesOrComesChangeTheirs() {
        try (Herd herd = new Herd(2, Clerk.class)) {
            List<Groups> groups = groups(herd);
            for (int i = 0; i < 5; i++) {
                hire(herd, groups, i % 2, GROUP);
            }
            GroupRouter<String> router = routers(herd, groups).getFirst();
            Map<String, Pid> before = table(router);
            Pid leaver = router.lookup(KEYS.getFirst()).orElseThrow();

            herd.node(0).exit(leaver, ExitReason.killed());
            Eventually.holds(() ->
                    assertThat(groups.getFirst().members(GROUP)).hasSize(4).doesNotContain(leaver));
            Map<String, Pid> after = table(router);
            Pid newcomer = hire(herd, groups, 1, GROUP);
            Map<String, Pid> last = table(router);

            assertThat(KEYS).allSatisfy(key -> {
                if (!leaver.equals(before.get(key))) {
                    assertThat(after.get(key)).isEqualTo(before.get(key));
                }
                assertThat(last.get(key)).isIn(after.get(key), newcomer);
            });
            assertThat(after).doesNotContainValue(leaver);
            assertThat(last).containsValue(newcomer);
        }
    }

    @Test
    void callsGoOnWhileMembersAndTheirNodesAreLost() {
        try (Herd herd = new Herd(3, Clerk.class)) {
            List<Groups> groups = groups(herd);
            List<Pid> clerks = IntStream.range(0, 9)
                    .mapToObj(i -> hire(herd, groups, i % 3, GROUP))
                    .toList();
            GroupRouter<String> router = routers(herd, groups).getFirst().alsoAfter(ExitReason.Crash.class::isInstance);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            Callers<Integer> callers = new Callers<>();
            for (int i = 0; i < 4; i++) {
                int first = i * 71;
                callers.add(() -> {
                    int next = first;
                    for (; !over.get(); next++) {
                        router.call(KEYS.get(next % KEYS.size()), new Clerk.Who(), LIMIT);
                        answered.incrementAndGet();
                    }
                    return next;
                });
            }
            callers.go();

            herd.node(0).exit(clerks.get(0), ExitReason.killed());
            herd.node(0).exit(clerks.get(1), ExitReason.killed());
            herd.crash(2);
            int now = answered.get();
            Eventually.holds(() -> assertThat(answered).hasValueGreaterThan(now + 2000));
            over.set(true);

            assertThat(callers.results()).hasSize(4);
            assertThat(table(router).values()).isSubsetOf(clerks.get(3), clerks.get(4), clerks.get(6), clerks.get(7));
        }
    }

    @Test
    void aKeyStaysInItsRegion() {
        try (Herd herd = new Herd(3, Clerk.class)) {
            List<Groups> groups = groups(herd);
            List<Pid> east = List.of(hire(herd, groups, 0, "us-east"), hire(herd, groups, 1, "us-east"));
            Pid west = hire(herd, groups, 2, "us-west");
            GroupRouter<String> router =
                    GroupRouter.byRegion(herd.node(1), groups.get(1), key -> key.endsWith("0") ? "us-west" : "us-east");

            assertThat(KEYS).allSatisfy(key -> {
                Pid clerk = router.call(key, new Clerk.Who(), LIMIT);
                if (key.endsWith("0")) {
                    assertThat(clerk).isEqualTo(west);
                } else {
                    assertThat(clerk).isIn(east);
                }
            });

            herd.crash(2);
            Eventually.holds(() -> assertThat(router.lookup("donor-10")).isEmpty());
            assertThatThrownBy(() -> router.call("donor-10", new Clerk.Who(), Duration.ofMillis(200)))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason())
                                    .isEqualTo(new ExitReason.NoProcess("a member of group us-west")));
            assertThat(router.call("donor-11", new Clerk.Who(), LIMIT)).isIn(east);
        }
    }

    @Test
    void aMessageGoesToTheMemberOfItsKeyAndToNobodyWhereThereIsNone() {
        try (Herd herd = new Herd(2, Clerk.class)) {
            List<Groups> groups = groups(herd);
            GroupRouter<String> router = routers(herd, groups).getFirst();
            assertThat(router.cast("a", new Clerk.Note())).isFalse();
            Pid clerk = hire(herd, groups, 1, GROUP);

            assertThat(router.cast("a", new Clerk.Note())).isTrue();

            assertThat(herd.node(0).call(clerk, new Clerk.Noted())).isEqualTo(1);
        }
    }
}
