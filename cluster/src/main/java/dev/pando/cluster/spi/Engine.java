package dev.pando.cluster.spi;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// Membership and messaging between the members of a group: JGroups in production, a simulator in tests.
///
/// What it must give: a view on each member, and frames in order and without loss between two members for
/// as long as both keep the other in their views. What it need not give: views installed at the same time,
/// or notice to a member that it was suspected. Sessions are built on top for that.
public interface Engine extends AutoCloseable {

    /// A member of the group, for as long as its engine runs. Equal by identity of the run, not by name.
    interface Member {}

    /// Who is in the group, oldest first, this member included.
    record View(List<Member> members) {
        public View {
            members = List.copyOf(members);
        }
    }

    /// Called by the engine. Frames of one member come one at a time and in order.
    interface Listener {
        void view(View view);

        void frame(Member from, byte[] frame);

        /// Something that did not become a frame was refused.
        ///
        /// @param origin where it came from: an address or a member
        default void refused(Refusal kind, String origin, String why) {}
    }

    /// Joins the group, or forms it. Blocks until the first view is installed.
    ///
    /// @throws IllegalStateException when that is impossible; the message says why and what to change
    void join(Listener listener);

    Member self();

    /// Sends one frame. May block while the member is slow, until it leaves the view. A frame to somebody
    /// outside the view is lost.
    void send(Member to, byte[] frame);

    /// Looks for members that listen at an address, and merges with their group. Returns at once; who wants
    /// them found asks again after a while. An engine that finds all there are by itself does nothing.
    default void seek(InetSocketAddress address) {}

    /// Looks no longer for members that listen at an address; those it has found stay. Returns at once.
    default void forget(InetSocketAddress address) {}

    /// Where a member listens, if it is known and the engine has addresses at all.
    default Optional<InetSocketAddress> address(Member member) {
        return Optional.empty();
    }

    /// Leaves the group.
    @Override
    void close();
}
