package dev.pando.horde;

import dev.pando.core.RegistryEntry;

/// The policies that go by age.
enum KnownPolicy implements ConflictPolicy {
    KEEP_OLDEST {
        @Override
        public RegistryEntry keep(RegistryEntry older, RegistryEntry newer) {
            return older;
        }
    },
    KEEP_NEWEST {
        @Override
        public RegistryEntry keep(RegistryEntry older, RegistryEntry newer) {
            return newer;
        }
    }
}
