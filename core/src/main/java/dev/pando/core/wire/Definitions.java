package dev.pando.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All definitions that a codec can write, found by their bytes: when sender and receiver are of one release, nothing
/// of a definition has to be taken apart. Any other is read name by name.
final class Definitions {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Map<String, NamedShape> byName;
    private final @Nullable Definition[] table;

    Definitions(Map<String, NamedShape> byName, Numbers numbers) {
        this.byName = byName;
        List<Definition> own = new ArrayList<>();
        byName.values().forEach(shape -> own.addAll(shape.definitions()));
        table = new @Nullable Definition[Integer.highestOneBit(own.size() + 1) * 4];
        for (Definition each : own) {
            add(each);
            each.number(numbers.of(each));
        }
    }

    /// The shape of a type; empty when it is not listed.
    Optional<NamedShape> shape(Class<?> type) {
        return Optional.ofNullable(byName.get(type.getName()));
    }

    private void add(Definition definition) {
        byte[] content = definition.content();
        int slot = hash(content, 0, content.length);
        while (table[slot] != null) {
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = definition;
    }

    /// What a part of a frame defines.
    ///
    /// @param from where its content begins, after its size
    Definition find(int tag, byte[] frame, int from, int size) {
        int slot = hash(frame, from, size);
        for (Definition own = table[slot]; own != null; own = table[slot]) {
            if (own.tag() == tag && own.isWrittenAs(frame, from, size)) {
                return own;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return read(tag, Arrays.copyOfRange(frame, from, from + size));
    }

    private Definition read(int tag, byte[] content) {
        WireReader in = new WireReader(content, this);
        String type = in.text();
        List<String> members = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            members.add(in.text());
        }
        if (!in.atEnd()) {
            throw new WireException("definition of " + WireException.cut(type) + " goes on after its members");
        }
        NamedShape shape = byName.get(type);
        return Definition.foreign(tag, type, members, shape == null || shape.tag() != tag ? null : shape);
    }

    /// Of the size, the end and the middle: constants of one enum differ at their end, records mostly before.
    private int hash(byte[] bytes, int from, int size) {
        long mixed = size;
        if (size >= Long.BYTES) {
            mixed = (mixed * 31 + (long) LONGS.get(bytes, from + size - Long.BYTES)) * 31
                    + (long) LONGS.get(bytes, from + (size - Long.BYTES) / 2);
        }
        mixed *= 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & (table.length - 1);
    }
}
