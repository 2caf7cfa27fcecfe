package redisproxy.bench;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;

/** A load on Varnish that fails unless Varnish answers all of it from its cache. */
final class CachedLoad implements Load {
    private static final Pattern MISSES = Pattern.compile("MAIN\\.cache_miss +(\\d+)");

    private final Tools tools;
    private final Path folder;
    private final Load load;

    CachedLoad(Tools tools, Load load) {
        this.tools = tools;
        this.load = load;
        folder = tools.scratch().resolve(Launcher.VARNISH_FOLDER);
    }

    /** Asks for all keys once. Varnish keeps a page for each pair of host and path, so the host is that of the load. */
    static void fill(Address varnish, Data data) {
        try (HttpConnection connection = HttpConnection.connect(varnish)) {
            for (int index = 0; index < data.count(); index++) {
                connection.send(Bytes.utf8("GET /%s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(data.key(index), varnish)));
                if (connection.read().status() != 200) {
                    throw new BenchException("varnish does not answer for " + data.key(index));
                }
            }
        }
    }

    @Override
    public Outcome run(int seconds) {
        long before = misses();
        Outcome outcome = load.run(seconds);
        long misses = misses() - before;
        if (misses != 0) {
            throw new BenchException("varnish: %d requests, %d misses".formatted(outcome.requests(), misses));
        }
        return outcome;
    }

    private long misses() {
        return parse(tools.generate(Tools.words("varnishstat -n % -1 -f MAIN.cache_miss", folder))
                .out());
    }

    static long parse(String out) {
        Matcher misses = MISSES.matcher(out);
        if (!misses.find()) {
            throw new BenchException("varnishstat tells no misses: " + out);
        }
        return Long.parseLong(misses.group(1));
    }
}
