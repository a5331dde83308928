package dev.pando.cluster;

import dev.pando.core.Call;

/// Work for another node: a record that is listed in the [dev.pando.core.Protocols] of both, and runs there
/// in a process of its own. See [Cluster#call].
///
/// @param <R> the type of its result, which must be able to travel
public non-sealed interface Job<R> extends Call<R>, Member.Request {

    /// Does the work, and returns its result, which is never null. Runs inside a process of the node that was asked, so
    /// [dev.pando.core.Self] is at hand
    /// there.
    ///
    /// @throws Exception any; the caller is told of it, as of a result that cannot travel, as the reason of an
    ///     [dev.pando.core.ExitException]
    R run() throws Exception;
}
