package dev.pando.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The signals in a data frame, one by one.
final class Signals {

    static SessionFrame.Data frame(long mine, long yours, long sequence, List<byte[]> signals) {
        SignalBlock block = new SignalBlock(false);
        signals.forEach(block::add);
        return new SessionFrame.Data(mine, yours, sequence, block.toBytes());
    }

    static List<byte[]> of(SessionFrame.Data frame) {
        List<byte[]> signals = new ArrayList<>();
        SignalBlock.all(frame.signals(), (block, from, end) -> signals.add(Arrays.copyOfRange(block, from, end)));
        return signals;
    }

    private Signals() {}
}
