package dev.pando.donations;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The lines of a file, ended by LF, CR LF or CR. Lines can be put back and are then read again.
final class PhysicalLines implements AutoCloseable {

    /// A longer line is cut here, so that a file without line ends cannot fill the memory.
    static final int LENGTH_MAX = 1 << 20;

    private static final int BYTE_ORDER_MARK = '\ufeff';
    private static final int NONE = -2;

    /// @param number counted from 1
    /// @param end the line's end as it stands in the file; empty if the file ends here
    record Line(long number, String text, String end, boolean cut) {}

    private final String file;
    private final Charset charset;
    private final StrictDecoder characters;
    private final Deque<Line> putBack = new ArrayDeque<>();
    private int ahead = NONE;
    private long number;

    PhysicalLines(String file, InputStream in, Charset charset) {
        this.file = file;
        this.charset = charset;
        characters = new StrictDecoder(in, charset);
    }

    /// The next line, or nothing at the end of the file.
    Optional<Line> next() {
        return putBack.isEmpty() ? read() : Optional.of(putBack.removeFirst());
    }

    /// Makes the next calls of [#next] answer these lines, in their order.
    void putBack(List<Line> lines) {
        lines.reversed().forEach(putBack::addFirst);
    }

    private Optional<Line> read() {
        number++;
        int c = take();
        if (number == 1 && c == BYTE_ORDER_MARK) {
            c = take();
        }
        if (c == -1) {
            return Optional.empty();
        }
        var text = new StringBuilder();
        boolean cut = false;
        for (; c != '\n' && c != '\r' && c != -1; c = take()) {
            cut |= text.length() == LENGTH_MAX;
            if (!cut) {
                text.append((char) c);
            }
        }
        return Optional.of(new Line(number, text.toString(), end(c), cut));
    }

    private String end(int c) {
        return switch (c) {
            case '\n' -> "\n";
            case '\r' -> takeLineFeed() ? "\r\n" : "\r";
            default -> "";
        };
    }

    private boolean takeLineFeed() {
        // A bad byte met here stands on the next line.
        number++;
        ahead = take();
        number--;
        if (ahead != '\n') {
            return false;
        }
        ahead = NONE;
        return true;
    }

    private int take() {
        if (ahead != NONE) {
            int c = ahead;
            ahead = NONE;
            return c;
        }
        try {
            return characters.read();
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException("%s:%d: the byte at offset %d is not %s. Pass --charset NAME"
                    .formatted(file, number, characters.offset(), charset));
        } catch (IOException e) {
            throw new UncheckedIOException(file + ":" + number + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            characters.close();
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be closed: " + e.getMessage(), e);
        }
    }
}
