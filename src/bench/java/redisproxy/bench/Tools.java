package redisproxy.bench;

import java.nio.file.Path;
import java.util.List;
import redisproxy.testkit.ChildProcess;

/**
 * What every part of a run works with.
 *
 * @param programs the programs it starts
 * @param children the processes it has started
 * @param scratch a folder for their files, which goes with the run
 * @param serverCore the core of all servers
 * @param loadCore the core of the load generators
 */
record Tools(Programs programs, Children children, Path scratch, int serverCore, int loadCore) {
    /** Connections that every load comes over. */
    static final int CONNECTIONS = 50;

    ChildProcess serve(List<String> command) {
        return children.start(programs, serverCore, command);
    }

    /** Runs a load, or anything else that is not to disturb the servers, to its end. */
    ChildProcess generate(List<String> command) {
        return children.run(programs, loadCore, command);
    }

    /** Starts a load that has to be ended. */
    ChildProcess startGenerating(List<String> command) {
        return children.start(programs, loadCore, command);
    }

    Path wrkScript() {
        return Template.write(scratch, "random.lua");
    }
}
