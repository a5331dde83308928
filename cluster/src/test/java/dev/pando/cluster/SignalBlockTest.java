package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignalBlockTest {

    private static boolean isWhole(byte... block) {
        return SignalBlock.all(block, (_, _, _) -> true);
    }

    @Test
    void whatGoesInComesOutInOrder() {
        Random random = new Random(1);
        for (boolean busy : new boolean[] {false, true}) {
            SignalBlock block = new SignalBlock(busy);
            List<byte[]> signals = new ArrayList<>();
            int bytes = 0;
            for (int i = 0; i < 300; i++) {
                byte[] signal = new byte[random.nextInt(200)];
                random.nextBytes(signal);
                if (block.takes(signal)) {
                    block.add(signal);
                    signals.add(signal);
                    bytes += signal.length;
                }
            }

            assertThat(block.count()).isEqualTo(signals.size());
            assertThat(block.signalBytes()).isEqualTo(bytes);
            assertThat(Signals.of(new SessionFrame.Data(1, 2, 3, block.toBytes())))
                    .containsExactlyElementsOf(signals);
        }
    }

    @Test
    void oneSignalAlwaysFitsAndNothingBeside() {
        SignalBlock block = new SignalBlock(false);
        byte[] large = new byte[3 * SignalBlock.BYTES_MAX];

        assertThat(block.takes(large)).isTrue();
        block.add(large);

        assertThat(block.takes(new byte[0])).isFalse();
        assertThat(Signals.of(new SessionFrame.Data(1, 2, 3, block.toBytes()))).containsExactly(large);
    }

    @Test
    void aBlockThatDoesNotComeOutEvenIsNotWhole() {
        assertThat(isWhole()).isTrue();
        assertThat(isWhole((byte) 0, (byte) 0, (byte) 0, (byte) 0)).isTrue();
        assertThat(isWhole((byte) 0, (byte) 0, (byte) 0)).isFalse();
        assertThat(isWhole((byte) 0, (byte) 0, (byte) 0, (byte) 1)).isFalse();
        assertThat(isWhole((byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 0))
                .isFalse();
        assertThat(isWhole((byte) 127, (byte) -1, (byte) -1, (byte) -1, (byte) 0))
                .isFalse();
    }

    @Test
    void whoWantsNoMoreGetsNoMore() {
        SessionFrame.Data frame = Signals.frame(1, 2, 3, List.of(new byte[1], new byte[2], new byte[3]));
        List<Integer> sizes = new ArrayList<>();

        boolean all = SignalBlock.all(frame.signals(), (_, from, end) -> {
            sizes.add(end - from);
            return sizes.size() < 2;
        });

        assertThat(all).isFalse();
        assertThat(sizes).containsExactly(1, 2);
    }
}
