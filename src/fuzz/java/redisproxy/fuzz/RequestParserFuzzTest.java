package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import redisproxy.resp.RequestParserTarget;

final class RequestParserFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        RequestParserTarget.run(input);
    }
}
