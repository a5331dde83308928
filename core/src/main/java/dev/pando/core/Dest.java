package dev.pando.core;

/// Where a message can be sent: a process, a name on this node, a name on another node, or a key of a registry.
public sealed interface Dest permits Address, RemoteName, Via {}
