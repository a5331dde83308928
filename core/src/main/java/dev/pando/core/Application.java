package dev.pando.core;

import java.time.Duration;

/// A supervision tree as the purpose of a program: started by its `main`, stopped in order by a signal.
///
/// `System.exit(application.run())` is all that a `main` needs. SIGTERM, SIGINT and SIGHUP stop the tree, as do
/// [#stop(Node)] and `System.exit` elsewhere: last started first, each child within its own time, and all within
/// the deadline. What is left then is killed, and named in the log. A second signal kills at once.
///
/// A signal that is obeyed in order ends the program with 0, as in OTP, and not with the JVM's 143 or 130: to
/// systemd, Kubernetes and `make` those are failures. For that the JVM is halted when [#run] has returned, so
/// other shutdown hooks get no more time than the tree; what has to happen last belongs in `afterStop`. After
/// `System.exit(n)` from elsewhere the code stays `n`, and nothing is halted.
///
/// One application runs on a node, and one in a program.
///
/// @param deadline how long the stop may take as a whole; keep it below what the process manager grants
///     (Kubernetes 30 s, systemd 90 s, `docker stop` 10 s)
/// @param beforeStop runs before the tree is told to stop, for half of the deadline at most: OTP's `prep_stop`
/// @param afterStop runs when the tree has ended, for whatever reason, in what is left of the deadline: OTP's
///     `stop`. Unlike there, also after a tree that did not start; never after the deadline
public record Application(
        Node node, Supervisor tree, Duration deadline, ProcessBody beforeStop, ProcessBody afterStop) {

    /// Exit code: the tree was stopped in order, by a signal or by request.
    public static final int STOPPED = 0;

    /// Exit code: the tree did not start; the log says which child and why.
    public static final int NOT_STARTED = 1;

    /// Exit code: the top supervisor ended by itself, having made more restarts than it may. Shells and command
    /// lines use 2 for wrong usage.
    public static final int GAVE_UP = 3;

    /// Exit code: the deadline, a second signal or a kill came before all had stopped; the log says what was
    /// left.
    public static final int CUT_SHORT = 4;

    /// A little less than what Kubernetes grants.
    public static final Duration DEADLINE = Duration.ofSeconds(25);

    public Application {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline " + deadline + ": give the stop a time above 0");
        }
    }

    /// A tree for a node, with 25 seconds to stop.
    public static Application of(Node node, Supervisor tree) {
        return new Application(node, tree, DEADLINE, () -> {}, () -> {});
    }

    public Application deadline(Duration deadline) {
        return new Application(node, tree, deadline, beforeStop, afterStop);
    }

    /// What a process of its own does before the tree is told to stop, such as leaving a load balancer. The stop
    /// goes on when it fails.
    public Application beforeStop(ProcessBody beforeStop) {
        return new Application(node, tree, deadline, beforeStop, afterStop);
    }

    /// What a process of its own does last, such as closing the node's resources.
    public Application afterStop(ProcessBody afterStop) {
        return new Application(node, tree, deadline, beforeStop, afterStop);
    }

    /// Starts the tree, and waits until it has ended and the node is closed.
    ///
    /// An interrupt of the calling thread is a request to stop. So is a close of the node by somebody else, but
    /// without `beforeStop` and `afterStop`: a closed node starts no process.
    ///
    /// @return the exit code
    /// @throws IllegalStateException when an application runs on the node already, or the node is closed
    public int run() {
        return new ApplicationRun(this).run().code();
    }

    /// Asks the application of a node to stop in order, and does not wait for it. It is what a process of the
    /// tree calls: `System.exit` there would wait for that very process.
    ///
    /// @throws IllegalStateException when none runs there
    public static void stop(Node node) {
        Pid leader = node.whereis(ApplicationLeader.NAME)
                .orElseThrow(() -> new IllegalStateException("no application runs on " + node));
        node.send(leader, ApplicationLeader.Order.STOP);
    }
}
