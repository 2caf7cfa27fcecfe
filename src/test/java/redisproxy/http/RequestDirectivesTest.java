package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestDirectivesTest {
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final long TOO_GREAT = 2_147_483_648L;

    @Test
    void noneHasNoDirective() {
        RequestDirectives none = RequestDirectives.NONE;
        assertThat(none.noCache()).isFalse();
        assertThat(none.noStore()).isFalse();
        assertThat(none.onlyIfCached()).isFalse();
        assertThat(none.maxAgeSeconds()).isEqualTo(UNLIMITED);
        assertThat(none.minFreshSeconds()).isZero();
        assertThat(none.maxStaleSeconds()).isZero();
        assertThat(none.staleIfErrorSeconds()).isEqualTo(-1);
    }

    @Test
    void readsEveryDirective() {
        assertThat(parse("no-cache")).isEqualTo(directives(true, false, false, UNLIMITED, 0, 0, -1));
        assertThat(parse("no-store")).isEqualTo(directives(false, true, false, UNLIMITED, 0, 0, -1));
        assertThat(parse("only-if-cached")).isEqualTo(directives(false, false, true, UNLIMITED, 0, 0, -1));
        assertThat(parse("max-age=1")).isEqualTo(directives(false, false, false, 1, 0, 0, -1));
        assertThat(parse("min-fresh=2")).isEqualTo(directives(false, false, false, UNLIMITED, 2, 0, -1));
        assertThat(parse("max-stale=3")).isEqualTo(directives(false, false, false, UNLIMITED, 0, 3, -1));
        assertThat(parse("max-stale")).isEqualTo(directives(false, false, false, UNLIMITED, 0, UNLIMITED, -1));
        assertThat(parse("stale-if-error=4")).isEqualTo(directives(false, false, false, UNLIMITED, 0, 0, 4));
    }

    @Test
    void readsSeveralLinesAsOneList() {
        RequestDirectives all = directives(true, true, true, 1, 2, 3, 4);
        assertThat(parse("no-cache, no-store, only-if-cached, max-age=1, min-fresh=2, max-stale=3, stale-if-error=4"))
                .isEqualTo(all);
        assertThat(parse(
                        "no-cache",
                        "",
                        "no-store,only-if-cached",
                        "max-age=1,min-fresh=2",
                        "max-stale=3",
                        "stale-if-error=4"))
                .isEqualTo(all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t",
                ",",
                " , ,\t,",
                "=",
                "=5",
                "\"",
                "\"no-cache\"",
                "'no-cache'",
                "public",
                "max-ages=5",
                "max-age-=5",
                "x-max-age=5",
                "maxage=5",
                "max_age=5",
                "max-a",
                "no-cache2",
                "no cache",
                "no-transform, s-maxage=1, must-revalidate",
                "stale-while-revalidate=5",
                "min-fresh=0",
                "max-stale=0"
            })
    void ignoresUnknownDirectives(String line) {
        assertThat(parse(line)).isEqualTo(RequestDirectives.NONE);
    }

    @Test
    void namesAreCaseInsensitive() {
        assertThat(parse("NO-CACHE,No-Store,oNLY-iF-cACHED,MAX-AGE=1,Min-Fresh=2,mAx-sTale=3,STALE-if-ERROR=4"))
                .isEqualTo(directives(true, true, true, 1, 2, 3, 4));
    }

    /** Some case mappings turn these letters into ASCII letters. */
    @Test
    void namesAreAscii() {
        assertThat(
                        parse(
                                "no-\u017Ftore, \u017Ftale-if-error=5, only-\u0131f-cached, m\u0131n-fresh=5, M\u0130N-FRESH=5"))
                .isEqualTo(RequestDirectives.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-age=7,no-cache",
                "  max-age=7 ,\tno-cache\t",
                ",,max-age=7,,no-cache,,",
                "max-age=\"7\", no-cache",
                "max-age=\"\\7\" \t, no-cache",
                "no-cache, max-age=7",
                "no-cache=x, max-age=007",
                "no-cache=\"a, b\", max-age=7",
                "no-cache= , max-age=7",
                "no-cache x, max-age=7"
            })
    void acceptsEveryForm(String line) {
        assertThat(parse(line)).isEqualTo(directives(true, false, false, 7, 0, 0, -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x=\", no-store,\", no-cache",
                "x=\"\\\", no-store\", no-cache",
                "x=\"\\\\\", no-cache, y=\", no-store\"",
                "x=\"no-store, max-age=0\"y, no-cache",
                "no-cache, x=\",no-store,=\\\",no-store\"",
                "x=\"\", no-cache, \u20AC=\", no-store\"",
                "x=\"max-age=1\", no-cache, y=\"min-fresh=1,no-store\""
            })
    void quotedCommasDoNotSeparate(String line) {
        assertThat(parse(line)).isEqualTo(directives(true, false, false, UNLIMITED, 0, 0, -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x=\", no-cache",
                "x=\"\\\", no-cache",
                "x=\"a, no-cache, \\",
                "x\", no-cache",
                "x=a\"b, no-cache",
                "\", no-cache, \"",
                "x= \", no-cache, \"",
                "x =\", no-cache, \"",
                "x=\"a\"b\", no-cache, \"",
                "x=\"\"\", no-cache"
            })
    void strayQuotesHideNothing(String line) {
        assertThat(parse(line)).isEqualTo(directives(true, false, false, UNLIMITED, 0, 0, -1));
    }

    @Test
    void quotesEndWithTheirLine() {
        assertThat(parse("x=\"a", "no-cache, y=\"", "no-store"))
                .isEqualTo(directives(true, true, false, UNLIMITED, 0, 0, -1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "00000000000000000000000000000000005, 5",
        "2147483647, 2147483647",
        "2147483648, 2147483648",
        "2147483649, 2147483648",
        "4294967296, 2147483648",
        "9223372036854775807, 2147483648",
        "9223372036854775808, 2147483648",
        "18446744073709551616, 2147483648",
        "100000000000000000000000000000000000000000, 2147483648"
    })
    void limitsNumbers(String argument, long seconds) {
        RequestDirectives expected = directives(false, false, false, seconds, seconds, seconds, seconds);
        assertThat(parse("max-age=A,min-fresh=A,max-stale=A,stale-if-error=A".replace("A", argument)))
                .isEqualTo(expected);
        assertThat(parse("max-age=A,min-fresh=A,max-stale=A,stale-if-error=A".replace("A", '"' + argument + '"')))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=",
                "=\"\"",
                "=x",
                "=-1",
                "=+1",
                "=1.5",
                "=1e3",
                "=0x1",
                "=1s",
                "=1 2",
                "=1;2",
                "= 1",
                " =1",
                "\t= 1",
                " 1",
                "==1",
                "=\\1",
                "='1'",
                "=\" 1\"",
                "=\"1 \"",
                "=\"1,2\"",
                "=\"-1\"",
                "=\"1",
                "=\"1\\\"",
                "=\"1\\",
                "=\"",
                "=1\"",
                "=\"1\"2",
                "=\"1\"\"",
                "=\"1\"2\"",
                "=\"1\\\\\"",
                "=\u00B2",
                "=\u0661",
                "=\uFF11",
                "=1\u00A0",
                "=1\u0000"
            })
    void readsMalformedNumbersStrictly(String argument) {
        assertThat(parse("max-age" + argument).maxAgeSeconds()).isZero();
        assertThat(parse("min-fresh" + argument).minFreshSeconds()).isEqualTo(TOO_GREAT);
        assertThat(parse("max-stale" + argument)).isEqualTo(RequestDirectives.NONE);
        assertThat(parse("stale-if-error" + argument)).isEqualTo(RequestDirectives.NONE);
    }

    @Test
    void numbersAreRequired() {
        assertThat(parse("max-age, min-fresh, stale-if-error"))
                .isEqualTo(directives(false, false, false, 0, TOO_GREAT, 0, -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=5        | max-age=9        | 5 | 0          | 0 | -1",
                "max-age=5        | max-age=x        | 0 | 0          | 0 | -1",
                "min-fresh=5      | min-fresh=9      | 9 | 9          | 0 | -1",
                "min-fresh=5      | min-fresh        | 9 | 2147483648 | 0 | -1",
                "max-stale=5      | max-stale=9      | 9 | 0          | 5 | -1",
                "max-stale=5      | max-stale        | 9 | 0          | 5 | -1",
                "max-stale=5      | max-stale=0      | 9 | 0          | 0 | -1",
                "max-stale=5      | max-stale=x      | 9 | 0          | 5 | -1",
                "stale-if-error=5 | stale-if-error=9 | 9 | 0          | 0 | 5",
                "stale-if-error=5 | stale-if-error=0 | 9 | 0          | 0 | 0",
                "stale-if-error=5 | stale-if-error   | 9 | 0          | 0 | 5"
            })
    void stricterOfTwoCounts(String one, String other, long maxAge, long minFresh, long maxStale, long staleIfError) {
        RequestDirectives expected = directives(false, false, false, maxAge, minFresh, maxStale, staleIfError);
        assertThat(parse("max-age=9", one, other)).isEqualTo(expected);
        assertThat(parse(other + ',' + one + ", max-age=9")).isEqualTo(expected);
    }

    @Test
    void looksUpTwoFieldsIfThereAreNone() {
        List<String> asked = new ArrayList<>();
        HttpServletRequest request = request(Map.of(), asked);
        assertThat(RequestDirectives.of(request)).isSameAs(RequestDirectives.NONE);
        assertThat(asked).containsExactly("getHeader Cache-Control", "getHeader Pragma");
    }

    @Test
    void readsTheLinesOfARequest() {
        assertThat(of(Map.of("Cache-Control", List.of("no-store", "max-age=5"))))
                .isEqualTo(directives(false, true, false, 5, 0, 0, -1));
    }

    @Test
    void readsPragma() {
        RequestDirectives noCache = directives(true, false, false, UNLIMITED, 0, 0, -1);
        assertThat(of(Map.of("Pragma", List.of("no-cache")))).isEqualTo(noCache);
        assertThat(of(Map.of("Pragma", List.of("x=\",\"", "y, No-Cache")))).isEqualTo(noCache);
    }

    @Test
    void pragmaHasNoOtherDirective() {
        assertThat(of(Map.of("Pragma", List.of("no-store, max-age=0, only-if-cached"))))
                .isEqualTo(RequestDirectives.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "max-age=5", "x"})
    void cacheControlOverridesPragma(String line) {
        assertThat(of(Map.of("Cache-Control", List.of(line), "Pragma", List.of("no-cache"))))
                .isEqualTo(parse(line));
    }

    /** The form of a list and its split into lines do not change its meaning. */
    @Test
    void formsAreEquivalent() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long[] numbers = random.longs(4, 0, 100).toArray();
            List<String> list = new ArrayList<>();
            list.add("no-cache");
            list.add("max-age=" + argument(random, numbers[0]));
            list.add("min-fresh=" + argument(random, numbers[1]));
            list.add("max-stale=" + argument(random, numbers[2]));
            list.add("stale-if-error=" + argument(random, numbers[3]));
            list.add("x=\"no-store, \\\", max-age=0\"");
            list.add("y=\\");
            list.add("");
            Collections.shuffle(list, random);
            List<String> lines = new ArrayList<>(List.of(""));
            for (String directive : list) {
                if (random.nextBoolean()) {
                    lines.add("");
                }
                String text = random.nextBoolean() ? directive : directive.toUpperCase(Locale.ROOT);
                lines.add(lines.remove(lines.size() - 1) + space(random) + text + space(random) + ',');
            }
            assertThat(RequestDirectives.parse(lines))
                    .as("%s", lines)
                    .isEqualTo(directives(true, false, false, numbers[0], numbers[1], numbers[2], numbers[3]));
        }
    }

    @Test
    void neverThrows() {
        Random random = new Random(7);
        String[] parts = {
            "max-age", "min-fresh", "max-stale", "=", "=\"", "\"", "\\", ",", " ", "\t", "5", "\u00FF", "\0"
        };
        for (int i = 0; i < 100_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                line.append(
                        random.nextInt(8) == 0 ? (char) random.nextInt(0x10000) : parts[random.nextInt(parts.length)]);
            }
            String text = line.toString();
            assertThatCode(() -> parse(text)).as("%s", text).doesNotThrowAnyException();
        }
    }

    /** Each of these takes hours in quadratic time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                ",",
                " ",
                "\t",
                "\"",
                "\\",
                "=",
                "=\"",
                "=\"\\",
                "a=\"\\\"",
                "a=\"\\\",",
                "a=\",",
                "a=\"\\\\,",
                "\\\"",
                "a =\"",
                "max-age ",
                "max-age=\"1,",
                "max-age=1 ,",
                "max-stale,"
            })
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void takesLinearTime(String part) {
        String repeated = part.repeat(4_000_000 / part.length());
        RequestDirectives same = parse("no-cache", repeated);
        assertThat(parse("no-cache," + repeated)).isEqualTo(same);
        assertThat(parse(repeated, "no-cache")).isEqualTo(same);
        parse("max-age=" + repeated);
        parse("max-age=\"" + repeated);
        parse("max-age=\"1" + repeated + "x");
        parse("max-age=1" + repeated + "x");
    }

    private static String argument(Random random, long number) {
        String digits = "0".repeat(random.nextInt(3)) + number;
        return switch (random.nextInt(3)) {
            case 0 -> digits;
            case 1 -> '"' + digits + '"';
            default -> '"' + digits.replaceAll("(.)", "\\\\$1") + '"';
        };
    }

    private static String space(Random random) {
        return List.of("", "", " ", "\t", " \t ").get(random.nextInt(5));
    }

    private static RequestDirectives directives(
            boolean noCache,
            boolean noStore,
            boolean onlyIfCached,
            long maxAge,
            long minFresh,
            long maxStale,
            long staleIfError) {
        return new RequestDirectives(noCache, noStore, onlyIfCached, maxAge, minFresh, maxStale, staleIfError);
    }

    private static RequestDirectives parse(String... lines) {
        return RequestDirectives.parse(List.of(lines));
    }

    private static RequestDirectives of(Map<String, List<String>> headers) {
        return RequestDirectives.of(request(headers, new ArrayList<>()));
    }

    /** A request with headers alone, which records the look-ups. */
    private static HttpServletRequest request(Map<String, List<String>> headers, List<String> asked) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                RequestDirectivesTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> {
                    asked.add(method.getName() + ' ' + arguments[0]);
                    List<String> lines = headers.getOrDefault((String) arguments[0], List.of());
                    return switch (method.getName()) {
                        case "getHeader" -> lines.isEmpty() ? null : lines.get(0);
                        case "getHeaders" -> Collections.enumeration(lines);
                        default -> throw new UnsupportedOperationException(method.toString());
                    };
                });
    }
}
