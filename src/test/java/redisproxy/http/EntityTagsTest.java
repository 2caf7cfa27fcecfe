package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityTagsTest {
    private static final String ETAG = "\"0123456789abcdef\"";

    @Test
    void findsItsTag() {
        assertBoth(true, ETAG);
        assertBoth(true, "\"a\"", ETAG);
        assertBoth(true, ETAG, "\"a\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "E, \"a\"",
                "\"a\", E",
                "\"a\",E,\"b\"",
                "\"a\" \t,\t E\t ",
                " E ",
                ",E",
                "E,",
                " , ,\t,E,, ",
                "\"\", E",
                "\",\", E",
                "\"a,W/,b\" ,E",
                "\"W/\",E",
                "\"\\\", E",
                "\"*\",E",
                "W/\"a\",E",
                "W/\"\",E",
                "W/E,E",
                "E,W/E"
            })
    void findsItsTagInAList(String list) {
        assertBoth(true, list.replace("E", ETAG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                " ,\t, ",
                "\"\"",
                "\"0123456789abcde\"",
                "\"0123456789abcdef0\"",
                "\"00123456789abcdef\"",
                "\"0123456789ABCDEF\"",
                "\"0123456789abcdeg\"",
                "\"0123456789abcdef,\"",
                "\",0123456789abcdef,\"",
                "\"W/0123456789abcdef\"",
                "0123456789abcdef",
                "'0123456789abcdef'"
            })
    void othersDoNotMatch(String list) {
        assertBoth(false, list);
    }

    @Test
    void nothingMatchesNoLines() {
        assertBoth(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"W/E", "\"a\", W/E", "W/\"a\" ,\tW/E, \"b\"", ",W/E,"})
    void weakTagsMatchWeaklyAlone(String list) {
        String line = list.replace("E", ETAG);
        assertThat(EntityTags.matchesWeakly(List.of(line), ETAG)).isTrue();
        assertThat(EntityTags.matchesStrongly(List.of(line), ETAG)).isFalse();
        assertThat(EntityTags.matchesWeakly(List.of("\"a\"", line), ETAG)).isTrue();
        assertThat(EntityTags.matchesStrongly(List.of("\"a\"", line), ETAG)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", " *", "*\t"})
    void asteriskMatches(String line) {
        assertBoth(true, line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"**", "*,", ",*", "*, *", "\"*\"", "W/*", "W/\"*\"", "\"a\", *", "*, \"a\"", "* \"a\""})
    void asteriskMatchesOnlyAlone(String line) {
        assertBoth(false, line);
    }

    @Test
    void asteriskIsNoMemberOfAList() {
        assertBoth(false, "\"a\"", "*");
        assertBoth(false, "*", "\"a\"");
        assertBoth(false, "*", ETAG);
        assertBoth(true, ETAG, "*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a",
                "a",
                "\"",
                "W",
                "W/",
                "W/a",
                "W/\"a",
                "w/\"a\"",
                "W /\"a\"",
                "W/ \"a\"",
                "W/W/\"a\"",
                "\"a\" \"b\"",
                "\"a\"\"b\"",
                "\"a\"b",
                "\"a\";",
                "\"a b\"",
                "\"a\tb\"",
                "\"a\0b\"",
                "\"a\u007Fb\"",
                "\"a\\\"b\"",
                "'a'",
                "*",
                "=",
                "\u00A0"
            })
    void nothingMatchesAfterAFault(String fault) {
        assertBoth(false, fault + ", " + ETAG);
        assertBoth(false, fault, ETAG);
        assertBoth(false, "\"a\", " + fault, ETAG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ", \"",
                ", a",
                ", W/",
                ", *",
                " \"b\"",
                "\"b\"",
                "x",
                ";",
                "*",
                "\"",
                "W/",
                "\0",
                "\u00A0",
                ", \"a b\""
            })
    void tagsBeforeAFaultMatch(String fault) {
        assertBoth(true, ETAG + fault);
        assertBoth(true, "\"a\"," + ETAG + fault, "\"b");
    }

    @Test
    void knowsWhichCharactersATagHas() {
        for (int value = 0; value < 256; value++) {
            boolean allowed = value == 0x21 || (value >= 0x23 && value != 0x7F);
            String tag = "\"" + (char) value + "\"";
            assertThat(EntityTags.matchesWeakly(List.of(tag + ", " + ETAG), ETAG))
                    .as("%d", value)
                    .isEqualTo(allowed);
            assertThat(EntityTags.matchesStrongly(List.of(tag), tag))
                    .as("%d", value)
                    .isEqualTo(allowed);
        }
        assertBoth(true, "\"\u20AC\uD83D\uDE00\uFFFD\", " + ETAG);
    }

    /** The grammar of RFC 9110 as regular expressions. */
    @Test
    void agreesWithTheGrammar() {
        Pattern element = Pattern.compile("\\G[ \\t,]*(W/)?(\"[\\x21\\x23-\\x7E\\x80-\\uFFFF]*+\")[ \\t]*+(,|$)?+");
        Random random = new Random(7);
        String[] parts = {"\"a\"", "\"a\"", "W/", "\"", "a", ",", ", ", " ", "\t", "*", "\u00FF"};
        for (int i = 0; i < 200_000; i++) {
            String line = random(random, parts);
            boolean weakly = false;
            boolean strongly = false;
            Matcher matcher = element.matcher(line);
            boolean more = true;
            while (more && matcher.find()) {
                boolean found = matcher.group(2).equals("\"a\"");
                weakly |= found;
                strongly |= found && matcher.group(1) == null;
                more = matcher.group(3) != null;
            }
            boolean any = line.strip().equals("*");
            assertThat(EntityTags.matchesWeakly(List.of(line), "\"a\""))
                    .as(line)
                    .isEqualTo(any || weakly);
            assertThat(EntityTags.matchesStrongly(List.of(line), "\"a\""))
                    .as(line)
                    .isEqualTo(any || strongly);
        }
    }

    /** Lines are the parts of a list. */
    @Test
    void linesAreOneList() {
        Random random = new Random(7);
        String[] parts = {"\"a\"", "\"b\"", "W/\"a\"", "W/\"b\"", "\"a", "", "*", "\"a\" \"b\""};
        for (int i = 0; i < 100_000; i++) {
            List<String> lines = new ArrayList<>();
            for (int count = 1 + random.nextInt(5); count > 0; count--) {
                lines.add(parts[random.nextInt(parts.length)]);
            }
            List<String> list = List.of(String.join(", ", lines));
            assertThat(EntityTags.matchesWeakly(lines, "\"a\""))
                    .as("%s", lines)
                    .isEqualTo(EntityTags.matchesWeakly(list, "\"a\""));
            assertThat(EntityTags.matchesStrongly(lines, "\"a\""))
                    .as("%s", lines)
                    .isEqualTo(EntityTags.matchesStrongly(list, "\"a\""));
        }
    }

    /** Each of these takes hours in quadratic time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                " ",
                "\t",
                " ,",
                "\"",
                "\"\"",
                "\"\",",
                "\"a\" ,",
                "\"0123456789abcde",
                "\"0123456789abcde\",",
                "\"0123456789abcdeX\",",
                "W/",
                "W/\"\",",
                "*",
                "a",
                "\\\""
            })
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void takesLinearTime(String part) {
        String repeated = part.repeat(4_000_000 / part.length());
        assertBoth(false, repeated);
        assertBoth(false, "\"" + repeated);
        assertBoth(false, "\"a\"" + repeated);
        assertBoth(true, ETAG + repeated);
    }

    private static String random(Random random, String[] parts) {
        StringBuilder line = new StringBuilder();
        for (int length = random.nextInt(10); length > 0; length--) {
            line.append(parts[random.nextInt(parts.length)]);
        }
        return line.toString();
    }

    private static void assertBoth(boolean expected, String... lines) {
        assertThat(EntityTags.matchesWeakly(List.of(lines), ETAG)).isEqualTo(expected);
        assertThat(EntityTags.matchesStrongly(List.of(lines), ETAG)).isEqualTo(expected);
    }
}
