package dev.pando.horde;

/// How one node's copy of a supervisor's records stands.
///
/// @param nodes how many nodes run the supervisor, this one included
/// @param running children that serve, on any node
/// @param unsettled children that are being started, or wait to be
/// @param crashed children that failed too often
/// @param lost children whose node is lost, and which nobody has claimed yet
/// @param hasQuorum whether the node sees the voters that its [Quorum] asks for, if any; else it runs no children
public record SupervisorStatus(int nodes, int running, int unsettled, int crashed, int lost, boolean hasQuorum) {}
