package dev.pando.core.wire;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a frame says once and then refers to by a number: a record type with the names of its fields, an enum with the
/// name of one constant, or a type of values. All three are a type's name and the names of members.
final class Definition {

    private static final byte[] NOT_WRITTEN = {};

    private final int tag;
    private final String type;
    private final List<String> members;
    private final @Nullable NamedShape shape;
    private final int[] indexes;
    private final byte[] content;
    private final byte[] opening;
    private int number;

    /// @param indexes of the members in the shape; -1 for one that it does not have
    private Definition(
            int tag,
            String type,
            List<String> members,
            @Nullable NamedShape shape,
            int[] indexes,
            byte[] content,
            byte[] opening) {
        this.tag = tag;
        this.type = type;
        this.members = members;
        this.shape = shape;
        this.indexes = indexes;
        this.content = content;
        this.opening = opening;
    }

    /// One that this codec writes.
    ///
    /// @param members those of the shape, in its order, from the given index on
    static Definition own(NamedShape shape, int index, List<String> members) {
        String type = shape.type().getName();
        int[] indexes = IntStream.range(index, index + members.size()).toArray();
        byte[] content = content(type, members);
        WireWriter out = new WireWriter();
        out.tag(shape.tag());
        out.define(content);
        return new Definition(shape.tag(), type, members, shape, indexes, content, out.toBytes());
    }

    /// One that another node has written, maybe with members that this codec does not know.
    ///
    /// @param shape of that name; null when the type is not listed
    static Definition foreign(int tag, String type, List<String> members, @Nullable NamedShape shape) {
        int[] indexes = new int[members.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = shape == null ? -1 : shape.index(members.get(i));
        }
        return new Definition(tag, type, members, shape, indexes, NOT_WRITTEN, NOT_WRITTEN);
    }

    /// The same as something else reads it.
    Definition as(NamedShape other) {
        return foreign(tag, type, members, other);
    }

    int tag() {
        return tag;
    }

    /// How it is written for the first time in a frame, from the tag on.
    byte[] opening() {
        return opening;
    }

    /// Whether a part of a frame, after the size that it begins with, says the same.
    boolean isWrittenAs(byte[] frame, int from, int size) {
        return content.length == size && Arrays.equals(content, 0, size, frame, from, from + size);
    }

    byte[] content() {
        return content;
    }

    /// How many members it names.
    int size() {
        return indexes.length;
    }

    /// Its number in all sessions of this node; 0 when it has none.
    int number() {
        return number;
    }

    /// Completes one that this codec writes; apart from the constructor because numbers outlive a codec.
    void number(int given) {
        number = given;
    }

    List<String> members() {
        return members;
    }

    String type() {
        return type;
    }

    String member(int position) {
        return members.get(position);
    }

    /// Which member of the shape that is; -1 when it has none of that name.
    int index(int position) {
        return indexes[position];
    }

    @SuppressWarnings("ReferenceEquality") // a codec has one shape for a type
    boolean isOf(NamedShape expected) {
        return shape == expected;
    }

    /// @throws WireException when the type is not listed
    NamedShape listed() {
        if (shape == null) {
            throw new WireException("type " + WireException.cut(type) + " is not listed in this node's Protocols");
        }
        return shape;
    }

    /// The bytes of a definition.
    static byte[] content(String type, List<String> members) {
        WireWriter out = new WireWriter();
        out.text(type);
        out.unsigned(members.size());
        members.forEach(out::text);
        return out.toBytes();
    }
}
