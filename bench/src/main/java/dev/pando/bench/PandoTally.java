package dev.pando.bench;

import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;

/// A plain process that counts letters.
record PandoTally() implements ProcessBody {

    sealed interface Message {}

    @SuppressWarnings("ArrayRecordComponent") // nobody compares letters
    record Letter(byte[] text) implements Message {}

    record Report(Pid to) implements Message {}

    /// All since the start.
    record Total(long letters, long bytes) {}

    @Override
    public void run() {
        long letters = 0;
        long bytes = 0;
        while (true) {
            switch (Self.receive(Message.class)) {
                case Letter(byte[] text) -> {
                    letters++;
                    bytes += text.length;
                }
                case Report(Pid to) -> Self.send(to, new Total(letters, bytes));
            }
        }
    }
}
