package dev.pando.core.wire;

/// The first byte of every value on the wire. It tells the structure, so that a value of an unknown field can be
/// skipped.
final class Tag {

    static final int FALSE = 0;
    static final int TRUE = 1;
    static final int BYTE = 2;
    static final int SHORT = 3;
    static final int INT = 4;
    static final int LONG = 5;
    static final int FLOAT = 6;
    static final int DOUBLE = 7;
    static final int CHAR = 8;
    static final int TEXT = 9;
    static final int BYTES = 10;
    static final int BIG_INTEGER = 11;
    static final int DECIMAL = 12;
    static final int EMPTY = 13;
    static final int PRESENT = 14;
    static final int LIST = 15;
    static final int SET = 16;
    static final int MAP = 17;
    static final int ENUM = 18;
    static final int VALUE = 19;
    static final int RECORD = 20;
    static final int BIG_DECIMAL = 21;
    static final int INSTANT = 22;
    static final int DURATION = 23;
    static final int ID = 24;
    /// No value, but a name that a frame of a session begins with.
    static final int NAME = 25;

    private static final String[] NAMES = {
        "boolean",
        "boolean",
        "byte",
        "short",
        "int",
        "long",
        "float",
        "double",
        "char",
        "text",
        "bytes",
        "big integer",
        "decimal",
        "empty optional",
        "optional",
        "list",
        "set",
        "map",
        "enum",
        "value",
        "record",
        "big decimal",
        "instant",
        "duration",
        "uuid",
        "name"
    };

    static String name(int tag) {
        return tag >= 0 && tag < NAMES.length ? NAMES[tag] : "unknown tag " + tag;
    }

    /// Whether values of that kind begin with a definition.
    static boolean isNamed(int tag) {
        return tag == RECORD || tag == ENUM || tag == VALUE;
    }

    private Tag() {}
}
