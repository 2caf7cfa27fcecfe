package redisproxy.upstream;

/** A recipient of replies whose connection is served by an event loop: its requests are best served by the same one. Thread-safe. */
public interface LoopMember {
    /** Returns the loop, always the same one. */
    EventLoop loop();
}
