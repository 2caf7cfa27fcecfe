package redisproxy.bench;

import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;

/**
 * A running server.
 *
 * @param name what it is called in results
 * @param process its process
 * @param resp where it speaks the Redis protocol, if it does
 * @param http where it speaks HTTP, if it does
 */
record Server(String name, ChildProcess process, Address resp, Address http) {}
