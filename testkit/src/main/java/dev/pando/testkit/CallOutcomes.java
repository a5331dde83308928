package dev.pando.testkit;

import dev.pando.core.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks whether every call has ended, with a reply or a reason, and within its deadline.
public final class CallOutcomes {

    /// A call as its caller saw it.
    ///
    /// @param what for people
    /// @param endedNanos empty when it has not ended
    /// @param failure the reason for which there was no reply; empty when there was one
    public record Made(
            String what, long begunNanos, Duration timeout, Optional<Long> endedNanos, Optional<ExitReason> failure) {}

    /// Checks calls.
    ///
    /// @param nowNanos when one looks
    /// @param slack how much later than its deadline the caller may have come to run
    public static Verdict check(List<Made> calls, long nowNanos, Duration slack) {
        List<String> violations = new ArrayList<>();
        for (Made call : calls) {
            long took = call.endedNanos().orElse(nowNanos) - call.begunNanos();
            boolean late = took > call.timeout().plus(slack).toNanos();
            if (call.endedNanos().isEmpty() && late) {
                violations.add(call.what() + " has not ended after " + Duration.ofNanos(took));
            } else if (late) {
                violations.add(
                        call.what() + " took " + Duration.ofNanos(took) + " with a timeout of " + call.timeout());
            } else if (call.failure()
                            .filter(ExitReason.Timeout.class::isInstance)
                            .isPresent()
                    && took < call.timeout().toNanos()) {
                violations.add(call.what() + " timed out after " + Duration.ofNanos(took) + ", before its timeout of "
                        + call.timeout());
            }
        }
        return new Verdict(violations);
    }

    private CallOutcomes() {}
}
