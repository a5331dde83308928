package dev.pando.bench;

import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// One of Pekko's ways to let all nodes of a cluster know names. Each fill has names of its own.
interface PekkoBook {

    /// An actor of this node registers names, one after the other, each when the one before has been acknowledged.
    ///
    /// @return clears them away
    Runnable fill(PekkoActors actors, int generation, PekkoPen pen);

    /// In how many looks one sees all names.
    int looks(int names);

    /// How many names there are to be found at one look.
    int namesAt(int look, int names);

    /// Looks on behalf of an actor, which is sent a [PekkoWatch.Found] for each look.
    Looker looker(ActorContext<Object> context);

    /// Asks this node alone.
    @FunctionalInterface
    interface Looker {
        void look(int generation, int look);
    }
}
