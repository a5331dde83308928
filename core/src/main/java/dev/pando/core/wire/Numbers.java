package dev.pando.core.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The numbers that a node gives to the definitions it can write, the same in all its sessions and for as long as it
/// runs: a codec that lists more than an earlier one goes on where that ended. What is too much for the table of a
/// session has none, and is written out in each frame.
final class Numbers {

    static final int COUNT_MAX = 4096;
    static final int BYTES_MAX = 1 << 20;

    private record Key(int tag, String type, List<String> members) {}

    private final Map<Key, Integer> numbers = new HashMap<>();
    private int bytes;

    /// From 1; 0 when it has none.
    synchronized int of(Definition definition) {
        Key key = new Key(definition.tag(), definition.type(), definition.members());
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int size = definition.content().length;
        if (numbers.size() == COUNT_MAX || bytes + size > BYTES_MAX) {
            return 0;
        }
        bytes += size;
        int number = numbers.size() + 1;
        numbers.put(key, number);
        return number;
    }
}
