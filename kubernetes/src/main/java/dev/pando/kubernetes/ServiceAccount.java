package dev.pando.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Kubernetes lets a pod prove and know of itself: files in a folder, which it renews.
record ServiceAccount(Path folder) {

    Path tokenFile() {
        return folder.resolve("token");
    }

    Path caFile() {
        return folder.resolve("ca.crt");
    }

    /// To be read for each request: the file is renewed before the token in it expires. Blank
    /// when there is none, and the API server then says so.
    String token() {
        try {
            return Files.readString(tokenFile()).strip();
        } catch (IOException e) {
            return "";
        }
    }

    String namespace() throws IOException {
        Path file = folder.resolve("namespace");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(
                    "namespace: none is given, and " + file + " cannot be read (" + e + "); give one, or the right"
                            + " serviceAccountPath",
                    e);
        }
    }
}
