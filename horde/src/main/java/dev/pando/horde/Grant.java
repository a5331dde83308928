package dev.pando.horde;

import dev.pando.core.Pid;
import dev.pando.core.RegistryEntry;
import dev.pando.core.Token;

/// A name that a process holds. There may be millions of these, and on each node.
final class Grant extends LogItem {

    final NameLog log;
    final Pid pid;
    final Object value;
    /// Set by a process of this node as it ends, before anybody is told of that.
    private volatile boolean ended;
    /// Whether listeners have been told of it.
    boolean told;

    Grant(NameLog log, Object key, Pid pid, Object value, long stamp, long version) {
        super(key, stamp, version);
        this.log = log;
        this.pid = pid;
        this.value = value;
    }

    /// The same claim with another value, which takes the place of this.
    Grant with(Object newValue, long newVersion) {
        Grant changed = new Grant(log, key, pid, newValue, stamp, newVersion);
        changed.ended = ended;
        changed.succeed(this);
        return changed;
    }

    /// Takes the place of another one for listeners: they are told of one end.
    void succeed(Grant former) {
        told = former.told;
        former.told = false;
    }

    Token token() {
        return new Token(stamp, pid.node(), pid.incarnation());
    }

    RegistryEntry entry() {
        return new RegistryEntry(key, pid, value, token());
    }

    boolean isClaim(NameLog of, long stamped) {
        return log == of && stamp == stamped;
    }

    boolean isClaim(Pid of, long stamped) {
        return stamp == stamped && pid.equals(of);
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }
}
