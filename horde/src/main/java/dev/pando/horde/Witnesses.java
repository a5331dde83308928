package dev.pando.horde;

import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.wire.WireException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decisions of this node that its callers are not told of before another node knows them: with this node they
/// would be lost, and the caller has relied on them. Confined to the server's process.
///
/// One witness is enough. A peer that does not confirm – it may hang – is followed by the next one with every
/// [#askAgain]. A node without peers has nobody to ask and needs nobody.
final class Witnesses {

    private static final Logger log = LoggerFactory.getLogger(Witnesses.class);

    private final Peers peers;
    private final Map<Token, Secret> secrets = new LinkedHashMap<>();
    /// What this node knows of others' decisions and has not confirmed to them yet.
    private final Map<Pid, List<Token>> owed = new LinkedHashMap<>();

    private static final class Secret {
        final Sync.News news;
        final Runnable known;
        int asked;

        Secret(Sync.News news, Runnable known) {
            this.news = news;
            this.known = known;
        }
    }

    Witnesses(Peers peers) {
        this.peers = peers;
    }

    /// Runs `known` once a peer has confirmed the news; at once when there is none. Does not ask: somebody is about
    /// to be told in another way.
    void expect(Token of, Sync.News news, Runnable known) {
        if (peers.count() == 0) {
            known.run();
        } else {
            secrets.put(of, new Secret(news, known));
        }
    }

    /// Asks a peer to take the news in and to confirm it.
    void ask(Token of) {
        Secret secret = secrets.get(of);
        if (secret == null) {
            return;
        }
        List<Pid> servers = peers.servers();
        Pid server = servers.get(Math.floorMod(Long.hashCode(of.stamp()) + secret.asked++, servers.size()));
        try {
            Self.cast(server, new SupervisorProtocol.Witness(of, secret.news));
        } catch (WireException e) {
            log.error("{} cannot tell {} of a decision, and goes on alone: {}", Self.pid(), server, e.getMessage());
            confirm(of);
        }
    }

    /// Asks for all that is not confirmed; to be called now and then, and when a peer is lost.
    void askAgain() {
        List<Token> open = List.copyOf(secrets.keySet());
        open.forEach(peers.count() == 0 ? this::confirm : this::ask);
    }

    void confirm(Token of) {
        Secret secret = secrets.remove(of);
        if (secret != null) {
            secret.known.run();
        }
    }

    /// Notes that this node knows of a decision of another one, which is in no hurry to hear that.
    void owe(Pid server, Token of) {
        owed.computeIfAbsent(server, _ -> new ArrayList<>()).add(of);
    }

    /// Confirms all that is [owed][#owe].
    void pay() {
        owed.forEach((server, tokens) -> Self.cast(server, new SupervisorProtocol.Witnessed(List.copyOf(tokens))));
        owed.clear();
    }

    /// Forgets a decision that has been taken back.
    void drop(Token of) {
        secrets.remove(of);
    }

    boolean isSecret(Token of) {
        return secrets.containsKey(of);
    }
}
