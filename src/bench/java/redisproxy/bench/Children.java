package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.ChildProcess;

/** All processes of a run, ended at the latest when this is closed, which may be on Ctrl-C. */
final class Children implements AutoCloseable {
    private final List<ChildProcess> running = new ArrayList<>();
    private boolean closed;

    /** Starts a command, pinned to one core. */
    synchronized ChildProcess start(Programs programs, int core, List<String> command) {
        if (closed) {
            throw new BenchException("ended before its time");
        }
        List<String> pinned = new ArrayList<>(List.of(programs.path("taskset"), "-c", Integer.toString(core)));
        pinned.addAll(command);
        ChildProcess child = ChildProcess.start(Map.of(), pinned);
        running.add(child);
        return child;
    }

    /** Runs a command to its end, which has to be a good one, and returns it with all that it printed. */
    ChildProcess run(Programs programs, int core, List<String> command) {
        ChildProcess child = start(programs, core, command);
        int code = child.awaitExit();
        forget(child);
        if (code != 0) {
            throw new BenchException(child.describe("failed"));
        }
        return child;
    }

    /** Ends a process at once. */
    void end(ChildProcess child) {
        child.close();
        forget(child);
    }

    private synchronized void forget(ChildProcess child) {
        running.remove(child);
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (ChildProcess child : running) {
            child.close();
        }
        running.clear();
    }
}
