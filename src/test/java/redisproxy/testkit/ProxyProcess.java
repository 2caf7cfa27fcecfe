package redisproxy.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The proxy as a child process. Its ports are read from its first log line. */
public final class ProxyProcess implements AutoCloseable {
    private static final Pattern START_LINE = Pattern.compile("http://\\S+?:(\\d+)\\b.*?redis://\\S+?:(\\d+)\\b");

    private final ChildProcess process;
    private final Address http;
    private final Address resp;

    private ProxyProcess(ChildProcess process, Address http, Address resp) {
        this.process = process;
        this.http = http;
        this.resp = resp;
    }

    /** Launches the proxy and does not wait for it. It has no admin port unless the settings ask for one. */
    public static ChildProcess launch(List<String> java, Map<String, String> environment, Collection<String> flags) {
        List<String> arguments = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
        arguments.addAll(java);
        arguments.addAll(flags);
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("ADMIN_PORT", "none");
        return ChildProcess.startJava(all, arguments);
    }

    /** Launches the proxy and waits until it has logged its ports. */
    public static ProxyProcess start(List<String> java, Map<String, String> environment, Collection<String> flags) {
        ChildProcess process = launch(java, environment, flags);
        try {
            Matcher ports = process.awaitError(START_LINE);
            return new ProxyProcess(
                    process,
                    Address.loopback(Integer.parseInt(ports.group(1))),
                    Address.loopback(Integer.parseInt(ports.group(2))));
        } catch (AssertionError e) {
            process.close();
            throw e;
        }
    }

    public Address http() {
        return http;
    }

    public Address resp() {
        return resp;
    }

    public ChildProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
