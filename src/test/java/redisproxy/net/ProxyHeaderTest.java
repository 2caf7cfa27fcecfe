package redisproxy.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyHeaderTest {
    private static final String BINARY = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "c0000201" + "c6336401" + "dc04" + "01bb";
    private static final String BEHIND = "GET / HTTP/1.1\r\n\r\n";

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts));
    }

    private static byte[] plus(byte[] header, String behind) {
        return bytes(new String(header, ISO_8859_1) + behind);
    }

    /** At every split, the same address comes out, and nothing behind the header is taken. */
    private static void announces(byte[] header, String source) {
        byte[] input = plus(header, BEHIND);
        for (int split = 0; split < input.length; split++) {
            HeaderReading reading = HeaderReading.of(input, split);
            assertThat(reading.error()).isNull();
            assertThat(reading.isComplete()).as("split at %d", split).isTrue();
            assertThat(reading.taken()).isEqualTo(header.length);
            InetSocketAddress found = reading.source();
            assertThat(found == null ? "none" : PeerAddress.of(found)).isEqualTo(source);
        }
    }

    private static String error(byte[] input) {
        HeaderReading reading = HeaderReading.of(input, input.length);
        assertThat(reading.isComplete()).isFalse();
        return String.valueOf(reading.error());
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443, 192.0.2.1:56324",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255:65535",
        "PROXY TCP4 1.1.1.1 1.1.1.1 0 0, 1.1.1.1:0",
        "PROXY TCP6 2001:db8::1 ::1 1 2, [2001:db8:0:0:0:0:0:1]:1",
        "PROXY TCP6 :: :: 1 2, [0:0:0:0:0:0:0:0]:1",
        "PROXY TCP6 ::ffff:10.0.0.1 ::1 1 2, 10.0.0.1:1",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535, [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
        "PROXY UNKNOWN, none",
        "PROXY UNKNOWN ffff:f::1 anything 1 2 3 4, none"
    })
    void readsVersion1(String line, String source) {
        announces(bytes(line + "\r\n"), source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 1\r\n",
                "PROXY TCP4 192.0.2.1  198.51.100.1 56324 443\r\n",
                "PROXY TCP4 192.0.2.256 198.51.100.1 56324 443\r\n",
                "PROXY TCP4 192.0.2.01 198.51.100.1 56324 443\r\n",
                "PROXY TCP4 192.0.2 198.51.100.1 56324 443\r\n",
                "PROXY TCP4 localhost 198.51.100.1 56324 443\r\n",
                "PROXY TCP4 ::1 ::1 56324 443\r\n",
                "PROXY TCP6 192.0.2.1 198.51.100.1 56324 443\r\n",
                "PROXY TCP6 ::1%1 ::1 56324 443\r\n",
                "PROXY TCP6 :::1 ::1 56324 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 65536 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 1 -1\r\n",
                "PROXY TCP5 192.0.2.1 198.51.100.1 1 1\r\n",
                "PROXY tcp4 192.0.2.1 198.51.100.1 1 1\r\n",
                "PROXY UNKNOWNS\r\n"
            })
    void refusesWhatIsNotVersion1(String line) {
        byte[] input = bytes(line);
        for (int split = 0; split < input.length; split++) {
            HeaderReading reading = HeaderReading.of(input, split);
            assertThat(reading.error()).contains("expected");
        }
    }

    @Test
    void refusesALineWithoutAnEnd() {
        assertThat(error(bytes("PROXY UNKNOWN " + "x".repeat(200)))).contains("CRLF within 107 bytes");
        announces(bytes("PROXY UNKNOWN " + "x".repeat(107 - 14 - 2) + "\r\n"), "none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING\r\n",
                "GET / HTTP/1.1\r\n",
                "PROXZ TCP4",
                "*1\r\n$4\r\nPING\r\n",
                "\r\nPING\r\n",
                "\r\n\r\n\0\r\nQUIT\r"
            })
    void refusesSomethingElseAtOnce(String input) {
        assertThat(error(bytes(input))).contains("something else");
    }

    @Test
    void readsVersion2() {
        announces(hex(BINARY, "2111", "000c", IPV4), "192.0.2.1:56324");
        String ipv6 = "20010db8000000000000000000000001" + "00000000000000000000000000000001";
        announces(hex(BINARY, "2121", "0024", ipv6, "dc0401bb"), "[2001:db8:0:0:0:0:0:1]:56324");
        announces(hex(BINARY, "2000", "0000"), "none");
        announces(hex(BINARY, "2011", "000c", IPV4), "none");
        announces(hex(BINARY, "2100", "0000"), "none");
        announces(hex(BINARY, "2131", "00d8", "00".repeat(216)), "none");
    }

    @Test
    void passesFurtherFieldsOver() {
        int most = ProxyHeader.MOST_BYTES - 16;
        for (int fields : new int[] {1, 7, 95, 96, 250, most - 12}) {
            String length = HexFormat.of().toHexDigits((short) (12 + fields));
            announces(hex(BINARY, "2111", length, IPV4, "ea".repeat(fields)), "192.0.2.1:56324");
        }
        assertThat(error(hex(BINARY, "2111", HexFormat.of().toHexDigits((short) (most + 1)), IPV4)))
                .contains("4097 bytes (expected: at most 4096)");
        assertThat(error(hex(BINARY, "2111", "ffff", IPV4))).contains("at most 4096");
    }

    @Test
    void refusesWhatIsNotVersion2() {
        assertThat(error(hex(BINARY, "3111", "000c", IPV4))).contains("0x31");
        assertThat(error(hex(BINARY, "2211", "000c", IPV4))).contains("0x22");
        assertThat(error(hex(BINARY, "2112", "000c", IPV4))).contains("0x12");
        assertThat(error(hex(BINARY, "2111", "000b", IPV4))).contains("11 bytes of addresses (expected: 12 or more)");
        assertThat(error(hex(BINARY, "2121", "0023", IPV4))).contains("35 bytes");
    }

    @Test
    void recognizesBeginnings() {
        assertThat(ProxyHeader.mayBegin(bytes("PRO"), 3)).isTrue();
        assertThat(ProxyHeader.begins(bytes("PRO"), 3)).isFalse();
        assertThat(ProxyHeader.begins(bytes("PROXY "), 6)).isTrue();
        assertThat(ProxyHeader.mayBegin(bytes("POST"), 2)).isFalse();
        assertThat(ProxyHeader.begins(hex(BINARY), 12)).isTrue();
        assertThat(ProxyHeader.begins(hex(BINARY), 11)).isFalse();
    }
}
