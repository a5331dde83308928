package dev.pando.core;

import dev.pando.core.spi.Scheduler;
import dev.pando.core.spi.Shutdown;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// One run of an [Application]: what the thread that runs it, its leader and the shutdown of the machine share.
final class ApplicationRun {

    /// How often the shutdown looks for a second signal.
    private static final Duration LOOK = Duration.ofMillis(100);

    /// What the leader and the closing of the node may take once the deadline has passed.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Application.class);

    private final Application application;
    private final Node node;
    private final Scheduler scheduler;
    private final Shutdown shutdown;
    private final Thread runner = Thread.currentThread();
    private volatile @Nullable Ending ending;
    private volatile @Nullable Thread hooked;
    private volatile boolean over;

    ApplicationRun(Application application) {
        this.application = application;
        this.node = application.node();
        this.scheduler = node.host().scheduler();
        this.shutdown = node.host().shutdown();
    }

    Ending run() {
        Pid leader = node.start((ProcessBody) this::lead, ApplicationLeader.NAME);
        Optional<Shutdown.Hook> hook = shutdown.hook(() -> shutDown(leader));
        node.send(leader, hook.isPresent() ? ApplicationLeader.Order.START : ApplicationLeader.Order.STOP);
        boolean interrupted = false;
        Ending found = ending;
        while (found == null) {
            scheduler.park();
            if (Thread.interrupted()) {
                interrupted = true;
                node.send(leader, ApplicationLeader.Order.STOP);
            }
            found = ending;
        }
        log.atLevel(found.code() == Application.STOPPED ? Level.INFO : Level.ERROR)
                .log("{}: {}", node, found);
        try {
            node.close();
        } finally {
            over = true;
            wake(hooked);
            hook.ifPresent(Shutdown.Hook::withdraw);
        }
        if (interrupted) {
            runner.interrupt();
        }
        return found;
    }

    private void lead() {
        Ending found = new Ending.CutShort("its leader ended", List.of());
        try {
            found = new ApplicationLeader(application).lead();
        } finally {
            ending = found;
            wake(runner);
        }
    }

    /// The task of the shutdown: the machine ends when this returns, or in it.
    private void shutDown(Pid leader) {
        boolean signalled = shutdown.signals() > 0;
        hooked = Thread.currentThread();
        node.send(leader, ApplicationLeader.Order.STOP);
        long deadline = node.deadline(application.deadline().plus(GRACE));
        while (!over && shutdown.signals() < 2 && node.host().clock().nanos() - deadline < 0) {
            scheduler.parkUntil(node.deadline(LOOK));
        }
        Ending known = ending;
        Ending found = over && known != null ? known : cutShort(leader);
        if (signalled || shutdown.signals() > 1) {
            shutdown.halt(found.code());
        }
    }

    private Ending cutShort(Pid leader) {
        String why = shutdown.signals() > 1
                ? "ended by a second signal"
                : "not stopped within " + application.deadline() + " and " + GRACE;
        Ending found = new Ending.CutShort(why, ApplicationLeader.names(ApplicationLeader.descendants(node, leader)));
        log.error("{}: {}", node, found);
        return found;
    }

    private void wake(@Nullable Thread thread) {
        if (thread != null) {
            scheduler.unpark(thread);
        }
    }
}
