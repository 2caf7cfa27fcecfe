package redisproxy.operators;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an expression of Prometheus names. Prometheus's own parser, in promtool, says whether it is one. */
final class PromQl {
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?!\\s*\\()(?![\\w:])");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset");

    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on)\\s*\\(([^)]*)\\)");

    private PromQl() {}

    /** Returns the names of metrics in the expression, those of recording rules included. */
    static Set<String> metrics(String expression) {
        String rest = STRING.matcher(expression).replaceAll("");
        rest = MATCHERS.matcher(rest).replaceAll("");
        rest = RANGE.matcher(rest).replaceAll("");
        rest = LABELS.matcher(rest).replaceAll("");
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(rest);
        while (name.find()) {
            if (!WORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    /** Returns the labels by which each metric of the expression is selected. */
    static Map<String, Set<String>> selected(String expression) {
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher selector = SELECTOR.matcher(STRING.matcher(expression).replaceAll(""));
        while (selector.find()) {
            Set<String> of = labels.computeIfAbsent(selector.group(1), name -> new TreeSet<>());
            MATCHER.matcher(selector.group(2)).results().forEach(matcher -> of.add(matcher.group(1)));
        }
        return labels;
    }

    /** Returns the labels that the expression groups or joins by. */
    static Set<String> grouped(String expression) {
        return GROUPED.matcher(STRING.matcher(expression).replaceAll(""))
                .results()
                .flatMap(list -> Stream.of(list.group(1).split(",", -1)))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the expression of a Grafana board as Prometheus gets it, for all instances. */
    static String asked(String expression) {
        return expression
                .replace("$__rate_interval", "1m")
                .replace("$__range", "1h")
                .replace("$job", ".*")
                .replace("$instance", ".*");
    }
}
