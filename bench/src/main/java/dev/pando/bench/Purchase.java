package dev.pando.bench;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/// The message that codecs are measured with: a bit of everything, and records within a record.
public record Purchase(String id, BigDecimal total, State state, Instant at, List<Line> lines) {

    static final Purchase SAMPLE = new Purchase(
            "8c5a1f0e-3f5b-4a53-9d4c-0f6a2b7d9e11",
            new BigDecimal("1234.56"),
            State.PAID,
            Instant.parse("2026-02-28T23:59:59.123456789Z"),
            List.of(
                    new Line("article-1000471", 2, new BigDecimal("199.95")),
                    new Line("article-1000833", 1, new BigDecimal("804.66")),
                    new Line("article-1001219", 12, new BigDecimal("2.50"))));

    public enum State {
        OPEN,
        PAID,
        SHIPPED
    }

    public record Line(String article, int quantity, BigDecimal price) {}
}
