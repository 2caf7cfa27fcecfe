package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Bytes;

final class ReplyBuilderTest {
    @Test
    void scalarsAreTheSameInBoth() {
        assertBoth(reply -> reply.simple("PONG"), "+PONG\r\n");
        assertBoth(reply -> reply.integer(-42), ":-42\r\n");
        assertBoth(reply -> reply.integer(Long.MAX_VALUE), ":9223372036854775807\r\n");
        assertBoth(reply -> reply.bulk(""), "$0\r\n\r\n");
        assertBoth(reply -> reply.bulk("a\r\nb"), "$4\r\na\r\nb\r\n");
    }

    @Test
    void arraysAreTheSameInBoth() {
        assertBoth(reply -> reply.array(0), "*0\r\n");
        assertBoth(reply -> reply.bulks(List.of("a", "bc")), "*2\r\n$1\r\na\r\n$2\r\nbc\r\n");
        assertBoth(reply -> reply.simples(List.of("a", "bc")), "*2\r\n+a\r\n+bc\r\n");
    }

    @Test
    void nilDiffers() {
        assertEach(ReplyBuilder::nil, "$-1\r\n", "_\r\n");
        assertEach(ReplyBuilder::nilArray, "*-1\r\n", "_\r\n");
    }

    @Test
    void mapsAreFlatInVersion2() {
        assertEach(
                reply -> reply.map(2).bulk("a").integer(1).bulk("b").nil(),
                "*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n$-1\r\n",
                "%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n_\r\n");
    }

    @Test
    void setsAreArraysInVersion2() {
        assertEach(reply -> reply.set(1).simple("fast"), "*1\r\n+fast\r\n", "~1\r\n+fast\r\n");
    }

    @Test
    void verbatimIsBulkInVersion2() {
        assertEach(reply -> reply.verbatim("text\r\n"), "$6\r\ntext\r\n\r\n", "=10\r\ntxt:text\r\n\r\n");
    }

    @Test
    void errorsStayOnOneLine() {
        assertThat(latin1(ReplyBuilder.error("ERR a\r\nb\nc"))).isEqualTo("-ERR a  b c\r\n");
    }

    @Test
    void textsComeBackByteForByte() {
        String text = Bytes.everyValue().asLatin1();
        byte[] encoded = new ReplyBuilder(true).bulk(text).toBytes();
        assertThat(Bytes.of(encoded))
                .isEqualTo(Bytes.utf8("$256\r\n").plus(Bytes.everyValue()).plus(Bytes.utf8("\r\n")));
    }

    @Test
    void okIsSimple() {
        assertThat(latin1(ReplyBuilder.ok())).isEqualTo("+OK\r\n");
    }

    private static void assertBoth(Consumer<ReplyBuilder> building, String expected) {
        assertEach(building, expected, expected);
    }

    private static void assertEach(Consumer<ReplyBuilder> building, String version2, String version3) {
        ReplyBuilder two = new ReplyBuilder(/* resp3= */ false);
        ReplyBuilder three = new ReplyBuilder(/* resp3= */ true);
        building.accept(two);
        building.accept(three);
        assertThat(latin1(two.toBytes())).isEqualTo(version2);
        assertThat(latin1(three.toBytes())).isEqualTo(version3);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
