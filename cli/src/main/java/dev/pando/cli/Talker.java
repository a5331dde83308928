package dev.pando.cli;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.RemoteName;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.List;

/// Says numbered words to its namesakes on other nodes, monitors them and links to them, answers their calls, and notes
/// all that comes of it.
///
/// @param others whom it talks to, whether they are there or not
record Talker(Line line, SimulatedSessions.Talk talk, List<NodeName> others)
        implements GenServer<Talker.Message, SessionNotes> {

    static final Name NAME = new Name("talker");

    private static final int PAUSE_MAX_MILLIS = 150;
    private static final int WORDS_MAX = 3;

    sealed interface Message {}

    record Word(Pid from, int number) implements Message, Cast {}

    /// Answered with the number.
    record Ask(int number) implements Message, Call<Integer> {}

    /// Takes room on its way, and is of no account.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares loads
    record Load(byte[] content) implements Message, Cast {}

    /// From its own node: say one word.
    record Tell(NodeName to) implements Message, Cast {}

    /// To itself: time to say something.
    record Speak() implements Message, Cast {}

    /// What carries words, and tells which nodes come and go.
    interface Line {

        /// Tells a process of this node [NodeUp] and [NodeDown] from now on.
        ///
        /// @return who was there before
        List<NodeName> follow(Pid talker);

        void say(NodeName to, Word word);
    }

    @Override
    public SessionNotes init() {
        Self.trapExits(true);
        SessionNotes notes = talk.notes(Self.pid());
        line.follow(Self.pid()).forEach(node -> {
            notes.found(node);
            watch(node, notes);
        });
        speakLater();
        return notes;
    }

    /// Says a few words at once, so that some wait behind others.
    private void speak(SessionNotes notes) {
        var chance = Self.node().host().entropy().random();
        NodeName to = others.get(chance.nextInt(others.size()));
        int words = 1 + chance.nextInt(WORDS_MAX);
        for (int i = 0; i < words; i++) {
            say(to, notes);
        }
    }

    private void say(NodeName to, SessionNotes notes) {
        line.say(to, new Word(Self.pid(), notes.sends(to, talk.nanos())));
    }

    private static void speakLater() {
        int millis = 1 + Self.node().host().entropy().random().nextInt(PAUSE_MAX_MILLIS);
        Self.sendAfter(Duration.ofMillis(millis), new Speak());
    }

    private static void watch(NodeName node, SessionNotes notes) {
        notes.binds(node, Self.monitor(NAME.on(node)), "a monitor");
    }

    @Override
    public Step<SessionNotes> handle(Message message, SessionNotes notes) {
        switch (message) {
            case Ask ask -> {
                return Step.reply(ask, ask.number(), notes);
            }
            case Word(Pid from, int number) -> {
                boolean first = notes.hears(from, number);
                if (first && from.node().compareTo(Self.pid().node()) > 0) {
                    notes.binds(from.node(), from, "a link");
                    Self.link(from);
                }
            }
            case Load _ -> {}
            case Tell(NodeName to) -> say(to, notes);
            case Speak _ -> {
                notes.settle();
                if (talk.goesOn()) {
                    speak(notes);
                }
                speakLater();
            }
        }
        return Step.noReply(notes);
    }

    @Override
    public Step<SessionNotes> handleInfo(Signal signal, SessionNotes notes) {
        switch (signal) {
            case NodeUp up -> {
                talk.note(Self.pid(), "is told that " + up.node() + " is up");
                if (notes.up(up)) {
                    watch(up.node(), notes);
                }
            }
            case NodeDown down -> {
                talk.note(Self.pid(), "is told that " + down.node() + " is down");
                notes.down(down);
            }
            case Down(var monitor, var target, ExitReason reason) -> {
                NodeName node = ((RemoteName) target).node();
                if (reason instanceof ExitReason.NoConnection) {
                    notes.fires(node, monitor);
                } else {
                    notes.without(node, monitor);
                }
            }
            case Exit(Pid from, ExitReason reason)
            when reason instanceof ExitReason.NoConnection -> notes.fires(from.node(), from);
            default -> {}
        }
        return Step.noReply(notes);
    }
}
