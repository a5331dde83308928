package dev.pando.donations;

/// Checks of text that goes to the ledger. No message repeats the text, which may be personal.
final class Text {

    private Text() {}

    /// Any script and any layout, as long as every database can store it.
    static String require(String what, String text, int lengthMax) {
        check(!text.isBlank(), what, "is blank");
        check(text.length() <= lengthMax, what, "is longer than " + lengthMax + " characters");
        check(text.codePoints().noneMatch(Text::isUnstorable), what, "has a character that cannot be stored");
        return text;
    }

    /// As [#require], and on one line, so that it can be shown in logs and reports.
    static String requireLine(String what, String text, int lengthMax) {
        require(what, text, lengthMax);
        check(text.codePoints().noneMatch(Character::isISOControl), what, "has a control character");
        return text;
    }

    /// PostgreSQL has no U+0000 in text, and half a surrogate pair has no encoding at all.
    private static boolean isUnstorable(int codePoint) {
        return codePoint == 0 || Character.getType(codePoint) == Character.SURROGATE;
    }

    private static void check(boolean good, String what, String problem) {
        if (!good) {
            throw new IllegalArgumentException(what + " " + problem);
        }
    }
}
