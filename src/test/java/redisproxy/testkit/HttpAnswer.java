package redisproxy.testkit;

import java.util.List;
import java.util.Map;

/** An HTTP response, the header names in lower case. */
public record HttpAnswer(String version, int status, Map<String, List<String>> headers, Bytes body) {
    /** The values of the header, none when it is absent. */
    public List<String> header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of());
    }
}
