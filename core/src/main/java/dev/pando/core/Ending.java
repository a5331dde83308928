package dev.pando.core;

import java.util.List;

/// How an [Application] ended.
sealed interface Ending {

    /// The exit code of the program.
    default int code() {
        return switch (this) {
            case Stopped _ -> Application.STOPPED;
            case NotStarted _ -> Application.NOT_STARTED;
            case GaveUp _ -> Application.GAVE_UP;
            case CutShort _ -> Application.CUT_SHORT;
        };
    }

    record Stopped() implements Ending {
        @Override
        public String toString() {
            return "stopped in order";
        }
    }

    record NotStarted(ExitReason reason) implements Ending {
        @Override
        public String toString() {
            return "not started: " + reason;
        }
    }

    /// Nobody asked for it.
    record GaveUp(ExitReason reason) implements Ending {
        @Override
        public String toString() {
            return "the top supervisor gave up: " + reason;
        }
    }

    /// Not all had stopped.
    ///
    /// @param why what did not wait for them
    record CutShort(String why, List<String> left) implements Ending {
        @Override
        public String toString() {
            return why + "; "
                    + (left.isEmpty() ? "nothing of its tree was left" : "killed: " + String.join(", ", left));
        }
    }
}
