package redisproxy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code h2load} with keys in a random order, on connections of HTTP/2 over TLS that stay open. */
final class H2load implements Load {
    private static final Pattern DONE = Pattern.compile("finished in ([0-9.]+)s");
    private static final Pattern REQUESTS =
            Pattern.compile("(\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");

    /** A line of its log: when a request was sent, the status, and how many microseconds it took. */
    private static final Pattern LINE = Pattern.compile("\\d+\\t\\d+\\t(\\d+)");

    private static final int MEDIAN = 50;
    private static final int TAIL = 99;

    private final Tools tools;
    private final String url;
    private final int streams;
    private final Path keys;

    H2load(Tools tools, String url, int streams, Data data) {
        this.tools = tools;
        this.url = url;
        this.streams = streams;
        List<String> paths = IntStream.range(0, data.count())
                .mapToObj(index -> Wrk.PathStyle.KEY_ALONE.of(data.key(index)))
                .collect(Collectors.toList());
        Collections.shuffle(paths, new Random(1));
        try {
            keys = Files.write(tools.scratch().resolve("h2load.keys"), paths);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Outcome run(int seconds) {
        Path log = tools.scratch().resolve("h2load.log");
        String command = "h2load -t1 -c % -m % -D % -B % -i % --log-file=" + log;
        String out = tools.generate(Tools.words(command, Tools.CONNECTIONS, streams, seconds, url, keys))
                .out();
        try {
            Outcome outcome = parse(out, Files.readAllLines(log));
            Files.delete(log);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Outcome parse(String out, List<String> log) {
        Matcher requests = REQUESTS.matcher(out);
        Matcher done = DONE.matcher(out);
        if (!requests.find()
                || !done.find()
                || IntStream.of(2, 3, 4)
                        .anyMatch(group -> !requests.group(group).equals("0"))) {
            throw new BenchException("the load has seen errors: " + out);
        }
        long[] micros = log.stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .sorted()
                .toArray();
        return new Outcome(
                Long.parseLong(requests.group(1)),
                Double.parseDouble(done.group(1)),
                percentile(micros, MEDIAN),
                percentile(micros, TAIL));
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted[(int) ((long) (sorted.length - 1) * percent / 100)] / 1e3;
    }
}
