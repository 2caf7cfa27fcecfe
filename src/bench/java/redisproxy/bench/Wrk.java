package redisproxy.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;

/** {@code wrk} with random keys, on connections that stay open. */
final class Wrk implements Load {
    /** What the script prints at the end. */
    private static final Pattern RESULT =
            Pattern.compile("result requests=(\\d+) micros=(\\d+) errors=(\\d+) p50=(\\d+) p99=(\\d+)");

    private final Tools tools;
    private final Address address;
    private final Target target;
    private final Data data;

    /** What stands before and after a key in the path of a request. */
    record Target(String before, String after) {
        String path(String key) {
            return before + key + after;
        }
    }

    Wrk(Tools tools, Address address, Target target, Data data) {
        this.tools = tools;
        this.address = address;
        this.target = target;
        this.data = data;
    }

    @Override
    public Outcome run(int seconds) {
        ChildProcess child = tools.generate(List.of(
                tools.programs().path("wrk"),
                "-t1",
                "-c" + Tools.CONNECTIONS,
                "-d" + seconds + "s",
                "--latency",
                "-s",
                tools.wrkScript().toString(),
                "http://" + address,
                "--",
                target.before() + data.prefix(),
                target.after(),
                Integer.toString(data.count())));
        return parse(child.out());
    }

    static Outcome parse(String out) {
        Matcher result = RESULT.matcher(out);
        if (!result.find()) {
            throw new BenchException("no result of wrk in: " + out);
        }
        if (!result.group(3).equals("0")) {
            throw new BenchException("wrk has seen errors: " + out);
        }
        return new Outcome(
                Long.parseLong(result.group(1)),
                Long.parseLong(result.group(2)) / 1e6,
                Long.parseLong(result.group(4)) / 1e3,
                Long.parseLong(result.group(5)) / 1e3);
    }
}
