package dev.pando.core;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports the abnormal end of a process, once: why, at which message, and who had started it.
///
/// Messages are written as their `toString` says, cut to a length; types that hold personal data hide it there.
final class CrashLog {

    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final int MESSAGE_MAX = 500;
    private static final int ANCESTORS_MAX = 10;

    static void write(LocalProcess process, Throwable thrown) {
        log.error("{} crashed{}{}", process, atMessage(process), ancestry(process), thrown);
    }

    private static String atMessage(LocalProcess process) {
        return process.lastMessage()
                .map(message -> " at message " + cut(message))
                .orElse("");
    }

    /// A message that cannot even be printed must not hide the crash.
    private static String cut(Object message) {
        try {
            String text = String.valueOf(message);
            return text.length() <= MESSAGE_MAX ? text : text.substring(0, MESSAGE_MAX) + "…";
        } catch (RuntimeException e) {
            return "of " + message.getClass().getName() + ", whose toString failed: "
                    + e.getClass().getName();
        }
    }

    private static String ancestry(LocalProcess process) {
        StringBuilder text = new StringBuilder();
        LocalProcess ancestor = process.parent().orElse(null);
        for (int i = 0; ancestor != null && i < ANCESTORS_MAX; i++) {
            text.append(i == 0 ? ", started by " : ", by ").append(ancestor);
            ancestor = ancestor.parent().orElse(null);
        }
        return text.toString();
    }

    private CrashLog() {}
}
