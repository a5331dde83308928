package dev.pando.core;

/// The work of a process that handles one item of its mailbox after the other.
///
/// Whatever it keeps from one item to the next is in its fields, and nothing is on its stack: while it has nothing to
/// do the process needs no thread, and the next item may be handled on another one.
sealed interface Loop permits GenServerLoop, SupervisorLoop, DynamicSupervisorLoop {

    /// Does what comes before the first item, on the thread that then handles it.
    void begin() throws Exception;

    /// Handles what [LocalProcess#takeNext] has returned; ends the process by throwing.
    void handle(Object item) throws Exception;
}
