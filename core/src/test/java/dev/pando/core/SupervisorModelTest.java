package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Supervisor.ChildChange;
import dev.pando.core.Supervisor.ChildStart;
import dev.pando.core.Supervisor.ChildStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;

/// Ends of children and requests, against a model of OTP's rules.
class SupervisorModelTest {

    static final int ACTIONS = 8;
    static final int CHILDREN = 5;
    private static final List<Restart> RESTARTS = List.of(Restart.values());
    private static final ExitReason FAILED = ExitReason.Other.of("failed");

    private final Node node = Node.start("alpha");

    @AfterProperty
    void close() {
        node.close();
    }

    /// A child that counts its starts and ends as it is told.
    private record Told(String id, ConcurrentMap<String, Integer> starts) implements GenServer<Told.End, Integer> {

        record End(ExitReason reason) implements Cast {}

        @Override
        public Integer init() {
            return starts.merge(id, 1, Integer::sum);
        }

        @Override
        public Step<Integer> handle(End end, Integer state) {
            return Step.stop(end.reason(), state);
        }
    }

    /// What OTP says about the children of a supervisor.
    private static final class Model {

        private static final class Child {
            final String id;
            final Restart restart;
            boolean running = true;

            Child(String id, Restart restart) {
                this.id = id;
                this.restart = restart;
            }
        }

        private final Strategy strategy;
        private final List<Child> children = new ArrayList<>();
        private final Map<String, Integer> starts = new TreeMap<>();

        Model(Strategy strategy) {
            this.strategy = strategy;
        }

        void add(String id, Restart restart) {
            children.add(new Child(id, restart));
            starts.merge(id, 1, Integer::sum);
        }

        Optional<Child> find(String id) {
            return children.stream().filter(child -> child.id.equals(id)).findFirst();
        }

        void ended(Child child, ExitReason reason) {
            if (child.restart.after(reason)) {
                List<Child> group = switch (strategy) {
                    case ONE_FOR_ONE -> List.of(child);
                    case ONE_FOR_ALL -> List.copyOf(children);
                    case REST_FOR_ONE -> List.copyOf(children.subList(children.indexOf(child), children.size()));
                };
                group.forEach(this::startAnew);
            } else {
                stopped(child);
            }
        }

        private void startAnew(Child child) {
            if (child.restart == Restart.TEMPORARY) {
                children.remove(child);
            } else {
                start(child);
            }
        }

        void start(Child child) {
            child.running = true;
            starts.merge(child.id, 1, Integer::sum);
        }

        void stopped(Child child) {
            child.running = false;
            if (child.restart == Restart.TEMPORARY) {
                children.remove(child);
            }
        }

        List<String> running() {
            return children.stream()
                    .filter(child -> child.running)
                    .map(child -> child.id)
                    .toList();
        }

        List<String> all() {
            return children.stream().map(child -> child.id).toList();
        }
    }

    /// @param steps what happens one after the other, each a number for the child, the action and how a new child is
    /// restarted
    @Property(tries = 100)
    void aSupervisorDoesAsItsModelDoes(
            @ForAll Strategy strategy,
            @ForAll @Size(max = 25) List<@IntRange(max = CHILDREN * ACTIONS * 3 - 1) Integer> steps) {
        ConcurrentMap<String, Integer> starts = new ConcurrentHashMap<>();
        Model model = new Model(strategy);
        Pid supervisor = node.start(Supervisor.of(strategy).intensity(Integer.MAX_VALUE, Duration.ofMinutes(1)));
        for (int i = 0; i < steps.size(); i++) {
            int step = steps.get(i);
            String what = strategy + ", step " + i;
            String id = "child " + step % CHILDREN;
            Restart restart = RESTARTS.get(step / CHILDREN / ACTIONS);
            switch (step / CHILDREN % ACTIONS) {
                case 0 -> end(supervisor, model, id, ExitReason.normal());
                case 1, 2 -> end(supervisor, model, id, FAILED);
                case 3 -> terminate(supervisor, model, id, what);
                case 4 -> restart(supervisor, model, id, what);
                case 5 -> delete(supervisor, model, id, what);
                default -> add(supervisor, model, new Told(id, starts), restart, what);
            }
            List<ChildStatus> children = node.call(supervisor, new Supervisor.WhichChildren());
            assertThat(children).extracting(ChildStatus::id).as(what).isEqualTo(model.all());
            assertThat(children)
                    .filteredOn(child -> child.pid().filter(node::isAlive).isPresent())
                    .extracting(ChildStatus::id)
                    .as(what)
                    .isEqualTo(model.running());
            assertThat(new TreeMap<>(starts)).as(what).isEqualTo(model.starts);
        }
        node.stop(supervisor, Steps.LIMIT);
    }

    /// Ends a child and waits for it; those it is linked to are told before those who monitored it all the time.
    private void end(Pid supervisor, Model model, String id, ExitReason reason) {
        Optional<Pid> pid = node.call(supervisor, new Supervisor.WhichChildren()).stream()
                .filter(child -> child.id().equals(id))
                .findFirst()
                .flatMap(ChildStatus::pid);
        pid.ifPresent(running -> {
            Steps.run(node, () -> {
                Ref monitor = Self.monitor(running);
                Self.cast(running, new Told.End(reason));
                Steps.end(monitor);
            });
            model.ended(model.find(id).orElseThrow(), reason);
        });
    }

    private void terminate(Pid supervisor, Model model, String id, String what) {
        ChildChange change = node.call(supervisor, new Supervisor.TerminateChild(id));

        Optional<Model.Child> child = model.find(id);
        assertThat(change).as(what).isEqualTo(child.isPresent() ? ChildChange.DONE : ChildChange.NOT_FOUND);
        child.ifPresent(model::stopped);
    }

    private void restart(Pid supervisor, Model model, String id, String what) {
        ChildStart start = node.call(supervisor, new Supervisor.RestartChild(id));

        Optional<Model.Child> child = model.find(id);
        if (child.isEmpty()) {
            assertThat(start).as(what).isEqualTo(new ChildStart.NotFound());
        } else if (child.get().running) {
            assertThat(start).as(what).isInstanceOf(ChildStart.AlreadyStarted.class);
        } else {
            assertThat(start).as(what).isInstanceOf(ChildStart.Running.class);
            model.start(child.get());
        }
    }

    private void delete(Pid supervisor, Model model, String id, String what) {
        ChildChange change = node.call(supervisor, new Supervisor.DeleteChild(id));

        Optional<Model.Child> child = model.find(id);
        if (child.isEmpty()) {
            assertThat(change).as(what).isEqualTo(ChildChange.NOT_FOUND);
        } else if (child.get().running) {
            assertThat(change).as(what).isEqualTo(ChildChange.RUNNING);
        } else {
            assertThat(change).as(what).isEqualTo(ChildChange.DONE);
            model.children.remove(child.get());
        }
    }

    private void add(Pid supervisor, Model model, Told told, Restart restart, String what) {
        ChildSpec spec = ChildSpec.of(told.id(), told).restart(restart);

        ChildStart start = node.call(supervisor, new Supervisor.StartChild(spec));

        Optional<Model.Child> known = model.find(told.id());
        if (known.isEmpty()) {
            assertThat(start).as(what).isInstanceOf(ChildStart.Running.class);
            model.add(told.id(), restart);
        } else if (known.get().running) {
            assertThat(start).as(what).isInstanceOf(ChildStart.AlreadyStarted.class);
        } else {
            assertThat(start).as(what).isEqualTo(new ChildStart.AlreadyPresent());
        }
    }
}
