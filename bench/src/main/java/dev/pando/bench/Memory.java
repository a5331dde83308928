package dev.pando.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What this virtual machine uses, in bytes.
///
/// @param heap after a collection
/// @param resident as the operating system sees it; empty where there is no `/proc`
record Memory(long heap, OptionalLong resident) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB$", Pattern.MULTILINE);

    static Memory now() throws IOException {
        // The second one finds what the first one made unreachable, such as what references were cleared for.
        System.gc();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Memory(heap, residentNow());
    }

    private static OptionalLong residentNow() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        Matcher line = RESIDENT.matcher(Files.readString(STATUS));
        return line.find() ? OptionalLong.of(Long.parseLong(line.group(1)) * 1024) : OptionalLong.empty();
    }

    /// What all threads together have ever allocated. Virtual threads count through their carriers.
    static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }
}
