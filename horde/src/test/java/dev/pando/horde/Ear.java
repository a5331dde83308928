package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.RegistryNotice;
import dev.pando.core.Self;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A process that listens to a registry, and notes what it is told of each key.
final class Ear {

    final Pid pid;
    private final Queue<RegistryNotice> notices = new ConcurrentLinkedQueue<>();

    Ear(Node node) {
        pid = node.spawn(() -> {
            while (true) {
                notices.add(Self.receive(RegistryNotice.class));
            }
        });
    }

    static Ear on(ReplicatedEntries registry) {
        Ear ear = new Ear(registry.node);
        registry.listen(ear.pid);
        return ear;
    }

    /// `+` or `-` and the value of each notice of a key.
    List<String> heard(Object key) {
        return notices.stream()
                .filter(notice -> notice.entry().key().equals(key))
                .map(notice -> switch (notice) {
                    case RegistryNotice.Registered(String _, var entry) -> "+" + entry.value();
                    case RegistryNotice.Unregistered(String _, var entry) -> "-" + entry.value();
                })
                .toList();
    }

    void awaitHeard(Object key, String... expected) {
        Eventually.holds(() -> assertThat(heard(key)).containsExactly(expected));
    }
}
