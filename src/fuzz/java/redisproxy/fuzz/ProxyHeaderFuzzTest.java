package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import redisproxy.net.ProxyHeaderTarget;

final class ProxyHeaderFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        ProxyHeaderTarget.run(input);
    }
}
