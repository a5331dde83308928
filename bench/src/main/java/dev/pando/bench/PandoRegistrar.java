package dev.pando.bench;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.horde.HordeRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Does with its node's registry what the node that measures asks for. Its state is the processes that have claimed
/// a key here.
final class PandoRegistrar implements GenServer<PandoRegistrar.Message, List<Pid>> {

    static final Name NAME = new Name("registrar");

    sealed interface Message {}

    /// Puts a new registry in the place of the last.
    record Renew(int generation) implements Message, Call<Boolean> {}

    /// Answered with the number of names, once there are so many.
    record Await(int names) implements Message, Call<Integer> {}

    /// The used heap after a collection.
    record Weigh() implements Message, Call<Long> {}

    /// A new process of this node claims a key; answered with whether it has been granted.
    record Claim(String key) implements Message, Call<Boolean> {}

    /// Who holds each of the keys.
    record Holders(List<String> keys) implements Message, Call<List<Optional<Pid>>> {}

    /// How many of those that have claimed a key live.
    record Living() implements Message, Call<Integer> {}

    /// The node is not needed any more.
    record Leave() implements Message, Cast {}

    private final PandoGenerations<HordeRegistry> registries;
    private final CountDownLatch leaving;

    PandoRegistrar(PandoGenerations<HordeRegistry> registries, CountDownLatch leaving) {
        this.registries = registries;
        this.leaving = leaving;
    }

    @Override
    public List<Pid> init() {
        return List.of();
    }

    @Override
    public Step<List<Pid>> handle(Message message, List<Pid> claimers) throws InterruptedException, IOException {
        return switch (message) {
            case Renew renew -> {
                registries.renew(renew.generation());
                claimers.forEach(claimer -> Self.send(claimer, new Leave()));
                yield reply(renew, true, List.of());
            }
            case Await await -> {
                HordeRegistry registry = registries.current();
                Waits.until(await.names() + " names", () -> registry.count() == await.names());
                yield reply(await, registry.count(), claimers);
            }
            case Weigh weigh -> reply(weigh, Memory.now().heap(), claimers);
            case Claim claim -> claim(claim, claimers);
            case Holders holders ->
                reply(
                        holders,
                        holders.keys().stream()
                                .map(registries.current()::lookup)
                                .toList(),
                        claimers);
            case Living living ->
                reply(
                        living,
                        Math.toIntExact(
                                claimers.stream().filter(Self.node()::isAlive).count()),
                        claimers);
            case Leave _ -> {
                leaving.countDown();
                yield noReply(claimers);
            }
        };
    }

    private Step<List<Pid>> claim(Claim claim, List<Pid> claimers) {
        Pid claimer = Self.spawn(() -> Self.receive(Leave.class));
        Registration registration = registries.current().register(claim.key(), claimer, 0);
        if (registration instanceof Registration.Registered) {
            List<Pid> more = new ArrayList<>(claimers);
            more.add(claimer);
            return reply(claim, true, more);
        }
        Self.send(claimer, new Leave());
        return reply(claim, false, claimers);
    }
}
