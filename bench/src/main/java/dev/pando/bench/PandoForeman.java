package dev.pando.bench;

import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessInfo;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.horde.DistributedSupervisor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Does with its node's supervisor what the node that measures asks for.
final class PandoForeman implements GenServer<PandoForeman.Message, Boolean> {

    static final Name NAME = new Name("foreman");

    private static final String WORKER = PandoWorker.class.getSimpleName();

    sealed interface Message {}

    /// No child is to be taken over by this node any more, until there is a new supervisor.
    record Rest() implements Message, Call<Boolean> {}

    /// Puts a new supervisor in the place of the last.
    record Renew(int generation) implements Message, Call<Boolean> {}

    /// Answered once there are so many workers to be found, none of them on a node that is gone.
    record Await(int workers, Optional<NodeName> gone) implements Message, Call<Boolean> {}

    /// Where each of so many workers is to be found.
    record Known(int workers) implements Message, Call<List<Optional<Pid>>> {}

    /// The workers that live on this node.
    record Census() implements Message, Call<List<Living>> {}

    /// This process.
    record Here() implements Message, Call<Pid> {}

    record Living(String id, Pid pid) {}

    private final PandoWorkplace workplace;

    PandoForeman(PandoWorkplace workplace) {
        this.workplace = workplace;
    }

    @Override
    public Boolean init() {
        return true;
    }

    @Override
    public Step<Boolean> handle(Message message, Boolean state) throws InterruptedException {
        return switch (message) {
            case Rest rest -> {
                workplace.rest();
                yield reply(rest, true, state);
            }
            case Renew renew -> {
                workplace.renew(renew.generation());
                yield reply(renew, true, state);
            }
            case Await await -> {
                await(await);
                yield reply(await, true, state);
            }
            case Known known -> reply(known, known(known.workers()), state);
            case Here here -> reply(here, Self.pid(), state);
            case Census census -> reply(census, census(), state);
        };
    }

    /// Does not look again for those that were found, so it takes little of what the nodes have to do meanwhile.
    private void await(Await await) throws InterruptedException {
        DistributedSupervisor supervisor = workplace.supervisor();
        for (int number = 0; number < await.workers(); number++) {
            String id = PandoWorker.id(number);
            Waits.until(
                    id,
                    () -> supervisor
                            .lookup(id)
                            .filter(pid ->
                                    await.gone().filter(pid.node()::equals).isEmpty())
                            .isPresent());
        }
    }

    private List<Optional<Pid>> known(int workers) {
        DistributedSupervisor supervisor = workplace.supervisor();
        return IntStream.range(0, workers)
                .mapToObj(number -> supervisor.lookup(PandoWorker.id(number)))
                .toList();
    }

    /// By the list of all processes of the node, not by what the supervisor says of them.
    private static List<Living> census() {
        return Self.node().processes().stream()
                .filter(process -> process.label().equals(WORKER))
                .map(ProcessInfo::pid)
                .map(pid -> new Living((String) Self.node().state(pid, Waits.LIMIT), pid))
                .toList();
    }
}
