package redisproxy.bench;

import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;

/**
 * A running server.
 *
 * @param name its name in results
 * @param process its process
 * @param resp its address for the Redis protocol, if it has one
 * @param http its address for HTTP, if it has one
 * @param secure its address for the Redis protocol over TLS, if it has one
 * @param secureHttp its address for HTTPS, if it has one
 */
record Server(String name, ChildProcess process, Address resp, Address http, Address secure, Address secureHttp) {
    /** A server without TLS. */
    Server(String name, ChildProcess process, Address resp, Address http) {
        this(name, process, resp, http, resp, http);
    }
}
