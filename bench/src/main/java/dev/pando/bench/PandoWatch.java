package dev.pando.bench;

import static dev.pando.core.Step.reply;

import dev.pando.cluster.Groups;
import dev.pando.core.Call;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Step;

/// Says when its node lists what another one has joined.
final class PandoWatch implements GenServer<PandoWatch.Await, Long> {

    static final Name NAME = new Name("watch");

    /// Answered with the number of groups, once one group has so many members.
    record Await(String group, int members) implements Call<Long> {}

    private final Groups groups;

    PandoWatch(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Long init() {
        return 0L;
    }

    @Override
    public Step<Long> handle(Await await, Long count) throws InterruptedException {
        Waits.until(
                "members of " + await.group(),
                () -> groups.members(await.group()).size() == await.members());
        return reply(await, (long) groups.groups().size(), count + 1);
    }
}
