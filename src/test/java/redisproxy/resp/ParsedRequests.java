package redisproxy.resp;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import redisproxy.testkit.Bytes;

/** Requests on the wire, each with the arguments that the parser must find in it. */
final class ParsedRequests {
    private ParsedRequests() {}

    static Stream<Arguments> wellFormed() {
        return Stream.of(
                fixture("*1\\r\\n$4\\r\\nPING\\r\\n", "PING"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n", "GET|k"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$0\\r\\n\\r\\n", "GET|"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$4\\r\\n\\r\\n\\r\\n\\r\\n", "GET|\\r\\n\\r\\n"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$5\\r\\n*1\\r\\n$\\r\\n", "GET|*1\\r\\n$"),
                fixture(
                        "*1\\r\\n$12\\r\\n\\x00\\xFF\\x80\\x0D\\x0A\\x7F$*-+: \\r\\n",
                        "\\x00\\xFF\\x80\\x0D\\x0A\\x7F$*-+: "),
                fixture(
                        "*6\\r\\n$1\\r\\na\\r\\n$1\\r\\nb\\r\\n$1\\r\\nc\\r\\n$1\\r\\nd\\r\\n$1\\r\\ne\\r\\n$2\\r\\nfg\\r\\n",
                        "a|b|c|d|e|fg"),
                fixture("*10\\r\\n" + "$1\\r\\nx\\r\\n".repeat(10), "x|x|x|x|x|x|x|x|x|x"),
                fixture("*1\\r\\n$20\\r\\n12345678901234567890\\r\\n", "12345678901234567890"),
                fixture("PING\\r\\n", "PING"),
                fixture("PING\\n", "PING"),
                fixture("  get \\x09 k  \\r\\n", "get|k"),
                fixture("GET \"a b\"\\r\\n", "GET|a b"),
                fixture("GET \"\\\\x00\\\\xfF\\\\n\" '\\xFE'\\r\\n", "GET|\\x00\\xFF\\n|\\xFE"),
                fixture("GET a\\x0Db\\n", "GET|a|b"),
                fixture("SET \"\" ''\\n", "SET||"));
    }

    private static Arguments fixture(String wire, String arguments) {
        return Arguments.of(
                Bytes.escaped(wire),
                Stream.of(arguments.split("\\|", -1)).map(Bytes::escaped).toList());
    }
}
