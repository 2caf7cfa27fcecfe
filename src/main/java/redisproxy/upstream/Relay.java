package redisproxy.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes on to Redis what the cache does not answer. Implementations are thread-safe. */
public interface Relay extends Pinning {
    /**
     * Takes over commands that were passed on together. Does not block. Each is replied to or failed in bounded time, on any thread
     * (the caller's included), and {@linkplain PassedCommand#flush() flushed} after that.
     */
    void pass(List<PassedCommand> commands);

    /**
     * Returns whether the servers are known to be those of a Cluster: its commands for several keys are split, those for all keys go to all
     * masters, and {@code CLUSTER} is better answered by {@link OneNodeCluster}. Does not block.
     */
    boolean isCluster();

    /**
     * Returns the version of Redis that the server has told when it was connected to last, such as {@code 7.4.2}; null before that. In front of a
     * Cluster, any master's. Does not block.
     */
    @Nullable
    String version();

    /**
     * Returns the commands of the backing server; those of none before it has told them. Does not block. The first call has the server
     * asked, and each connection on which commands are passed on has it asked again, since it may lead to another version.
     */
    CommandCatalog commands();

    /** Has the server asked for its commands again, since it may have others now; at most once a second. Does not block. */
    void readCommandsAnew();
}
