package consumer;

import dev.pando.core.NodeName;

/** Uses a type of Pando, so that the class path is needed when compiling and when running. */
public final class Greeting {

    private Greeting() {}

    public static String to(String node) {
        return "hello, " + NodeName.of(node);
    }
}
