package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import redisproxy.http.KeyInTargetTarget;

final class KeyInTargetFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        KeyInTargetTarget.run(input);
    }
}
