package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/// Each way to pass the baton is the other's oracle: the same seed is the same run.
final class DriverTest {

    @Test
    void bothDriversGiveTheSameRunOfANode() {
        for (long seed = 0; seed < 50; seed++) {
            Trace baton = SimulationTest.chat(new Simulation(seed, true, new BatonDriver()));
            Trace executor = SimulationTest.chat(new Simulation(seed, true, new ExecutorDriver()));

            assertThat(executor.lines()).isEqualTo(baton.lines()).hasSizeGreaterThan(120);
            assertThat(executor.hash()).isEqualTo(baton.hash());
        }
    }

    @Test
    void bothDriversGiveTheSameRunOfACluster() {
        for (long seed = 0; seed < 50; seed++) {
            Trace baton = SimulatedClusterTest.talk(new Simulation(seed, true, new BatonDriver()));
            Trace executor = SimulatedClusterTest.talk(new Simulation(seed, true, new ExecutorDriver()));

            assertThat(executor.lines()).isEqualTo(baton.lines()).hasSizeGreaterThan(20);
            assertThat(executor.hash()).isEqualTo(baton.hash());
        }
    }

    /// The lock is held by a thread of the simulation, and waiting for it is not.
    @Test
    void aLockThatIsTakenIsNamedByBoth() {
        for (Driver driver : new Driver[] {new BatonDriver(), new ExecutorDriver()}) {
            Simulation simulation = new Simulation(1, false, driver);
            Node node = simulation.start("alpha", Protocols.none(), Resources.none());
            ReentrantLock lock = new ReentrantLock();
            for (int i = 0; i < 2; i++) {
                node.spawn(() -> {
                    lock.lock();
                    try {
                        Self.sleep(Duration.ofSeconds(1));
                    } finally {
                        lock.unlock();
                    }
                });
            }

            assertThatThrownBy(() -> simulation.runFor(Duration.ofSeconds(10)))
                    .as(driver.getClass().getSimpleName())
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("blocks outside of the simulation")
                    .hasMessageContaining("ReentrantLock.lock");
            simulation.close();
        }
    }

    @Test
    void aDriverThatIsNotOneIsRefused() {
        String before = System.getProperty("pando.testkit.driver", "");
        try {
            System.setProperty("pando.testkit.driver", "magic");
            assertThatThrownBy(() -> Simulation.of(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("pando.testkit.driver: 'magic' is neither 'baton' nor 'executor'");
        } finally {
            System.setProperty("pando.testkit.driver", before);
        }
    }
}
