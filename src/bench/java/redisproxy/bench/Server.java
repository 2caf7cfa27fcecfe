package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;

/**
 * A running server.
 *
 * @param name what it is called in results
 * @param process its process, whose own children count as well
 * @param resp where it speaks the Redis protocol, if it does
 * @param http where it speaks HTTP, if it does
 */
record Server(String name, ChildProcess process, Address resp, Address http) {

    /** A server with one port. */
    static Server onePort(String name, ChildProcess process, Address address) {
        process.awaitAlive("listen on " + address, address::isOpen);
        return new Server(name, process, address, address);
    }

    /** The processor time that this server and these others use together. */
    CpuClock cpuWith(List<Server> others) {
        List<ChildProcess> processes = new ArrayList<>(List.of(process));
        others.forEach(other -> processes.add(other.process()));
        return new CpuClock(processes);
    }
}
