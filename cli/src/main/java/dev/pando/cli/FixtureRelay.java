package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Cast;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sessions of this command's own: the smallest that keep the promises, and some that do not. They are there to show
/// what the simulator finds; the library's own are [Cluster]'s.
///
/// Each node draws a number for each session and says it to the other, which puts it on its letters. What was not seen
/// is kept and sent again when the node is back; it has the number of the earlier session then, and is not let in.
record FixtureRelay() implements Talker.Line {

    private static final Name SERVER = new Name("relay");

    sealed interface Message {}

    /// To the relay of its own node.
    record Follow(Pid talker) implements Message, Cast {}

    /// To the relay of its own node.
    record Say(NodeName to, Talker.Word word) implements Message, Cast {}

    /// @param answer whether it is one to a hello
    record Hello(NodeName from, long incarnation, long number, boolean answer) implements Message, Cast {}

    /// @param number what the receiver has said for the session
    record Letter(NodeName from, long number, Talker.Word word) implements Message, Cast {}

    record Seen(NodeName from, Talker.Word word) implements Message, Cast {}

    static FixtureRelay start(Cluster cluster, SimulationSuite.Setting setting) {
        boolean planted = setting.has(SimulationSuite.Plant.EARLIER_SESSION);
        cluster.node().start(new Server(cluster, planted), SERVER);
        return new FixtureRelay();
    }

    @Override
    public List<NodeName> follow(Pid talker) {
        Self.cast(SERVER, new Follow(talker));
        return List.of();
    }

    @Override
    public void say(NodeName to, Talker.Word word) {
        Self.cast(SERVER, new Say(to, word));
    }

    /// Another node as the relay sees it.
    private static final class Peer {
        private final Deque<Letter> unseen = new ArrayDeque<>();
        private boolean greeted;
        private boolean open;
        private long incarnation;
        private long mine;
        private long theirs;
    }

    private static final class State {
        private final Map<NodeName, Peer> peers = new LinkedHashMap<>();
        private final Deque<Pid> talkers = new ArrayDeque<>();

        Peer peer(NodeName node) {
            return peers.computeIfAbsent(node, _ -> new Peer());
        }

        void tell(Signal news) {
            talkers.forEach(talker -> Self.send(talker, news));
        }
    }

    private record Server(Cluster cluster, boolean planted) implements GenServer<Message, State> {

        @Override
        public State init() {
            State state = new State();
            cluster.monitorNodes(Self.pid());
            cluster.nodes().forEach(node -> greet(node, state));
            return state;
        }

        private void greet(NodeName node, State state) {
            Peer peer = state.peer(node);
            if (!peer.greeted) {
                peer.greeted = true;
                // Never drawn again, by a later start of this node neither.
                peer.mine = cluster.node().hybridClock().next();
                hello(node, peer, false);
            }
        }

        private static void hello(NodeName node, Peer peer, boolean answer) {
            Pid self = Self.pid();
            Self.cast(SERVER.on(node), new Hello(self.node(), self.incarnation(), peer.mine, answer));
        }

        @Override
        public Step<State> handle(Message message, State state) {
            switch (message) {
                case Follow(Pid talker) -> {
                    state.talkers.add(talker);
                    state.peers.forEach((node, peer) -> {
                        if (peer.open) {
                            Self.send(talker, new NodeUp(node, peer.incarnation));
                        }
                    });
                }
                case Say(NodeName to, Talker.Word word) -> say(to, state.peer(to), word);
                case Hello hello -> open(hello, state);
                case Letter(NodeName from, long number, Talker.Word word) -> {
                    if (number == state.peer(from).mine || planted) {
                        state.talkers.forEach(talker -> Self.cast(talker, word));
                    }
                    Self.cast(SERVER.on(from), new Seen(Self.pid().node(), word));
                }
                case Seen(NodeName from, Talker.Word word) ->
                    state.peer(from).unseen.removeIf(letter -> letter.word().equals(word));
            }
            return Step.noReply(state);
        }

        private static void say(NodeName to, Peer peer, Talker.Word word) {
            if (peer.open) {
                Letter letter = new Letter(Self.pid().node(), peer.theirs, word);
                peer.unseen.add(letter);
                Self.cast(SERVER.on(to), letter);
            }
        }

        private void open(Hello hello, State state) {
            NodeName node = hello.from();
            greet(node, state);
            Peer peer = state.peer(node);
            peer.theirs = hello.number();
            if (!hello.answer()) {
                hello(node, peer, true);
            }
            if (!peer.open) {
                peer.open = true;
                peer.incarnation = hello.incarnation();
                state.tell(new NodeUp(node, peer.incarnation));
                peer.unseen.forEach(letter -> Self.cast(SERVER.on(node), letter));
            }
        }

        @Override
        public Step<State> handleInfo(Signal signal, State state) {
            switch (signal) {
                case NodeUp up -> greet(up.node(), state);
                case NodeDown down -> {
                    Peer peer = state.peer(down.node());
                    peer.greeted = false;
                    if (peer.open) {
                        peer.open = false;
                        state.tell(down);
                    }
                }
                default -> {}
            }
            return Step.noReply(state);
        }
    }
}
