package dev.pando.testkit;

/// Ordinary virtual threads that park until they are given the baton, from one to the next. It needs nothing of the JDK
/// that is not public.
final class BatonDriver implements Driver {

    @Override
    public Thread kernel(Runnable life) {
        return Thread.ofVirtual().name("pando-simulation").unstarted(life);
    }

    @Override
    public Thread fiber(String name, Runnable life) {
        return Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(life);
    }

    @Override
    public void open(Kernel kernel) {
        // Its threads find the way by themselves.
    }

    @Override
    public boolean comesBack() {
        return false;
    }

    @Override
    public void runs() {
        throw new IllegalStateException("the baton goes from thread to thread");
    }
}
