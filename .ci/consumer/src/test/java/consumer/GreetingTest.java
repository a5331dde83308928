package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GreetingTest {

    @Test
    void namesTheNode() {
        assertEquals("hello, alpha@localhost", Greeting.to("alpha"));
    }
}
