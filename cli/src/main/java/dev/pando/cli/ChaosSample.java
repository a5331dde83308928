package dev.pando.cli;

import dev.pando.core.Pid;

/// What a node knew of the names at a moment, as sums: so that what all nodes hold can be added up, and compared with
/// what each of them finds.
///
/// @param nanos of the machine's monotonic clock, which all processes share
/// @param before when it was looked at last before; what has changed did so since
/// @param held by living processes of the node that were granted it, have not given it up and were not told of a loss
/// @param found what the node finds, wherever its holder is
/// @param heard what one of its processes has heard of that listens; without values
record ChaosSample(long nanos, long before, Sum held, Sum found, Sum heard) {

    /// Of a set of names, whatever their order.
    ///
    /// @param holders of keys and who holds them
    /// @param values of keys and their values
    record Sum(int count, long holders, long values) {

        static final Sum NONE = new Sum(0, 0, 0);

        Sum plus(Sum other) {
            return new Sum(count + other.count, holders + other.holders, values + other.values);
        }

        Sum plus(String key, Pid holder, int value) {
            return plus(new Sum(1, hash(key, holder), mix(key.hashCode() + mix(value))));
        }

        Sum plus(String key, Pid holder) {
            return plus(new Sum(1, hash(key, holder), 0));
        }

        boolean isOfSameHolders(Sum other) {
            return count == other.count && holders == other.holders;
        }

        private static long hash(String key, Pid holder) {
            long node = holder.node().toString().hashCode() + holder.incarnation();
            return mix(key.hashCode() + mix(holder.serial() + mix(node)));
        }

        /// Spreads what is alike (the finalizer of MurmurHash3).
        private static long mix(long value) {
            long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
            mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
            return mixed ^ (mixed >>> 33);
        }
    }

    /// Whether nothing has changed since the other.
    boolean isLike(ChaosSample other) {
        return held.equals(other.held) && found.equals(other.found) && heard.equals(other.heard);
    }
}
