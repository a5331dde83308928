package dev.pando.donations;

/// Who gave. The name is personal data, so it is kept exactly as given and never shown by `toString`.
///
/// @param name any script, not blank, at most 1,000 characters
public record Donor(String name) {

    private static final int NAME_LENGTH_MAX = 1_000;

    public Donor {
        Text.require("donor", name, NAME_LENGTH_MAX);
    }

    @Override
    public String toString() {
        return "Donor[…]";
    }
}
