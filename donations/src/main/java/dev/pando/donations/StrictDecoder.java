package dev.pando.donations;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/// The characters of a stream. Unlike a JDK reader it knows where a byte stands that its charset cannot decode.
final class StrictDecoder implements Closeable {

    private static final int BUFFER_SIZE = 16_384;

    private final InputStream in;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_SIZE).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER_SIZE).limit(0);
    private long bytesRead;
    private boolean ended;
    private boolean flushed;

    StrictDecoder(InputStream in, Charset charset) {
        this.in = in;
        decoder = charset.newDecoder();
    }

    /// The next character, or -1 after the last.
    ///
    /// @throws CharacterCodingException if there is one more, and it cannot be decoded; it starts at [#offset]
    int read() throws IOException {
        return chars.hasRemaining() || fill() ? chars.get() : -1;
    }

    /// The number of bytes decoded.
    long offset() {
        return bytesRead - bytes.remaining();
    }

    private boolean fill() throws IOException {
        if (flushed) {
            return false;
        }
        chars.clear();
        CoderResult result = decode();
        while (result.isUnderflow() && !ended) {
            readMore();
            result = decode();
        }
        // What came before a bad byte is handed out first; the next call then meets the byte again.
        if (result.isError() && chars.position() == 0) {
            result.throwException();
        }
        chars.flip();
        return chars.hasRemaining();
    }

    private CoderResult decode() {
        CoderResult result = decoder.decode(bytes, chars, ended);
        if (!result.isUnderflow() || !ended) {
            return result;
        }
        CoderResult last = decoder.flush(chars);
        flushed = last.isUnderflow();
        return last;
    }

    private void readMore() throws IOException {
        bytes.compact();
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = count < 0;
        if (count > 0) {
            bytesRead += count;
            bytes.position(bytes.position() + count);
        }
        bytes.flip();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
