package dev.pando.bench;

import dev.pando.core.wire.Codec;
import org.apache.fory.Fory;
import org.apache.fory.ThreadSafeFory;

/// A codec set up for [Purchase] and used from any thread.
public interface MeasuredCodec {

    byte[] write(Purchase purchase);

    Purchase read(byte[] frame);

    /// Those that are measured.
    enum Kind {
        HAND,
        PANDO,
        FORY
    }

    /// One of them, ready for its first message.
    static MeasuredCodec of(Kind kind) {
        return switch (kind) {
            case HAND -> new HandWritten();
            case PANDO -> new OfPando(Codec.builder().roots(Purchase.class).build());
            case FORY -> OfFory.compatible();
        };
    }

    /// Pando's own.
    record OfPando(Codec codec) implements MeasuredCodec {
        @Override
        public byte[] write(Purchase purchase) {
            return codec.encode(purchase);
        }

        @Override
        public Purchase read(byte[] frame) {
            return codec.decode(Purchase.class, frame);
        }
    }

    /// Fory in the mode that survives added and removed fields, for listed classes only.
    record OfFory(ThreadSafeFory fory) implements MeasuredCodec {
        static OfFory compatible() {
            ThreadSafeFory fory = Fory.builder()
                    .withXlang(false)
                    .withCompatible(true)
                    .requireClassRegistration(true)
                    .buildThreadSafeForyPool(Runtime.getRuntime().availableProcessors());
            fory.register(Purchase.class);
            fory.register(Purchase.Line.class);
            fory.register(Purchase.State.class);
            return new OfFory(fory);
        }

        @Override
        public byte[] write(Purchase purchase) {
            return fory.serialize(purchase);
        }

        @Override
        public Purchase read(byte[] frame) {
            return (Purchase) fory.deserialize(frame);
        }
    }
}
