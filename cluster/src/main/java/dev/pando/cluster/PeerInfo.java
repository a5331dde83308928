package dev.pando.cluster;

import dev.pando.core.NodeName;
import java.util.SortedMap;

/// Another node, and what has gone through the session with it since it began.
///
/// @param incarnation tells this start of the node from others; later ones have higher numbers
/// @param labels that the node carries
/// @param signalsSent messages, calls, replies, links and the like that were handed to the engine
/// @param bytesSent of these signals
/// @param signalsReceived that were handed to the node
/// @param bytesReceived of these signals
/// @param signalsQueued that wait to be handed to the engine
/// @param bytesQueued of these signals
/// @param sendersWaiting threads that are held up because the queue is full, or is not empty when the node leaves
public record PeerInfo(
        NodeName node,
        long incarnation,
        SortedMap<String, String> labels,
        long signalsSent,
        long bytesSent,
        long signalsReceived,
        long bytesReceived,
        int signalsQueued,
        int bytesQueued,
        int sendersWaiting) {}
