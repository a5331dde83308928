package dev.pando.cli;

import dev.pando.core.ChildSpec;
import java.util.List;

/// What a node in a namespace does.
interface ChaosWork {

    /// Starts what is there before the cluster is.
    ///
    /// @return what the node's tree has after the cluster
    List<ChildSpec> prepare();

    ChaosLine.Answered answer(ChaosAsk ask);
}
