package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import redisproxy.http.RequestFieldsTarget;

final class RequestFieldsFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        RequestFieldsTarget.run(input);
    }
}
