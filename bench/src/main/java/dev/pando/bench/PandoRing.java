package dev.pando.bench;

import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import java.util.concurrent.CompletableFuture;

/// Plain processes of which each passes a token on to the next, the last one to the first.
final class PandoRing {

    /// Whoever gets it when no hop is left says where it is.
    private record Token(long hopsLeft, CompletableFuture<Integer> end) {}

    private record Next(Pid pid) {}

    static Load of(Node node, int size) {
        Pid last = node.spawn(() -> pass(size - 1, Self.receive(Next.class).pid()));
        Pid first = last;
        for (int place = size - 2; place >= 0; place--) {
            int here = place;
            Pid next = first;
            first = node.spawn(() -> pass(here, next));
        }
        Pid start = first;
        node.send(last, new Next(start));
        return operations -> {
            CompletableFuture<Integer> end = new CompletableFuture<>();
            node.send(start, new Token(operations, end));
            Waits.check("the token's place", operations % size, Waits.result(end));
        };
    }

    private static void pass(int place, Pid next) {
        while (true) {
            Token token = Self.receive(Token.class);
            if (token.hopsLeft() == 0) {
                token.end().complete(place);
            } else {
                Self.send(next, new Token(token.hopsLeft() - 1, token.end()));
            }
        }
    }

    private PandoRing() {}
}
