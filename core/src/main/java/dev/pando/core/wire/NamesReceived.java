package dev.pando.core.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The names of types and fields that the other side of a session has told, by number; the counterpart of [NamesSent].
/// For one thread at a time. Lives and dies with its session.
public final class NamesReceived {

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Told(int tag, byte[] content) {}

    private @Nullable Told[] told = new @Nullable Told[Byte.SIZE];
    private @Nullable Definition[] found = new @Nullable Definition[Byte.SIZE];
    private @Nullable Definitions known;
    private int bytes;
    private boolean broken;

    /// Whether a frame has named a number that nobody told, or told what cannot be. Then the two sides do not agree,
    /// and no later frame of the session can be trusted to mean what it seems to.
    public boolean isBroken() {
        return broken;
    }

    /// Takes the names that a frame begins with.
    ///
    /// @param names what this node's codec knows
    void learn(WireReader in, Definitions names) {
        if (names != known) {
            relate(names);
        }
        try {
            while (!in.atEnd() && in.peek() == Tag.NAME) {
                in.tag();
                learn(in.unsigned(), in.tag(), in.raw(), names);
            }
        } catch (WireException e) {
            broken = true;
            throw e;
        }
    }

    /// The codec is another one, since the node has learnt to speak more.
    private void relate(Definitions names) {
        for (int i = 0; i < told.length; i++) {
            Told each = told[i];
            found[i] = each == null ? null : names.find(each.tag, each.content, 0, each.content.length);
        }
        known = names;
    }

    private void learn(long number, int tag, byte[] content, Definitions names) {
        if (number < 1 || number > Numbers.COUNT_MAX) {
            throw new WireException("a session numbers its names from 1 to " + Numbers.COUNT_MAX + ", not " + number);
        }
        int index = (int) number;
        if (index >= told.length) {
            int length = Math.max(index + 1, 2 * told.length);
            told = Arrays.copyOf(told, length);
            found = Arrays.copyOf(found, length);
        }
        Told before = told[index];
        if (before == null) {
            bytes += content.length;
            if (bytes > Numbers.BYTES_MAX) {
                throw new WireException("the names of a session may have " + Numbers.BYTES_MAX + " bytes");
            }
            if (!Tag.isNamed(tag)) {
                throw new WireException("name " + number + " is of " + Tag.name(tag) + ", which has none");
            }
            found[index] = names.find(tag, content, 0, content.length);
            told[index] = new Told(tag, content);
        } else if (before.tag != tag || !Arrays.equals(before.content, content)) {
            throw new WireException("name " + number + " was another one before");
        }
    }

    Definition definition(long number) {
        Definition definition = number > 0 && number < found.length ? found[(int) number] : null;
        if (definition == null) {
            broken = true;
            throw new WireException("name " + number + " was never told in this session");
        }
        return definition;
    }
}
