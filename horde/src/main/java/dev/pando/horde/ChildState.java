package dev.pando.horde;

/// Where a supervised child stands.
public enum ChildState {
    /// Its node initialises it.
    STARTING,
    /// It serves.
    RUNNING,
    /// Its start failed; its node tries again after a while.
    PENDING,
    /// It goes to another node. What it is sent meanwhile waits, if it takes its state along.
    HANDING_OVER,
    /// It was told to stop for good.
    STOPPING,
    /// It failed too often in a short time, and is left alone.
    CRASHED,
    /// Its node sees too few of the voters to run it, see [Quorum].
    SUSPENDED,
    /// Its node is lost, and no other has claimed it yet.
    LOST_OWNER
}
