package redisproxy.bench;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code wrk} with random keys, on connections that stay open. */
final class Wrk implements Load {
    /** The line that the script prints at the end. */
    private static final Pattern RESULT =
            Pattern.compile("result requests=(\\d+) micros=(\\d+) errors=(\\d+) p50=(\\d+) p99=(\\d+)");

    private final Tools tools;
    private final String url;
    private final PathStyle path;
    private final Data data;
    private final Path script;

    /** The text before and after a key in the path of a request. */
    record PathStyle(String before, String after) {
        static final PathStyle KEY_ALONE = new PathStyle("/", "");

        /** Has Webdis answer with the value alone, without JSON around it. */
        static final PathStyle WEBDIS = new PathStyle("/GET/", ".txt");

        String of(String key) {
            return before + key + after;
        }
    }

    Wrk(Tools tools, String url, PathStyle path, Data data) {
        this.tools = tools;
        this.url = url;
        this.path = path;
        this.data = data;
        script = tools.write("random.lua");
    }

    @Override
    public Outcome run(int seconds) {
        return parse(tools.generate(Tools.words(
                        "wrk -t1 -c % -d % --latency -s % % -- % % %",
                        Tools.CONNECTIONS,
                        seconds,
                        script,
                        url,
                        path.before() + data.prefix(),
                        path.after(),
                        data.count()))
                .out());
    }

    static Outcome parse(String out) {
        Matcher result = RESULT.matcher(out);
        if (!result.find() || !result.group(3).equals("0")) {
            throw new BenchException("the load has seen errors: " + out);
        }
        return new Outcome(
                Long.parseLong(result.group(1)),
                Long.parseLong(result.group(2)) / 1e6,
                Long.parseLong(result.group(4)) / 1e3,
                Long.parseLong(result.group(5)) / 1e3);
    }
}
