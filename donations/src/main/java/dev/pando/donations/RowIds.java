package dev.pando.donations;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Ids for the rows of a file that has none: `source:hash-k` for the k-th row with these cells.
///
/// They depend on nothing but the source's name and the rows, so a second import, a renamed file and another
/// order of rows give the same set of ids, while equal rows, being distinct receipts, get different ones.
final class RowIds {

    private static final int HASH_LENGTH = 16;

    private final String source;
    private final MessageDigest sha256;
    private final Occurrences occurrences = new Occurrences();

    RowIds(String source) {
        this.source = source;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// The id of the next row of the file.
    String next(List<String> cells) {
        for (String cell : cells) {
            byte[] bytes = cell.getBytes(StandardCharsets.UTF_8);
            // Without the lengths, ("ab", "c") and ("a", "bc") would be one row.
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            sha256.update(bytes);
        }
        byte[] hash = sha256.digest();
        // 64 bits are enough to count by: if two rows ever shared them, the hash in the id would still differ.
        int occurrence = occurrences.add(ByteBuffer.wrap(hash).getLong());
        return source + ":" + HexFormat.of().formatHex(hash, 0, HASH_LENGTH) + "-" + occurrence;
    }
}
