package dev.pando.bench;

/// The main class of a JVM that does nothing but write and read its first message.
final class CodecStart {

    public static void main(String[] args) {
        long began = System.nanoTime();
        MeasuredCodec codec = MeasuredCodec.of(MeasuredCodec.Kind.valueOf(args[0]));
        byte[] frame = codec.write(Purchase.SAMPLE);
        Purchase read = codec.read(frame);
        long ended = System.nanoTime();
        if (!read.equals(Purchase.SAMPLE)) {
            throw new IllegalStateException("made " + read + " of " + Purchase.SAMPLE);
        }
        System.out.println(ended - began);
        System.out.println(frame.length);
    }

    private CodecStart() {}
}
